"""Abstaining: what is won in quality when the learner speaks only where it is confident."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.metrics import macro_f1

# Twenty points draw a smooth curve; each still holds a twentieth of the test sentences.
STEPS = 20


@dataclass(frozen=True)
class CoveragePoint:
    """Answering the most confident share ``coverage``: the threshold that does it, and the scores there."""

    coverage: float
    threshold: float
    macro_f1: float
    accuracy: float
    sentences: int


def coverage_curve(proba: NDArray[np.float64], gold: NDArray[np.int64]) -> tuple[CoveragePoint, ...]:
    """Points from full coverage downward. ``proba`` is (sentences, classes), ``gold`` (sentences,) indices.

    Equal confidences are kept or left together, so a learner of one confidence gives one point.
    """
    confidence, chosen = proba.max(axis=1), proba.argmax(axis=1)
    size = proba.shape[1] + 1
    points: dict[int, CoveragePoint] = {}
    for share in np.linspace(1, 1 / STEPS, STEPS):
        threshold = float(np.quantile(confidence, 1 - share, method="lower"))
        kept = confidence >= threshold
        counts = np.zeros((size, size))
        np.add.at(counts, (gold[kept], chosen[kept]), 1.0)
        points[int(kept.sum())] = CoveragePoint(
            coverage=float(kept.mean()),
            threshold=threshold,
            macro_f1=float(macro_f1(counts)),
            accuracy=float((gold[kept] == chosen[kept]).mean()),
            sentences=int(kept.sum()),
        )
    return tuple(points.values())
