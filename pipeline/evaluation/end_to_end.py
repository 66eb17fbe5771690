"""Statements from raw text: how many of the right ones come out, and how many of those that come out are right.

A statement is a sentence with a speaker and a stance other than ``none``. A predicted statement is right when its
sentence is aligned with a gold one that is a statement too, its speaker is right (column ``speaker_right``), and
the labels asked for agree. Missed sentences, wrong speakers and spurious sentences all count.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.config import EvaluateParams
from pipeline.evaluation.bootstrap import Counts, Interval, interval, resample_weights
from pipeline.evaluation.predictions import gold_codes, gold_column, judged, predicted_codes
from pipeline.labels import NONE, heads
from pipeline.records import NO_SPEAKER

# What must be right beside the sentence, from lenient to strict; the statements counted stay the same.
LEVELS = {
    "speaker": (),
    "speaker + stance": ("stance",),
    "speaker + stance + pressure": ("stance", "pressure"),
}
STATEMENT = "speaker + stance"


@dataclass(frozen=True)
class StatementScore:
    """Precision, recall and F1 of statements at one level, with the counts behind them."""

    level: str
    precision: Interval
    recall: Interval
    f1: Interval
    right: int
    predicted: int
    gold: int


def statement_scores(table: pd.DataFrame, params: EvaluateParams, seed: int) -> tuple[StatementScore, ...]:
    """The scores of one condition at each level of ``LEVELS`` at which gold tells of any sentence all that is
    asked; sentences of which it does not are left out."""
    scores = []
    for level, asked in LEVELS.items():
        rows = table
        for column in ("gold_speaker", "gold_stance", *map(gold_column, asked)):
            rows = judged(rows, column)
        if rows.empty:
            continue
        counts = statement_counts(rows, asked)
        weights = resample_weights(len(counts), params.resamples, seed)
        shown = [interval(score, counts, weights, params.confidence) for score in (_precision, _recall, f1)]
        right, predicted, gold = (int(number) for number in counts.sum(axis=0))
        scores.append(StatementScore(level, *shown, right, predicted, gold))
    return tuple(scores)


def statement_counts(table: pd.DataFrame, asked: tuple[str, ...]) -> Counts:
    """Right, predicted and gold statements by article, in the order of sorted ids: shape (articles, 3)."""
    none = heads()["stance"].index(NONE)
    gold = _named(table["gold_speaker"]) & _position(gold_codes(table, "stance"), none)
    predicted = _named(table["predicted_speaker"]) & _position(predicted_codes(table, "stance"), none)
    right = gold & predicted & table["speaker_right"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    for head in asked:
        right &= gold_codes(table, head) == predicted_codes(table, head)
    names, article = np.unique(table["article_id"].to_numpy(dtype=str), return_inverse=True)
    counts = np.zeros((len(names), 3))
    np.add.at(counts, article, np.stack([right, predicted, gold], axis=1).astype(np.float64))
    return counts


def _named(speakers: pd.Series) -> NDArray[np.bool_]:
    return (speakers.notna() & ~speakers.isin([NO_SPEAKER, ""])).to_numpy(dtype=bool)


def _position(codes: NDArray[np.int64], none: int) -> NDArray[np.bool_]:
    return (codes >= 0) & (codes != none)


def _share(part: Counts, whole: Counts) -> Counts:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _precision(counts: Counts) -> Counts:
    return _share(counts[..., 0], counts[..., 1])


def _recall(counts: Counts) -> Counts:
    return _share(counts[..., 0], counts[..., 2])


def f1(counts: Counts) -> Counts:
    """F1 from (…, 3) counts of right, predicted and gold statements."""
    return _share(2 * counts[..., 0], counts[..., 1] + counts[..., 2])
