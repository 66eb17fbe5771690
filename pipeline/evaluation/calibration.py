"""Whether a probability means what it says: calibration error, Brier score, log loss, temperature.

Arrays throughout: ``proba`` (sentences, classes), ``gold`` (sentences,) class indices, ``confidence``
(sentences,) the probability of the chosen class, ``correct`` (sentences,) whether it was right.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from pipeline.learners.temperature import SMALLEST

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
    """Expected calibration error (top label, bins of equal mass), Brier score, log loss, and the bins."""

    ece: float
    brier: float
    log_loss: float
    bins: tuple[ReliabilityBin, ...]


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


def calibration(proba: Floats, gold: Ints, bins: int) -> Calibration:
    """Calibration of one head. Raises ``ValueError`` without sentences."""
    if len(gold) == 0:
        raise ValueError("calibration needs at least one sentence with both gold and prediction")
    found = reliability(proba.max(axis=1), proba.argmax(axis=1) == gold, bins)
    truth = np.eye(proba.shape[1])[gold]
    return Calibration(
        ece=expected_calibration_error(found),
        brier=float(((proba - truth) ** 2).sum(axis=1).mean()),
        log_loss=float(-np.log(np.maximum(proba[np.arange(len(gold)), gold], SMALLEST)).mean()),
        bins=found,
    )


def fit_temperature(log_proba: Floats, gold: Ints) -> float:
    """The temperature that minimises the log loss on validation sentences (Guo et al. 2017).

    Above 1 the learner was too sure of itself. Raises ``ValueError`` without sentences.
    """
    if len(gold) == 0:
        raise ValueError("a temperature needs validation sentences, got none")
    logits = np.maximum(log_proba, np.log(SMALLEST))

    def loss(log_temperature: float) -> float:
        scaled = log_softmax(logits / np.exp(log_temperature), axis=1)
        return float(-scaled[np.arange(len(gold)), gold].mean())

    found = minimize_scalar(loss, bounds=tuple(np.log(TEMPERATURES)), method="bounded", options={"xatol": 1e-5})
    return float(np.exp(found.x))
