"""From a learner's predictions table to its results: every score, interval, slice and curve of the report."""

import pandas as pd

from pipeline.config import EvaluateParams
from pipeline.evaluation.abstention import abstention
from pipeline.evaluation.bootstrap import Counts, interval, intervals, resample_weights
from pipeline.evaluation.calibration import UNMEASURED, calibration
from pipeline.evaluation.coverage import coverage_curve
from pipeline.evaluation.end_to_end import statement_scores
from pipeline.evaluation.metrics import Confusions, accuracy, confusions, f1, macro_f1, precision, recall, support
from pipeline.evaluation.predictions import (
    aligned,
    check,
    conditions_of,
    gold_codes,
    gold_column,
    is_gold,
    judged,
    probabilities,
)
from pipeline.evaluation.results import ClassScore, ConditionResult, EvaluationResult, HeadResult
from pipeline.evaluation.slices import slices
from pipeline.labels import heads


def evaluate(
    table: pd.DataFrame, learner: str, params: EvaluateParams, seed: int, threshold: float | None = None
) -> EvaluationResult:
    """Evaluate every condition that the table holds, on every head of which gold tells any label.

    ``threshold`` is the confidence below which the learner abstains; without it abstention is not looked
    at. The same seed draws the same articles for every learner. Raises ``PredictionsError`` for a table that
    breaks the contract of ``pipeline.evaluation.predictions``.
    """
    check(table)
    return EvaluationResult(
        learner=learner,
        confidence=params.confidence,
        resamples=params.resamples,
        seed=seed,
        conditions={
            condition: _condition(table[table["condition"] == condition], condition, params, seed, threshold)
            for condition in conditions_of(table)
        },
    )


def _condition(
    table: pd.DataFrame, condition: str, params: EvaluateParams, seed: int, threshold: float | None
) -> ConditionResult:
    gold, predicted = is_gold(table), table["predicted"].to_numpy(dtype=bool)
    # a speaker whom gold does not tell cannot be wrong
    right_speaker = table["speaker_right"].astype("boolean").fillna(True).to_numpy(dtype=bool)
    return ConditionResult(
        condition=condition,
        articles=table["article_id"].nunique(),
        gold_sentences=int(gold.sum()),
        missed=int((gold & ~predicted).sum()),
        spurious=int((~gold & predicted).sum()),
        wrong_speakers=int((gold & predicted & ~right_speaker).sum()),
        heads={
            head: _head(rows, head, params, seed)
            for head in heads()
            if not (rows := judged(table, gold_column(head))).empty
        },
        statements=statement_scores(table, params, seed),
        abstention=None if threshold is None else abstention(table, threshold, params, seed),
    )


def _head(table: pd.DataFrame, head: str, params: EvaluateParams, seed: int) -> HeadResult:
    counted = confusions(table, head)
    weights = resample_weights(len(counted.articles), params.resamples, seed)
    both = aligned(table)
    proba, gold = probabilities(both, head), gold_codes(both, head)
    return HeadResult(
        head=head,
        classes=counted.classes,
        macro_f1=interval(macro_f1, counted.counts, weights, params.confidence),
        accuracy=interval(accuracy, counted.counts, weights, params.confidence),
        per_class=_per_class(counted, weights, params.confidence),
        confusion=tuple(tuple(int(n) for n in row) for row in counted.total),
        calibration=calibration(proba, gold, params.calibration_bins) if len(both) else UNMEASURED,
        coverage=coverage_curve(proba, gold) if len(both) else (),
        slices=slices(table, head, params, seed),
    )


def _per_class(counted: Confusions, weights: Counts, confidence: float) -> tuple[ClassScore, ...]:
    scores = (intervals(score, counted.counts, weights, confidence) for score in (precision, recall, f1))
    gold, chosen = support(counted.total), counted.total.sum(axis=0)
    return tuple(
        ClassScore(label, *triple, support=int(gold[i]), predicted=int(chosen[i]))
        for i, (label, triple) in enumerate(zip(counted.classes, zip(*scores, strict=True), strict=True))
    )
