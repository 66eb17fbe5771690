"""Learners side by side on the same articles: scores with intervals and paired differences."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.config import EvaluateParams
from pipeline.evaluation.bootstrap import (
    Counts,
    Difference,
    Interval,
    Statistic,
    interval,
    paired_difference,
    resample_weights,
)
from pipeline.evaluation.end_to_end import LEVELS, STATEMENT, f1, statement_counts
from pipeline.evaluation.metrics import confusions, macro_f1
from pipeline.evaluation.predictions import conditions_of, gold_column, is_gold
from pipeline.labels import heads

# The measure that stands beside the heads: F1 of statements with the right speaker and stance.
STATEMENT_MEASURE = "statement"


@dataclass(frozen=True)
class Score:
    """One learner's figure: macro-F1 of a head, or the F1 of statements."""

    learner: str
    condition: str
    measure: str
    score: Interval


@dataclass(frozen=True)
class PairedDifference:
    """``later`` minus ``earlier`` on one measure."""

    earlier: str
    later: str
    condition: str
    measure: str
    difference: Difference


@dataclass(frozen=True)
class Comparison:
    """Learners from the plainest to the most capable; differences are between neighbours in that order."""

    learners: tuple[str, ...]
    conditions: tuple[str, ...]
    measures: tuple[str, ...]
    articles: int
    sentences: int
    confidence: float
    scores: tuple[Score, ...]
    differences: tuple[PairedDifference, ...]

    def score(self, learner: str, condition: str, measure: str) -> Interval:
        """One figure. Raises ``KeyError`` when it was not compared."""
        for item in self.scores:
            if (item.learner, item.condition, item.measure) == (learner, condition, measure):
                return item.score
        raise KeyError((learner, condition, measure))

    def difference(self, later: str, condition: str, measure: str) -> PairedDifference | None:
        """The difference of a learner to the one before it; None for the first learner."""
        for item in self.differences:
            if (item.later, item.condition, item.measure) == (later, condition, measure):
                return item
        return None


def compare(tables: Mapping[str, pd.DataFrame], params: EvaluateParams, seed: int) -> Comparison:
    """Compare learners, given from the plainest to the most capable, on the conditions that all of them hold.

    Raises ``ValueError`` when they were not tested on the same gold sentences.
    """
    if not tables:
        raise ValueError("a comparison needs the predictions of at least one learner")
    shared = [set(conditions_of(table)) for table in tables.values()]
    first = next(iter(tables.values()))
    conditions = tuple(name for name in conditions_of(first) if all(name in held for held in shared))
    scores: list[Score] = []
    differences: list[PairedDifference] = []
    for condition in conditions:
        rows = {learner: table[table["condition"] == condition] for learner, table in tables.items()}
        _check_same_gold(rows, condition)
        for measure in (*heads(), STATEMENT_MEASURE):
            found = _measure(rows, condition, measure, params, seed)
            scores += found[0]
            differences += found[1]
    gold = first[first["condition"] == conditions[0]] if conditions else first.iloc[:0]
    return Comparison(
        learners=tuple(tables),
        conditions=conditions,
        measures=(*heads(), STATEMENT_MEASURE),
        articles=gold["article_id"].nunique(),
        sentences=int(is_gold(gold).sum()),
        confidence=params.confidence,
        scores=tuple(scores),
        differences=tuple(differences),
    )


def _measure(
    rows: Mapping[str, pd.DataFrame], condition: str, measure: str, params: EvaluateParams, seed: int
) -> tuple[list[Score], list[PairedDifference]]:
    statistic: Statistic = f1 if measure == STATEMENT_MEASURE else macro_f1
    counts = {learner: _counts(table, measure) for learner, table in rows.items()}
    weights = resample_weights(len(next(iter(counts.values()))), params.resamples, seed)
    scores = [
        Score(learner, condition, measure, interval(statistic, counted, weights, params.confidence))
        for learner, counted in counts.items()
    ]
    differences = [
        PairedDifference(
            earlier,
            later,
            condition,
            measure,
            paired_difference(statistic, counts[earlier], counts[later], weights, params.confidence),
        )
        for earlier, later in itertools.pairwise(counts)
    ]
    return scores, differences


def _counts(table: pd.DataFrame, measure: str) -> Counts:
    if measure == STATEMENT_MEASURE:
        return statement_counts(table, LEVELS[STATEMENT])
    return confusions(table, measure).counts


def _check_same_gold(rows: Mapping[str, pd.DataFrame], condition: str) -> None:
    """Articles, places and labels of the gold sentences must be the same for every learner."""
    keys = ["article_id", "start", "end", *(gold_column(head) for head in heads())]
    gold = {
        learner: table.loc[is_gold(table), keys].sort_values(keys[:3]).to_numpy(dtype=object)
        for learner, table in rows.items()
    }
    articles = {learner: sorted(set(table["article_id"])) for learner, table in rows.items()}
    for one, other in itertools.pairwise(rows):
        if not np.array_equal(gold[one], gold[other]) or articles[one] != articles[other]:
            raise ValueError(
                f"{one} and {other} were not tested on the same gold sentences ({condition}): "
                f"{len(gold[one])} and {len(gold[other])} rows; run `dvc repro` so that both use one split"
            )
