"""The mistakes that a learner is surest of: label noise, cases that the codebook left open, and blind spots."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.evaluation.predictions import (
    MAIN_CONDITION,
    aligned,
    gold_codes,
    predicted_codes,
    probabilities,
)
from pipeline.labels import heads


@dataclass(frozen=True)
class ConfidentError:
    """One wrong label: the sentence, the speaker the learner was given, and the probability of both labels."""

    article_id: str
    start: int
    text: str
    speaker: str
    head: str
    gold: str
    predicted: str
    confidence: float
    gold_probability: float


def confident_errors(
    table: pd.DataFrame, number: int = 30, condition: str = MAIN_CONDITION
) -> tuple[ConfidentError, ...]:
    """The ``number`` most confident errors over all heads, the surest first."""
    rows = aligned(table[table["condition"] == condition])
    found = [error for head in heads() for error in _of_head(rows, head, number)]
    return tuple(sorted(found, key=lambda error: -error.confidence)[:number])


def _of_head(rows: pd.DataFrame, head: str, number: int) -> list[ConfidentError]:
    gold, predicted, proba = gold_codes(rows, head), predicted_codes(rows, head), probabilities(rows, head)
    wrong = np.flatnonzero(gold != predicted)
    wrong = wrong[np.argsort(-proba[wrong].max(axis=1), kind="stable")][:number]
    return [
        ConfidentError(
            article_id=str(rows["article_id"].iloc[i]),
            start=int(rows["start"].iloc[i]),
            text=str(rows["text"].iloc[i]),
            speaker=str(rows["predicted_speaker"].iloc[i]),
            head=head,
            gold=heads()[head][gold[i]],
            predicted=heads()[head][predicted[i]],
            confidence=float(proba[i, predicted[i]]),
            gold_probability=float(proba[i, gold[i]]),
        )
        for i in wrong.tolist()
    ]
