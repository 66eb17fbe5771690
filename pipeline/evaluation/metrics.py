"""Scores of one head from confusion counts, with every missed and every spurious sentence in the denominator.

A confusion has the shape (…, classes + 1, classes + 1): rows are gold, columns predicted; the last row holds
spurious sentences, the last column missed ones. All scores work on any leading axes, so that two thousand
bootstrap resamples cost one call.

- A missed sentence is a false negative of its gold class.
- A spurious sentence is a false positive of the class it got, unless that class is ``none``: a sentence more
  that says nothing harms nobody.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.evaluation.predictions import gold_codes, predicted_codes
from pipeline.labels import NONE, heads

Counts = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Confusions:
    """Confusion counts of one head by article: ``counts`` has the shape (articles, classes + 1, classes + 1)."""

    head: str
    classes: tuple[str, ...]
    articles: tuple[str, ...]
    counts: Counts

    @property
    def total(self) -> Counts:
        """The confusion of all articles together."""
        return self.counts.sum(axis=0)


def confusions(table: pd.DataFrame, head: str) -> Confusions:
    """Count a table of one condition. Spurious sentences of class ``none`` are left out (see above)."""
    classes = heads()[head]
    size = len(classes) + 1
    names, article = np.unique(table["article_id"].to_numpy(dtype=str), return_inverse=True)
    gold, predicted = gold_codes(table, head), predicted_codes(table, head)
    counts = np.zeros((len(names), size, size))
    # an index of -1 (spurious, missed) falls into the last row or column
    np.add.at(counts, (article, gold, predicted), 1.0)
    counts[:, -1, classes.index(NONE)] = 0.0
    return Confusions(head, classes, tuple(names.tolist()), counts)


def _parts(counts: Counts) -> tuple[Counts, Counts, Counts]:
    """True positives, predicted and gold sentences by class, each (…, classes)."""
    right = np.diagonal(counts, axis1=-2, axis2=-1)[..., :-1]
    return right, counts.sum(axis=-2)[..., :-1], counts.sum(axis=-1)[..., :-1]


def _ratio(part: Counts, whole: Counts) -> Counts:
    """``part / whole``, 0 where ``whole`` is 0 (scikit-learn's ``zero_division=0``)."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def precision(counts: Counts) -> Counts:
    """Precision by class, (…, classes)."""
    right, predicted, _ = _parts(counts)
    return _ratio(right, predicted)


def recall(counts: Counts) -> Counts:
    """Recall by class, (…, classes)."""
    right, _, gold = _parts(counts)
    return _ratio(right, gold)


def support(counts: Counts) -> Counts:
    """Gold sentences by class, (…, classes)."""
    return _parts(counts)[2]


def f1(counts: Counts) -> Counts:
    """F1 by class, (…, classes)."""
    right, predicted, gold = _parts(counts)
    return _ratio(2 * right, predicted + gold)


def macro_f1(counts: Counts) -> Counts:
    """Mean F1 of the classes that occur in gold or prediction; NaN where none does.

    The same as ``sklearn.metrics.f1_score(average="macro")``, which leaves out classes that occur in neither:
    a resample or a slice without a rare class is not punished for it.
    """
    right, predicted, gold = _parts(counts)
    occurs = predicted + gold > 0
    scores = _ratio(2 * right, predicted + gold)
    number = occurs.sum(axis=-1).astype(np.float64)
    return np.divide(scores.sum(axis=-1), number, out=np.full(number.shape, np.nan), where=number > 0)


def accuracy(counts: Counts) -> Counts:
    """Share of right sentences among all gold ones and all spurious ones that got a class other than ``none``."""
    right, _, _ = _parts(counts)
    whole = counts.sum(axis=(-2, -1))
    return np.divide(right.sum(axis=-1), whole, out=np.full(whole.shape, np.nan), where=whole > 0)
