"""Probabilities flattened or sharpened by one number a head, so that they mean what they say; and those of several
learners pooled, each at its own.

Nothing richer is kept: cross-validated over the validation articles, these left the confidence about as near to
the truth as chance allows. Vector scaling, a bias a class, Dirichlet (Kull et al. 2019), beta and isotonic
calibration all cost macro-F1 (docs/experiments.md).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.learners.contract import Probabilities

# A probability of exactly 0 would make the log loss infinite for one wrong sentence of ten thousand.
SMALLEST = 1e-12


def log_probabilities(proba: NDArray[np.floating]) -> NDArray[np.float64]:
    """Natural logarithms, finite also for a probability of 0."""
    return np.log(np.maximum(proba, SMALLEST, dtype=np.float64))


def softmax(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """Probabilities of rows of scores, (rows, classes). SciPy's own takes 0.1 s to import."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def pool(probas: Sequence[NDArray[np.floating]], temperatures: Sequence[float]) -> NDArray[np.float64]:
    """Log-probabilities of one head, divided by a temperature each, added up and normalised: the logarithmic
    opinion pool (Genest and Zidek 1986), with the inverse temperatures as weights.

    Each of ``probas``: (sentences, classes). Raises ``ValueError`` for a temperature that is not positive.
    """
    if min(temperatures) <= 0:
        raise ValueError(f"a temperature is positive, got {min(temperatures)}")
    terms = (log_probabilities(one) / at for one, at in zip(probas, temperatures, strict=True))
    return softmax(sum(terms))


def apply_temperature(proba: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """Probabilities flattened (above 1) or sharpened (below 1); the chosen class stays the same (Guo et al. 2017).

    ``proba``: (sentences, classes). Raises ``ValueError`` for a temperature that is not positive.
    """
    return pool([proba], [temperature])


def tempered(answer: Probabilities, temperatures: Mapping[str, float]) -> Probabilities:
    """An answer with every head at its temperature, at 1 where a head is not named."""
    return {
        head: apply_temperature(proba, temperatures.get(head, 1.0)).astype(np.float32)
        for head, proba in answer.items()
    }
