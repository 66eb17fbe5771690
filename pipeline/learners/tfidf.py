"""TF-IDF with logistic regression, one model a head: the plain learner beside the transformer."""

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Self
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import pandas as pd
import skops.io
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from pipeline.config import TfidfParams
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, Observe, Probabilities, check_material, gold
from pipeline.learners.told import SENTENCE_CHARACTERS, told
from pipeline.records import Document

MODEL_FILE = "tfidf.skops"
SCHEMA = "schema.json"  # skops' table of contents; every other part of its archive is an array
ADDRESS = re.compile(r'(?<="__id__": )\d+|(?<="file": ")\d+(?=\.npy")')

# All that a saved model may hold; skops refuses any other type.
TRUSTED = [
    "numpy.dtype",
    "scipy.sparse._csr.csr_matrix",
    "sklearn.compose._column_transformer.ColumnTransformer",
    "sklearn.compose._column_transformer._RemainderColsList",
]


class TfidfLearner:
    """n-grams of words and characters, words of the sentence before, and what is told of the speaker."""

    name = "tfidf"

    def __init__(self, params: TfidfParams | None, seed: int) -> None:
        self.params = params
        self.seed = seed
        self.vectoriser: ColumnTransformer | None = None
        self.models: dict[str, LogisticRegression] = {}

    def fit(
        self, train: Sequence[LabelledDocument], validation: Sequence[LabelledDocument], observe: Observe
    ) -> None:
        """Fit one model a head; ``C`` is chosen on validation. Step of ``observe``: place in the grid.

        Raises ``ValueError`` where there is too little to learn from.
        """
        assert self.params is not None
        check_material(train, validation)
        self.vectoriser = _vectoriser(self.params)
        features = self.vectoriser.fit_transform(columns([d.document for d in train]))
        held_out = self.vectoriser.transform(columns([d.document for d in validation]))
        target, expected = gold(train), gold(validation)
        for head in heads():
            known, judged = target[head] >= 0, expected[head] >= 0
            best = -1.0
            for step, strength in enumerate(self.params.c_grid):
                model = LogisticRegression(
                    C=strength, class_weight="balanced", max_iter=1000, random_state=self.seed
                )
                model.fit(features[known], target[head][known])
                score = f1_score(
                    expected[head][judged], model.predict(held_out[judged]), average="macro", zero_division=0
                )
                observe({f"validation.{head}.macro_f1": score, f"{head}.C": strength}, step)
                if score > best:
                    best, self.models[head] = score, model

    def predict_proba(self, documents: Sequence[Document]) -> list[Probabilities]:
        """See ``Learner``. A class that training never showed gets probability 0."""
        assert self.vectoriser is not None
        sizes = [len(document.sentences) for document in documents]
        rows = sum(sizes)
        scores = {head: np.zeros((rows, len(classes)), dtype=np.float32) for head, classes in heads().items()}
        if rows:
            features = self.vectoriser.transform(columns(documents))
            for head, model in self.models.items():
                scores[head][:, model.classes_] = model.predict_proba(features)
        cuts = np.cumsum(sizes)[:-1]
        parts = {head: np.split(array, cuts) for head, array in scores.items()}
        return [{head: parts[head][i] for head in parts} for i in range(len(documents))]

    def save(self, folder: Path) -> None:
        """Write vectoriser and models as one skops file; the same model always gives the same bytes."""
        state = {"vectoriser": self.vectoriser, "models": self.models}
        _write_steadily(skops.io.dumps(state), folder / MODEL_FILE)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a saved learner; types beyond ``TRUSTED`` and skops' own are refused."""
        learner = cls(None, seed=0)
        state = skops.io.load(folder / MODEL_FILE, trusted=TRUSTED)
        learner.vectoriser, learner.models = state["vectoriser"], state["models"]
        return learner


def _write_steadily(archive: bytes, path: Path) -> None:
    """Write what skops made without what chance put there: addresses in memory become numbers in order, and parts
    carry no time. Otherwise no two trainings would give the same bundle."""
    numbers: dict[str, str] = {}
    with ZipFile(io.BytesIO(archive)) as drawn, ZipFile(path, "w", ZIP_DEFLATED) as written:
        schema = ADDRESS.sub(
            lambda found: numbers.setdefault(found.group(), str(len(numbers) + 1)),
            drawn.read(SCHEMA).decode("utf-8"),
        )
        parts = {f"{numbers[Path(name).stem]}.npy": name for name in drawn.namelist() if name != SCHEMA}
        for part in sorted(parts):
            written.writestr(ZipInfo(part), drawn.read(parts[part]), ZIP_DEFLATED)
        written.writestr(ZipInfo(SCHEMA), schema, ZIP_DEFLATED)


def _vectoriser(params: TfidfParams) -> ColumnTransformer:
    frequent = {"min_df": params.minimum_documents, "sublinear_tf": True, "dtype": np.float32}
    return ColumnTransformer(
        [
            ("word", TfidfVectorizer(ngram_range=params.word_ngrams, **frequent), "sentence"),
            ("char", TfidfVectorizer(analyzer="char_wb", ngram_range=params.char_ngrams, **frequent), "sentence"),
            ("previous", TfidfVectorizer(**frequent), "previous"),
            ("speaker", TfidfVectorizer(**frequent), "speaker"),
            ("told", CountVectorizer(token_pattern=r"\S+", lowercase=False, dtype=np.float32), "told"),
        ],
        transformer_weights={"previous": 0.5},
    )


def columns(documents: Sequence[Document]) -> pd.DataFrame:
    """One row a sentence: its words, those before it, the speaker's name, and the rest as joint tokens."""
    rows = []
    for document in documents:
        previous = document.article.headline[:SENTENCE_CHARACTERS]
        for entry in told(document):
            speaker = entry.speaker[:SENTENCE_CHARACTERS]
            rows.append((entry.sentence, previous, speaker, " ".join(entry.facts())))
            previous = entry.sentence
    return pd.DataFrame(rows, columns=["sentence", "previous", "speaker", "told"])
