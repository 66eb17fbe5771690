"""Probabilities flattened or sharpened by one number."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

# A probability of exactly 0 would make the log loss infinite for one wrong sentence of ten thousand.
SMALLEST = 1e-12


def apply_temperature(proba: NDArray[np.floating], temperature: float) -> NDArray[np.floating]:
    """Probabilities flattened (above 1) or sharpened (below 1); the chosen class stays the same.

    ``proba``: (sentences, classes). Raises ``ValueError`` for a temperature that is not positive.
    """
    if temperature <= 0:
        raise ValueError(f"a temperature is positive, got {temperature}")
    return softmax(np.log(np.maximum(proba, SMALLEST)) / temperature, axis=1)
