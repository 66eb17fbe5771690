"""The contract of every learner: fitted on labelled documents, asked for probabilities of whole documents.

A document, not a sentence, is the unit of exchange: what a sentence does depends on its article.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import numpy as np

from pipeline.labels import heads
from pipeline.records import Document, Labels

Probabilities = dict[str, np.ndarray]
"""Head → float32 array of shape (sentences of one document, classes of the head); rows sum to 1."""

Observe = Callable[[dict[str, float], int], None]
"""Receives metrics of one training step: name → value, and the step (epoch or grid point) from 0."""


@dataclass(frozen=True)
class LabelledDocument:
    """A document as the pipeline sees it, with the gold labels of its sentences (None: no gold partner)."""

    document: Document
    labels: tuple[Labels | None, ...]


class Predictor(Protocol):
    """Something fitted: it answers, and what ``save`` writes can score alone."""

    name: str

    @property
    def engine(self) -> str:
        """The number format of the heavy work and what computes it, for people."""
        ...

    def predict_proba(self, documents: Sequence[Document]) -> list[Probabilities]:
        """Class probabilities of every sentence, one dict a document, in order."""
        ...

    def save(self, folder: Path) -> None:
        """Write all that ``load`` needs into an existing folder, without pickle."""
        ...

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote. Raises ``FileNotFoundError`` or ``ValueError`` when it is not whole."""
        ...


class Learner(Predictor, Protocol):
    """A constructor only stores; ``fit`` learns."""

    def fit(
        self, train: Sequence[LabelledDocument], validation: Sequence[LabelledDocument], observe: Observe
    ) -> None:
        """Learn from ``train``; choose (epoch, regularisation) by macro-F1 on ``validation``."""
        ...


def predict(probabilities: Sequence[Probabilities]) -> dict[str, np.ndarray]:
    """Most probable class index of every sentence of all documents: head → (sentences,) int64."""
    return {
        head: np.concatenate([p[head].argmax(axis=1) for p in probabilities] or [np.zeros(0, dtype=np.int64)])
        for head in heads()
    }


def gold(documents: Sequence[LabelledDocument]) -> dict[str, np.ndarray]:
    """Gold class index of every sentence of all documents, -1 where it has none: head → (sentences,) int64."""
    labels = [label for document in documents for label in document.labels]
    return {
        head: np.array(
            [-1 if label is None else classes.index(getattr(label, head)) for label in labels], np.int64
        )
        for head, classes in heads().items()
    }


def check_material(train: Sequence[LabelledDocument], validation: Sequence[LabelledDocument]) -> None:
    """Raise ``ValueError`` unless training has two classes of every head and validation a gold sentence."""
    mend = "label more articles, or mend `split` in the parameters"
    for head, codes in gold(train).items():
        if len(np.unique(codes[codes >= 0])) < 2:
            raise ValueError(f"the training articles do not show two classes of {head} to tell apart: {mend}")
    if not any(label for document in validation for label in document.labels):
        raise ValueError(f"no sentence of the validation articles has gold labels: {mend}")
