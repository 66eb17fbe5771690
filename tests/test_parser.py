"""Tags and trees are spaCy's own: the same model by its own pipeline is the reference."""

from collections.abc import Sequence

import numpy as np
import pytest
import spacy
import yaml
from spacy.language import Language
from spacy.ml.models.tok2vec import (
    MaxoutWindowEncoder,
    MishWindowEncoder,
    MultiHashEmbed,
    build_Tok2Vec_model,
)
from spacy.tokens import Doc

from pipeline.text import parser as module
from pipeline.text.parser import MODEL, Output, Parser
from pipeline.text.token_vectors import TokenVectors
from tests.test_clauses import EXAMPLES, plain

ODD = ["", "   ", "No.", "“", "\ufffd \ufffd", "Ann  Marsh\nsaid:\t“No” – twice", "a. " * 300]


@pytest.fixture(scope="module")
def reference() -> Language:
    """The model as spaCy runs it."""
    return spacy.load(MODEL, exclude=["ner", "lemmatizer", "attribute_ruler", "senter"])


@pytest.fixture(scope="module")
def parser() -> Parser:
    """The model as it is run here."""
    return Parser.load()


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    """Some hundred sentences of reported speech, and some that are none."""
    lines = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8")).values()
    found = [*dict.fromkeys(plain(line) for group in lines for line in group.splitlines())]
    assert len(found) > 100
    return [*found, *ODD]


def trees(documents: Sequence[Doc]) -> list[list[tuple[str, str, int, str]]]:
    """Text, tag, head and label of each token."""
    return [[(one.text, one.tag_, one.head.i, one.dep_) for one in document] for document in documents]


def test_the_trees_are_those_of_spacy(parser: Parser, reference: Language, sentences: list[str]) -> None:
    """Every tag, head and label, whatever is read beside a sentence."""
    wanted = trees([*reference.pipe(sentences)])
    assert trees([*parser(sentences)]) == wanted
    assert trees([*parser(sentences[::-1])])[::-1] == wanted
    assert trees([next(parser([one])) for one in sentences]) == wanted


def test_batches_end_between_texts(parser: Parser, sentences: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that splits the texts otherwise changes neither their order nor their trees; a longer text is read
    alone."""
    whole = trees([*parser(sentences)])
    batches: list[list[Doc]] = []
    read = parser._read
    monkeypatch.setattr(parser, "_read", lambda documents: batches.append(documents) or read(documents))
    monkeypatch.setattr(module, "_BATCH", 30)
    assert trees([*parser(sentences)]) == whole
    assert all(len(batch) == 1 or sum(map(len, batch)) <= 30 for batch in batches)
    assert 1 < len(batches) < len(sentences)
    assert [*parser([])] == []


def test_other_models_are_left_to_spacy(reference: Language, sentences: list[str]) -> None:
    """Without the quick vectors and the quick last layer the trees are the same."""
    slow = Parser(reference)
    wanted = trees([*slow(sentences)])
    slow._vectors, slow._output = reference.get_pipe("tok2vec").predict, None
    assert trees([*slow(sentences)]) == wanted


def test_a_barred_action_is_left_to_spacy(reference: Language) -> None:
    """A model that saw no sentence with one of its actions has rules of its own for the scores."""
    model = reference.get_pipe("parser").model
    assert Output.of(model) is not None
    model.attrs["unseen_classes"].add(3)
    try:
        assert Output.of(model) is None
    finally:
        model.attrs["unseen_classes"].discard(3)


def test_vectors_are_those_of_spacy(reference: Language, sentences: list[str]) -> None:
    """Up to rounding, for words met before, too; a text without tokens has none."""
    model = reference.get_pipe("tok2vec").model
    vectors = TokenVectors(model)
    documents = [reference.make_doc(one) for one in sentences]
    wanted = model.predict(documents)
    for _ in range(2):
        for own, spacys in zip(vectors(documents), wanted, strict=True):
            np.testing.assert_allclose(own, spacys, atol=2e-5)


def test_forgotten_words_are_embedded_again(reference: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of words is bounded, and makes no difference to a bit."""
    vectors = TokenVectors(reference.get_pipe("tok2vec").model)
    documents = [reference.make_doc("Ann Marsh said no."), reference.make_doc("The gate is red.")]
    before = vectors(documents)
    monkeypatch.setattr("pipeline.text.token_vectors._KEPT_WORDS", 3)
    assert len(vectors._known) > 3
    again = vectors(documents)
    assert all(np.array_equal(one, other) for one, other in zip(before, again, strict=True))
    vectors([documents[1]])
    assert len(vectors._known) == len(documents[1])


def test_only_known_layers_are_computed(reference: Language) -> None:
    """The sizes may differ, the layers may not."""
    model = reference.get_pipe("tok2vec").model
    assert TokenVectors.fits(model)
    wide = next(layer for layer in model.walk() if layer.name == "expand_window")
    wide.attrs["window_size"] = 2
    try:
        assert not TokenVectors.fits(model)
    finally:
        wide.attrs["window_size"] = 1
    assert not TokenVectors.fits(model.get_ref("encode"))
    mish = MishWindowEncoder(width=8, window_size=1, depth=2)
    assert not TokenVectors.fits(build_Tok2Vec_model(MultiHashEmbed(8, ["NORM"], [50], False), mish))
    maxout = MaxoutWindowEncoder(width=8, window_size=1, maxout_pieces=2, depth=2)
    assert TokenVectors.fits(build_Tok2Vec_model(MultiHashEmbed(8, ["NORM", "SHAPE"], [50, 50], False), maxout))
