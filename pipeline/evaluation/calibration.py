"""Whether a probability means what it says: calibration error, Brier score, log loss, temperature.

Arrays throughout: ``proba`` (sentences, classes), ``gold`` (sentences,) class indices, ``confidence``
(sentences,) the probability of the chosen class, ``correct`` (sentences,) whether it was right.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from pipeline.learners.temperature import log_probabilities

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Fine-tuned classifiers need 1 to 3 (Guo et al. 2017); the bounds only stop a search on a degenerate split.
TEMPERATURES = (0.05, 20.0)


@dataclass(frozen=True)
class ReliabilityBin:
    """Sentences of like confidence: their mean confidence, the share that was right, and how many they are."""

    confidence: float
    accuracy: float
    sentences: int


@dataclass(frozen=True)
class Calibration:
    """Expected calibration error (top label, bins of equal mass), Brier score, log loss, and the bins.

    Few sentences never lie on the diagonal: ``chance`` is the error that a perfectly calibrated learner of this
    confidence would show on as many. ``debiased`` is the root mean squared gap that is left when its part is taken
    off; it is no smaller than the mean gap of the same bins.
    """

    ece: float
    chance: float
    debiased: float
    brier: float
    log_loss: float
    bins: tuple[ReliabilityBin, ...]


# Where every gold sentence was missed.
UNMEASURED = Calibration(math.nan, math.nan, math.nan, math.nan, math.nan, ())


def reliability(confidence: Floats, correct: Bools, bins: int) -> tuple[ReliabilityBin, ...]:
    """At most ``bins`` bins of about equal mass, by rising confidence; equal confidences share a bin."""
    edges = np.quantile(confidence, np.linspace(0, 1, bins + 1)[1:-1])
    number = np.searchsorted(edges, confidence, side="right")
    return tuple(
        ReliabilityBin(float(confidence[inside].mean()), float(correct[inside].mean()), int(inside.sum()))
        for inside in (number == i for i in np.unique(number))
    )


def expected_calibration_error(bins: tuple[ReliabilityBin, ...]) -> float:
    """Mean gap between confidence and accuracy, weighted by sentences (Naeini et al. 2015)."""
    sentences = sum(item.sentences for item in bins)
    return sum(abs(item.confidence - item.accuracy) * item.sentences for item in bins) / sentences


def chance_error(bins: tuple[ReliabilityBin, ...]) -> float:
    """The calibration error to expect where confidence is the chance of being right: the mean distance of a share
    of right answers from its expectation, normally distributed (Bröcker and Smith 2007 draw it instead)."""
    sentences = sum(item.sentences for item in bins)
    spread = sum(math.sqrt(item.sentences * item.confidence * (1 - item.confidence)) for item in bins)
    return math.sqrt(2 / math.pi) * spread / sentences


def debiased_error(bins: tuple[ReliabilityBin, ...]) -> float:
    """Root of the mean squared gap less the variance of each bin's share of right answers; 0 where that explains
    all (Kumar, Liang and Ma 2019). A bin of one sentence tells nothing and is left out."""
    known = [item for item in bins if item.sentences > 1]
    if not known:
        return math.nan
    squared = sum(
        item.sentences
        * ((item.confidence - item.accuracy) ** 2 - item.accuracy * (1 - item.accuracy) / (item.sentences - 1))
        for item in known
    )
    return math.sqrt(max(0.0, squared / sum(item.sentences for item in known)))


def calibration(proba: Floats, gold: Ints, bins: int) -> Calibration:
    """Calibration of one head. Raises ``ValueError`` without sentences."""
    if len(gold) == 0:
        raise ValueError("calibration needs at least one sentence with both gold and prediction")
    found = reliability(proba.max(axis=1), proba.argmax(axis=1) == gold, bins)
    truth = np.eye(proba.shape[1])[gold]
    return Calibration(
        ece=expected_calibration_error(found),
        chance=chance_error(found),
        debiased=debiased_error(found),
        brier=float(((proba - truth) ** 2).sum(axis=1).mean()),
        log_loss=float(-log_probabilities(proba[np.arange(len(gold)), gold]).mean()),
        bins=found,
    )


def fit_temperatures(log_probas: Sequence[Floats], gold: Ints) -> tuple[float, ...]:
    """The temperatures of the learners that pool their answers (``pool``) which together minimise the log loss on
    validation sentences. One alone is Guo et al. 2017: above 1 the learner was too sure of itself.

    Each of ``log_probas``: (sentences, classes), finite. Raises ``ValueError`` without sentences.
    """
    if len(gold) == 0:
        raise ValueError("a temperature needs validation sentences, got none")
    terms = np.stack(log_probas)
    rows = np.arange(len(gold))

    def loss(log_temperatures: Floats) -> tuple[float, Floats]:
        weighted = terms * np.exp(-log_temperatures)[:, None, None]
        said = log_softmax(weighted.sum(axis=0), axis=1)
        excess = np.exp(said)
        excess[rows, gold] -= 1
        return -said[rows, gold].mean(), -(weighted * excess).sum(axis=(1, 2)) / len(gold)

    start = np.full(len(terms), np.log(len(terms)))  # as if they all said the same
    bounds = [tuple(np.log(TEMPERATURES))] * len(terms)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-10})
    return tuple(np.exp(found.x).tolist())
