"""TF-IDF with logistic regression, one model a head: the plain learner beside the transformer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np

from pipeline.config import TfidfParams
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, Observe, Probabilities, check_material
from pipeline.learners.linear_model import LinearModel
from pipeline.learners.ngrams import rows_of
from pipeline.records import Document


class TfidfLearner:
    """n-grams of words and characters, words of the sentence before, and what is told of the speaker."""

    name = "tfidf"
    engine = "fp32"

    def __init__(self, params: TfidfParams | None, seed: int) -> None:
        self.params = params
        self.seed = seed
        self.model: LinearModel | None = None

    def fit(
        self, train: Sequence[LabelledDocument], validation: Sequence[LabelledDocument], observe: Observe
    ) -> None:
        """Fit one model a head; ``C`` is chosen on validation. Step of ``observe``: place in the grid.

        Raises ``ValueError`` where there is too little to learn from.
        """
        from pipeline.learners.tfidf_training import train as fitted  # scikit-learn: scoring can do without

        assert self.params is not None
        check_material(train, validation)
        self.model = fitted(self.params, train, validation, self.seed, observe)

    def predict_proba(self, documents: Sequence[Document]) -> list[Probabilities]:
        """See ``Learner``. A class that training never showed gets probability 0."""
        return [self._answer(document) for document in documents]

    def _answer(self, document: Document) -> Probabilities:
        assert self.model is not None
        rows = rows_of(document)
        answer = {head: np.zeros((len(rows), len(known)), np.float32) for head, known in heads().items()}
        for head, found in self.model.probabilities(rows):
            answer[head][:, self.model.classes[head]] = found
        return answer

    def save(self, folder: Path) -> None:
        """Write weights and n-grams; the same model always gives the same bytes."""
        assert self.model is not None
        self.model.save(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a saved learner. Raises ``FileNotFoundError``; ``LinearModelError`` where it is not whole."""
        learner = cls(None, seed=0)
        learner.model = LinearModel.load(folder)
        return learner
