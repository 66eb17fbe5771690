"""Frozen sentence embeddings with logistic regression: what the encoder knows before it is taught anything."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, Observe, Probabilities, check_material
from pipeline.records import Document
from tests.bench.encoding import PooledEncoder, tokenizer_of, vectors
from tests.bench.reading import Reading, by_document, class_counts, labelled, macro_f1, readings

# Inverse regularisation, on standardised dimensions.
C_GRID = (0.0001, 0.001, 0.01)


class LogisticHeads:
    """One logistic regression a head over vectors of sentences, its strength chosen on validation."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.models: dict[str, Pipeline] = {}

    def fit(
        self,
        vectors: np.ndarray,
        target: dict[str, np.ndarray],
        held_out: np.ndarray,
        expected: dict[str, np.ndarray],
        observe: Observe,
    ) -> None:
        """``vectors``, ``held_out``: (sentences, width). Step of ``observe``: place in the grid."""
        for head in heads():
            best = -1.0
            for step, strength in enumerate(C_GRID):
                model = make_pipeline(
                    StandardScaler(),
                    LogisticRegression(C=strength, class_weight="balanced", max_iter=500, random_state=self.seed),
                )
                model.fit(vectors, target[head])
                score = macro_f1(expected[head], model.predict(held_out))
                observe({f"validation.{head}.macro_f1": score, f"{head}.C": strength}, step)
                if score > best:
                    best, self.models[head] = score, model

    def predict_proba(self, vectors: np.ndarray) -> dict[str, np.ndarray]:
        """Head → (sentences, classes). A class that training never showed gets probability 0."""
        found = {head: np.zeros((len(vectors), count), np.float32) for head, count in class_counts().items()}
        for head, model in self.models.items():
            if len(vectors):
                found[head][:, model.classes_] = model.predict_proba(vectors)
        return found


class FrozenLearner:
    """Facts, sentence and the sentence before, each a vector of its own, side by side: one vector of the joined
    text would blur what a linear model cannot part again."""

    name = "frozen"

    def __init__(self, backbone: Path, seed: int) -> None:
        self.backbone = backbone
        self.heads = LogisticHeads(seed)

    def fit(
        self, train: Sequence[LabelledDocument], validation: Sequence[LabelledDocument], observe: Observe
    ) -> None:
        """See ``Learner``."""
        check_material(train, validation)
        self.tokenizer = tokenizer_of(self.backbone)
        self.encoder = PooledEncoder(self.backbone)
        (read, target), (held_out, expected) = labelled(train), labelled(validation)
        self.heads.fit(self._vectors(read), target, self._vectors(held_out), expected, observe)

    def predict_proba(self, documents: Sequence[Document]) -> list[Probabilities]:
        """See ``Predictor``."""
        return by_document(documents, self.heads.predict_proba(self._vectors(readings(documents))))

    def _vectors(self, read: Sequence[Reading]) -> np.ndarray:
        pieces = ([one.facts for one in read], [one.sentence for one in read], [one.previous for one in read])
        return np.hstack([vectors(self.encoder, self.tokenizer, texts) for texts in pieces])
