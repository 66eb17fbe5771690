"""When to abstain: a threshold of confidence from which on answers are as precise as asked, and whether they are.

The lowest threshold that reaches the target on validation was picked because it does so there; on other articles
its precision falls short in half of all cases: .785, .831 and .873 over 24 held-out halves of the validation
articles, where .80, .85 and .90 were asked for. Bounds that look at the answers above the threshold alone
(Clopper–Pearson in fixed sequence: Angelopoulos et al. 2021, learn then test) find no threshold for .90 in most
halves: there are too few such answers. So the share of right answers is modelled by confidence, from all answers
(Platt 1999), and the model is fitted anew to resampled articles; the threshold must serve in nine of ten. So
chosen, the halves had .821, .884 and .912.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from pipeline.config import EvaluateParams
from pipeline.evaluation.bootstrap import Counts, Interval, interval, resample_weights
from pipeline.evaluation.predictions import aligned, gold_codes, predicted_codes, probabilities
from pipeline.labels import NONE, heads

Floats = NDArray[np.float64]

# One-sided. With .8 a quarter of the held-out halves fell short of .80, with .9 a sixth.
CERTAINTY = 0.9
# Enough that another seed moves the threshold by .01 at most.
RESAMPLES = 200
# A probability that float32 rounds to 1 would be infinite evidence.
SUREST = 1 - 1e-4
# Shift and slope of the curve on which confidence is the chance of being right.
AS_STATED = np.array([0.0, 1.0])
# On validation six are enough; far off, where all answers are right, twenty.
NEWTON_STEPS = 25


@dataclass(frozen=True)
class Abstention:
    """What the threshold does to sentences said to support or oppose.

    ``answered`` of ``sentences`` reach it. ``precision`` is the share of right stances among these, ``unfiltered``
    among all of them; None where there are none.
    """

    threshold: float
    sentences: int
    answered: int
    precision: Interval | None
    unfiltered: Interval | None


def bears_stance(chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which answers, given as class indices of the stance, say more than none."""
    return (chosen >= 0) & (chosen != heads()["stance"].index(NONE))


def threshold_for_precision(
    confidence: Floats, correct: NDArray[np.bool_], article: NDArray[np.int64], target: float, seed: int
) -> float:
    """The lowest confidence from which on answers are right in the share ``target``, in nine of ten resamples of
    the articles; ``math.inf`` (withhold everything) when none is.

    Arrays of one element an answer; ``article`` tells which one it comes from. Answers with
    ``confidence >= threshold`` are to be given. Choose it on validation, never on what it is reported on.
    """
    if len(confidence) == 0:
        return math.inf
    order = np.argsort(-confidence, kind="stable")
    sure, right = confidence[order], correct[order]
    names, number = np.unique(article[order], return_inverse=True)
    drawn = resample_weights(len(names), RESAMPLES, seed)[:, number]
    share = _chances_of_being_right(sure, right, drawn).cumsum(axis=1) / np.arange(1, len(sure) + 1)
    # a threshold cannot separate equal confidences: only the last of them is a possible cut
    cut = np.append(sure[:-1] != sure[1:], True)
    reached = np.flatnonzero(cut & (np.quantile(share, 1 - CERTAINTY, axis=0) >= target))
    return float(sure[reached[-1]]) if len(reached) else math.inf


def _chances_of_being_right(confidence: Floats, right: NDArray[np.bool_], weights: Counts) -> Floats:
    """Logistic curves in the confidence's logit, one a resample, fitted all at once by Newton's method: weights
    and result are (resamples, answers). A normal prior of unit width says that confidence means what it says; it
    keeps the curve finite where all answers are right or all are wrong."""
    line = np.stack([np.ones_like(confidence), logit(np.minimum(confidence, SUREST))])
    squares = (line[:, None] * line).reshape(4, -1)
    curves = np.tile(AS_STATED, (len(weights), 1))
    for _ in range(NEWTON_STEPS):
        chance = expit(curves @ line)
        gradient = (weights * (right - chance)) @ line.T - (curves - AS_STATED)
        curvature = ((weights * chance * (1 - chance)) @ squares.T).reshape(-1, 2, 2) + np.eye(2)
        curves = curves + np.linalg.solve(curvature, gradient[..., None])[..., 0]
    return expit(curves @ line)


def abstention(table: pd.DataFrame, threshold: float, params: EvaluateParams, seed: int) -> Abstention:
    """Apply a threshold to the sentences of one condition whose gold stance is told."""
    known = aligned(table)
    known = known[gold_codes(known, "stance") >= 0]
    known = known[bears_stance(predicted_codes(known, "stance"))]
    right = gold_codes(known, "stance") == predicted_codes(known, "stance")
    answered = probabilities(known, "stance").max(axis=1) >= threshold
    names, article = np.unique(known["article_id"].to_numpy(dtype=str), return_inverse=True)
    counts = np.zeros((len(names), 4))
    np.add.at(counts, article, np.stack([right & answered, answered, right, np.ones_like(right)], axis=1))
    return Abstention(
        threshold,
        sentences=len(known),
        answered=int(answered.sum()),
        precision=_precision(counts[:, :2], params, seed),
        unfiltered=_precision(counts[:, 2:], params, seed),
    )


def _precision(counts: Counts, params: EvaluateParams, seed: int) -> Interval | None:
    """From right and all answers by article, of shape (articles, 2)."""
    if not counts.any():
        return None
    return interval(_share, counts, resample_weights(len(counts), params.resamples, seed), params.confidence)


def _share(counts: Counts) -> Counts:
    part, whole = counts[..., 0], counts[..., 1]
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
