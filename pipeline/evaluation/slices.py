"""Where a learner does well and where not: macro-F1 by attribution, government, outlet, genre, leaning, speaker
kind and sentence length, with intervals over the articles of the slice."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from pipeline.config import EvaluateParams
from pipeline.evaluation.bootstrap import Interval, interval, resample_weights
from pipeline.evaluation.metrics import confusions, macro_f1

# Below this a rare class has a handful of sentences and one article moves macro-F1 by several points.
SMALL = 50

# Words: a fragment or tag, a short sentence, one clause, the usual news sentence, a long period.
LENGTHS = {"1–7 words": 7, "8–15 words": 15, "16–25 words": 25, "26–40 words": 40, "over 40 words": 10**9}

DIMENSIONS = ("attribution", "government", "outlet", "genre", "leaning", "kind", "length")
NARRATION = "narration"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Slice:
    """Sentences that share a value of one dimension; ``small`` slices are shown but carry no conclusion."""

    dimension: str
    value: str
    sentences: int
    articles: int
    macro_f1: Interval
    small: bool


def slices(table: pd.DataFrame, head: str, params: EvaluateParams, seed: int) -> tuple[Slice, ...]:
    """The slices of one head in one condition, larger ones first within a dimension (lengths in their order).

    Missed sentences stay in their slice; a spurious row has no gold speaker and so no slice by kind.
    """
    found = []
    for dimension, value, rows in _parts(table):
        counted = confusions(rows, head)
        weights = resample_weights(len(counted.articles), params.resamples, seed)
        score = interval(macro_f1, counted.counts, weights, params.confidence)
        if not math.isnan(score.value):  # NaN: only spurious sentences of class none
            found.append(Slice(dimension, value, len(rows), len(counted.articles), score, len(rows) < SMALL))
    return tuple(found)


def _parts(table: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    for dimension in DIMENSIONS:
        values = _values(table, dimension)
        counts = values.value_counts()
        order = [name for name in LENGTHS if name in counts.index] if dimension == "length" else counts.index
        for value in order:
            yield dimension, str(value), table[values == value]


def _values(table: pd.DataFrame, dimension: str) -> pd.Series:
    if dimension == "length":
        words = table["text"].str.split().str.len()
        return pd.cut(words, [0, *LENGTHS.values()], labels=list(LENGTHS), include_lowest=True).astype(str)
    values = table[dimension].astype(object)
    if dimension == "attribution":
        return values.replace("none", NARRATION)
    return values.replace("", NARRATION if dimension == "kind" else UNKNOWN)
