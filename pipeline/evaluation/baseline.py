"""The baseline that reads nothing: every sentence gets the class shares of the training labels.

Its choice is the majority class; its probabilities are calibrated by construction, so its log loss is the one to
beat as well (scikit-learn's ``DummyClassifier(strategy="prior")``)."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.evaluation.predictions import check, probability_column
from pipeline.labels import heads
from pipeline.records import Labels

MAJORITY = "majority"


def class_shares(training: Iterable[Labels]) -> dict[str, NDArray[np.float64]]:
    """Head → share of each class in the training labels. Raises ``ValueError`` without labels."""
    labels = list(training)
    if not labels:
        raise ValueError("the majority baseline needs training labels, got none")
    return {
        head: np.array([sum(getattr(item, head) == name for item in labels) for name in classes]) / len(labels)
        for head, classes in heads().items()
    }


def majority_predictions(table: pd.DataFrame, shares: dict[str, NDArray[np.float64]]) -> pd.DataFrame:
    """The table of another learner (same sentences, same speakers) with the baseline's probabilities."""
    predicted = table["predicted"].to_numpy(dtype=bool)
    filled = {
        probability_column(head, name): np.where(predicted, shares[head][i], np.nan)
        for head, classes in heads().items()
        for i, name in enumerate(classes)
    }
    baseline = table.assign(**filled)
    check(baseline)
    return baseline
