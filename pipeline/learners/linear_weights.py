"""Why TF-IDF gave a label: the exact terms of its sum.

Logistic regression is additive in the log-odds of two classes: the intercepts' difference, plus for every feature
its value times the difference of the two classes' weights. Nothing is estimated. What a *word* gets is a
convention: an n-gram's term is shared alike by its occurrences, and by the words that an occurrence covers.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
from pipeline.learners.linear_model import LinearModel
from pipeline.learners.ngrams import Features, Reader, Row, character_ngrams, rows_of, tokens
from pipeline.learners.tfidf import TfidfLearner
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
    model = learner.model
    assert model is not None
    row = rows_of(document)[sentence]
    features = model.reader.features([row])
    # stand-ins for names leave every word its place
    spans = word_spans(document.sentences[sentence].text[:SENTENCE_CHARACTERS])
    ngrams = _ngrams(model.reader, row.sentence.split())
    explained = {}
    for head, contrast in contrasts.items():
        if {contrast.label, contrast.rival} <= set(model.classes[head]):
            terms, base = _terms(model, head, features, contrast)
            explained[head] = Explanation(
                METHOD,
                score=_log_odds(model, head, features, contrast),
                base=base,
                words=word_shares(spans, _by_word(ngrams, terms, len(spans))),
                parts=tuple(_parts(model.reader, row, terms)),
                ngrams=_weightiest(ngrams, terms),
            )
    return explained


def _terms(
    model: LinearModel, head: str, features: Features, contrast: Contrast
) -> tuple[NDArray[np.floating], float]:
    """Each feature's term of the log-odds, of shape (features,), and the intercepts' difference."""
    label, rival = _outputs(model, head, contrast)
    weights, bias = model.weights[features.column], model.bias
    terms = np.zeros(len(model.weights))
    terms[features.column] = features.value * (weights[:, label] - weights[:, rival]) / contrast.temperature
    return terms, float(bias[label] - bias[rival]) / contrast.temperature


def _log_odds(model: LinearModel, head: str, features: Features, contrast: Contrast) -> float:
    """The log-odds by the model's own answer: what the terms must add up to."""
    label, rival = _outputs(model, head, contrast)
    scores = model.weighed(features, 1)[0]
    return float(scores[label] - scores[rival]) / contrast.temperature


def _outputs(model: LinearModel, head: str, contrast: Contrast) -> tuple[int, int]:
    start, known = model.outputs[head].start, model.classes[head]
    return start + known.index(contrast.label), start + known.index(contrast.rival)


def _ngrams(reader: Reader, words: Sequence[str]) -> list[_Ngram]:
    """The known n-grams of both kinds. No n-gram of characters crosses a blank, and tokens hold none, so that
    cutting the sentence at blanks first changes no n-gram."""
    sizes = {block.name: block.sizes for block in reader.blocks}
    return [
        _Ngram(kind, text, column, tuple(occurrences))
        for kind, block, found in (
            ("word", "word", _of_tokens(words, sizes["word"])),
            ("characters", "char", _of_characters(words, sizes["char"])),
        )
        for text, occurrences in _grouped(found).items()
        if (column := reader.columns[block].get(text)) is not None
    ]


def _of_tokens(words: Sequence[str], sizes: tuple[int, int]) -> Iterator[tuple[str, Occurrence]]:
    cut = [(token, number) for number, word in enumerate(words) for token in tokens(word)]
    for size in range(sizes[0], sizes[1] + 1):
        for start in range(len(cut) - size + 1):
            texts, numbers = zip(*cut[start : start + size], strict=True)
            yield " ".join(texts), numbers


def _of_characters(words: Sequence[str], sizes: tuple[int, int]) -> Iterator[tuple[str, Occurrence]]:
    for number, word in enumerate(words):
        for text in character_ngrams(word.lower(), sizes):
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


def _parts(reader: Reader, row: Row, terms: NDArray[np.floating]) -> Iterator[Part]:
    """What was read beside the sentence: the one before it, the speaker's name, every fact told."""
    for name, text, block in ((SPEAKER, row.speaker, "speaker"), (BEFORE, row.previous, "previous")):
        yield Part(name, text, float(terms[list(reader.columns[block].values())].sum()))
    known = reader.columns["told"]
    for fact in row.told.split():
        if fact in known:
            yield Part(FACT, fact, float(terms[known[fact]]))


def _weightiest(ngrams: Sequence[_Ngram], terms: NDArray[np.floating]) -> tuple[Part, ...]:
    found = sorted(ngrams, key=lambda ngram: -abs(terms[ngram.column]))[:SHOWN]
    return tuple(Part(ngram.kind, ngram.text, float(terms[ngram.column])) for ngram in found)
