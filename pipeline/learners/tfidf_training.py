"""Training of TF-IDF with logistic regression, by scikit-learn, and its result as a model that scores without."""

from collections.abc import Sequence
from dataclasses import astuple, fields

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from pipeline.config import TfidfParams
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, Observe, gold
from pipeline.learners.linear_model import LinearModel
from pipeline.learners.ngrams import Block, Row, rows_of
from pipeline.records import Document

PREVIOUS = 0.5  # what the sentence before counts


def train(
    params: TfidfParams,
    documents: Sequence[LabelledDocument],
    validation: Sequence[LabelledDocument],
    seed: int,
    observe: Observe,
) -> LinearModel:
    """One model a head; ``C`` is chosen on validation. Step of ``observe``: place in the grid."""
    vectoriser = new_vectoriser(params)
    features = vectoriser.fit_transform(columns([d.document for d in documents]))
    held_out = vectoriser.transform(columns([d.document for d in validation]))
    target, expected = gold(documents), gold(validation)
    models: dict[str, LogisticRegression] = {}
    for head in heads():
        known, judged = target[head] >= 0, expected[head] >= 0
        best = -1.0
        for step, strength in enumerate(params.c_grid):
            model = LogisticRegression(C=strength, class_weight="balanced", max_iter=1000, random_state=seed)
            model.fit(features[known], target[head][known])
            score = f1_score(
                expected[head][judged], model.predict(held_out[judged]), average="macro", zero_division=0
            )
            observe({f"validation.{head}.macro_f1": score, f"{head}.C": strength}, step)
            if score > best:
                best, models[head] = score, model
    return distilled(vectoriser, models)


def columns(documents: Sequence[Document]) -> pd.DataFrame:
    """One row a sentence of all documents."""
    rows = [astuple(row) for document in documents for row in rows_of(document)]
    return pd.DataFrame(rows, columns=[field.name for field in fields(Row)], dtype=object)  # any string at all


def new_vectoriser(params: TfidfParams) -> ColumnTransformer:
    """n-grams of words and characters, words of the sentence before and of the speaker's name, and facts."""
    frequent = {"min_df": params.minimum_documents, "sublinear_tf": True, "dtype": np.float32}
    return ColumnTransformer(
        [
            ("word", TfidfVectorizer(ngram_range=params.word_ngrams, **frequent), "sentence"),
            ("char", TfidfVectorizer(analyzer="char_wb", ngram_range=params.char_ngrams, **frequent), "sentence"),
            ("previous", TfidfVectorizer(**frequent), "previous"),
            ("speaker", TfidfVectorizer(**frequent), "speaker"),
            ("told", CountVectorizer(token_pattern=r"\S+", lowercase=False, dtype=np.float32), "told"),
        ],
        transformer_weights={"previous": PREVIOUS},
    )


def distilled(vectoriser: ColumnTransformer, models: dict[str, LogisticRegression]) -> LinearModel:
    """What scikit-learn learned, as numbers and n-grams alone."""
    fitted = vectoriser.named_transformers_
    blocks = [Block(name, one.ngram_range, _in_order(one.vocabulary_)) for name, one in fitted.items()]
    idf = [getattr(one, "idf_", np.ones(len(one.vocabulary_))) for one in fitted.values()]
    weights, biases = zip(*map(_rows, models.values()), strict=True)
    weights = np.concatenate(weights).T.astype(np.float32, order="C")
    weights[vectoriser.output_indices_["previous"]] *= PREVIOUS
    return LinearModel(
        tuple(blocks),
        {head: tuple(model.classes_.tolist()) for head, model in models.items()},
        np.concatenate(idf).astype(np.float32),
        weights,
        np.concatenate(biases).astype(np.float32),
    )


def _in_order(vocabulary: dict[str, int]) -> tuple[str, ...]:
    return tuple(sorted(vocabulary, key=vocabulary.__getitem__))


def _rows(model: LogisticRegression) -> tuple[np.ndarray, np.ndarray]:
    """Weights (classes, features) and bias; of two classes scikit-learn keeps the second's row alone."""
    weights, bias = model.coef_, model.intercept_
    if len(weights) == 1:
        return np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return weights, bias
