"""Why TF-IDF gave a label: the exact terms of its sum.

Logistic regression is additive in the log-odds of two classes: the intercepts' difference, plus for every feature
its value times the difference of the two classes' weights. Nothing is estimated. What a *word* gets is a
convention: an n-gram's term is shared alike by its occurrences, and by the words that an occurrence covers.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression

from pipeline.learners.explanation import (
    BEFORE,
    FACT,
    SPEAKER,
    Contrast,
    Explanation,
    Part,
    word_shares,
    word_spans,
)
from pipeline.learners.tfidf import TfidfLearner, columns
from pipeline.learners.told import SENTENCE_CHARACTERS
from pipeline.records import Document

METHOD = "exact linear weights"
SHOWN = 15  # n-grams named one by one; all are counted in the words

Occurrence = tuple[int, ...]
"""The words, by number, that one occurrence of an n-gram covers."""


@dataclass(frozen=True)
class _Ngram:
    """An n-gram of the sentence that the model knows: its feature's column and where it occurs."""

    kind: str
    text: str
    column: int
    occurrences: tuple[Occurrence, ...]


def weigh(
    learner: TfidfLearner, document: Document, sentence: int, contrasts: Mapping[str, Contrast]
) -> dict[str, Explanation]:
    """An explanation for each head of ``contrasts``. A head with a class that training never showed is left out:
    the model has no weights for it."""
    vectoriser = learner.vectoriser
    assert vectoriser is not None
    row = columns([document]).iloc[[sentence]]
    features = csr_matrix(vectoriser.transform(row))  # of few sentences it makes a dense array
    # stand-ins for names leave every word its place
    spans = word_spans(document.sentences[sentence].text[:SENTENCE_CHARACTERS])
    ngrams = _ngrams(vectoriser, row["sentence"].item().split())
    explained = {}
    for head, contrast in contrasts.items():
        model = learner.models[head]
        if {contrast.label, contrast.rival} <= set(model.classes_.tolist()):
            terms, base = _terms(model, features, contrast)
            explained[head] = Explanation(
                METHOD,
                score=_log_odds(model, features, contrast),
                base=base,
                words=word_shares(spans, _by_word(ngrams, terms, len(spans))),
                parts=tuple(_parts(vectoriser, row, terms)),
                ngrams=_weightiest(ngrams, terms),
            )
    return explained


def _terms(
    model: LogisticRegression, features: csr_matrix, contrast: Contrast
) -> tuple[NDArray[np.floating], float]:
    """Each feature's term of the log-odds, of shape (features,), and the intercepts' difference."""
    weights, bias = model.coef_, model.intercept_
    if len(weights) == 1:  # of two classes scikit-learn keeps the second's row alone
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    label, rival = _rows(model, contrast)
    terms = np.zeros(weights.shape[1])
    found = features.indices
    terms[found] = features.data * (weights[label, found] - weights[rival, found]) / contrast.temperature
    return terms, float(bias[label] - bias[rival]) / contrast.temperature


def _log_odds(model: LogisticRegression, features: csr_matrix, contrast: Contrast) -> float:
    """The log-odds by the model's own answer: what the terms must add up to."""
    answer = model.predict_log_proba(features)[0]
    label, rival = _rows(model, contrast)
    return float(answer[label] - answer[rival]) / contrast.temperature


def _rows(model: LogisticRegression, contrast: Contrast) -> tuple[int, int]:
    classes = model.classes_.tolist()
    return classes.index(contrast.label), classes.index(contrast.rival)


def _ngrams(vectoriser: ColumnTransformer, words: Sequence[str]) -> list[_Ngram]:
    """The known n-grams of both kinds. No n-gram of characters crosses a blank, and tokens hold none, so that
    cutting the sentence at blanks first changes no n-gram."""
    return [
        _Ngram(kind, text, vectoriser.output_indices_[block].start + column, tuple(occurrences))
        for kind, block, found in (
            ("word", "word", _of_tokens(vectoriser, words)),
            ("characters", "char", _of_characters(vectoriser, words)),
        )
        for text, occurrences in _grouped(found).items()
        if (column := vectoriser.named_transformers_[block].vocabulary_.get(text)) is not None
    ]


def _of_tokens(vectoriser: ColumnTransformer, words: Sequence[str]) -> Iterator[tuple[str, Occurrence]]:
    model = vectoriser.named_transformers_["word"]
    prepare, cut = model.build_preprocessor(), model.build_tokenizer()
    tokens = [(token, number) for number, word in enumerate(words) for token in cut(prepare(word))]
    shortest, longest = model.ngram_range
    for size in range(shortest, longest + 1):
        for start in range(len(tokens) - size + 1):
            texts, numbers = zip(*tokens[start : start + size], strict=True)
            yield " ".join(texts), numbers


def _of_characters(vectoriser: ColumnTransformer, words: Sequence[str]) -> Iterator[tuple[str, Occurrence]]:
    analyse = vectoriser.named_transformers_["char"].build_analyzer()
    for number, word in enumerate(words):
        for text in analyse(word):
            yield text, (number,)


def _grouped(found: Iterator[tuple[str, Occurrence]]) -> dict[str, list[Occurrence]]:
    groups: dict[str, list[Occurrence]] = defaultdict(list)
    for text, occurrence in found:
        groups[text].append(occurrence)
    return groups


def _by_word(ngrams: Sequence[_Ngram], terms: NDArray[np.floating], count: int) -> NDArray[np.floating]:
    """The n-grams' terms by the words that they cover, of shape (``count``,)."""
    values = np.zeros(count)
    for ngram in ngrams:
        share = terms[ngram.column] / len(ngram.occurrences)
        for words in ngram.occurrences:
            for word in words:
                values[word] += share / len(words)
    return values


def _parts(vectoriser: ColumnTransformer, row: pd.DataFrame, terms: NDArray[np.floating]) -> Iterator[Part]:
    """What was read beside the sentence: the one before it, the speaker's name, every fact told."""
    for name, block in ((SPEAKER, "speaker"), (BEFORE, "previous")):
        yield Part(name, row[block].item(), float(terms[vectoriser.output_indices_[block]].sum()))
    start = vectoriser.output_indices_["told"].start
    known = vectoriser.named_transformers_["told"].vocabulary_
    for fact in row["told"].item().split():
        if fact in known:
            yield Part(FACT, fact, float(terms[start + known[fact]]))


def _weightiest(ngrams: Sequence[_Ngram], terms: NDArray[np.floating]) -> tuple[Part, ...]:
    found = sorted(ngrams, key=lambda ngram: -abs(terms[ngram.column]))[:SHOWN]
    return tuple(Part(ngram.kind, ngram.text, float(terms[ngram.column])) for ngram in found)
