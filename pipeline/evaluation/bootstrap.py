"""Percentile bootstrap over articles (Efron and Tibshirani 1993, ch. 13; Dror et al. 2018 for the paired test).

Sentences of one article share speakers, outlet and topic, so the article is the unit that is drawn; drawing
sentences would give intervals that are too narrow. A resample is a row of weights: how often each article was
drawn. Scores of all resamples come from one matrix product of the weights with the counts by article.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]
Statistic = Callable[[Counts], Counts]


@dataclass(frozen=True)
class Interval:
    """A value with its percentile interval. ``low`` and ``high`` are None for fewer than two articles."""

    value: float
    low: float | None
    high: float | None

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"{self.value:.3f} (–)"
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


@dataclass(frozen=True)
class Difference:
    """A paired difference, later minus earlier learner, on the same articles.

    ``opposite`` is the share of resamples in which the difference has the other sign or is zero; small means
    that the order of the two learners hardly hangs on which articles were drawn.
    """

    value: float
    low: float | None
    high: float | None
    opposite: float | None

    @property
    def clear(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def resample_weights(articles: int, resamples: int, seed: int) -> Counts:
    """How often each resample draws each article: (resamples, articles), every row adding up to ``articles``."""
    if articles < 1 or resamples < 1:
        raise ValueError(f"a bootstrap needs articles and resamples, got {articles} and {resamples}")
    generator = np.random.default_rng(seed)
    return generator.multinomial(articles, np.full(articles, 1 / articles), size=resamples).astype(np.float64)


def resample(counts: Counts, weights: Counts) -> Counts:
    """Counts (articles, …) → counts of every resample (resamples, …)."""
    return (weights @ counts.reshape(len(counts), -1)).reshape(len(weights), *counts.shape[1:])


def interval(statistic: Statistic, counts: Counts, weights: Counts, confidence: float) -> Interval:
    """A scalar statistic of the counts of all articles, with its interval.

    ``statistic`` maps (…, *shape of one article's counts) to (…). Resamples in which it is NaN are left out.
    """
    (single,) = intervals(lambda drawn: statistic(drawn)[..., None], counts, weights, confidence)
    return single


def intervals(statistic: Statistic, counts: Counts, weights: Counts, confidence: float) -> tuple[Interval, ...]:
    """As ``interval``, for a statistic that gives one value a class: (…, *shape) → (…, classes)."""
    values = statistic(counts.sum(axis=0))
    if len(counts) < 2:
        return tuple(Interval(float(value), None, None) for value in values)
    low, high = _bounds(statistic(resample(counts, weights)), confidence)
    return tuple(Interval(*map(float, triple)) for triple in zip(values, low, high, strict=True))


def paired_difference(
    statistic: Statistic, earlier: Counts, later: Counts, weights: Counts, confidence: float
) -> Difference:
    """``statistic(later) - statistic(earlier)``; both counts hold the same articles in the same order.

    Raises ``ValueError`` when the numbers of articles differ.
    """
    if len(earlier) != len(later):
        raise ValueError(f"a paired difference needs the same articles, got {len(earlier)} and {len(later)}")
    value = float(statistic(later.sum(axis=0)) - statistic(earlier.sum(axis=0)))
    if len(earlier) < 2:
        return Difference(value, None, None, None)
    drawn = statistic(resample(later, weights)) - statistic(resample(earlier, weights))
    low, high = _bounds(drawn, confidence)
    other = drawn <= 0 if value > 0 else drawn >= 0
    return Difference(value, float(low), float(high), float(other[~np.isnan(drawn)].mean()))


def _bounds(drawn: Counts, confidence: float) -> tuple[Counts, Counts]:
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail], axis=0)
    return low, high
