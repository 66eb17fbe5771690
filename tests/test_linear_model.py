"""The model that scores is the one that scikit-learn trained, sentence by sentence, whatever the sentence."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_documents import CRITIC, MINISTER, document, labelled

from pipeline.config import TfidfParams
from pipeline.labels import heads
from pipeline.learners.contract import gold
from pipeline.learners.linear_model import SHAPE_FILE, WEIGHTS_FILE, LinearModel, LinearModelError
from pipeline.learners.ngrams import character_ngrams, rows_of, tokens, word_ngrams
from pipeline.learners.tfidf_training import LogisticRegression, columns, distilled, new_vectoriser
from pipeline.records import Voice

PARAMS = TfidfParams(word_ngrams=(1, 2), char_ngrams=(2, 5), minimum_documents=1, c_grid=(1.0,))
HOSTILE = [
    "",
    " \t\n\x0b\x1c\x85\u2028\u3000",
    "a",
    "a b",
    "\x00\x00 they\x00are",
    "they are \ud800cruel\udfff rules",
    "İSTANBUL ΑΣ ΑΣ. ß ẞ ﬁrm ǅ \u0345",
    "the " * 700,
    "x" * 3_000 + " they are cruel rules",
    "plan, plan; PLAN plan’s planplan -plan- plan\u200bplan",
    "字は firm である",
    "THEY ARE CRUEL RULES " * 5_000,
    "party=Green kind=minister |",
]
SPEAKERS = [MINISTER, CRITIC, Voice(), Voice("An  \tOther \x1c Ψ", "a b\tc", "x\ny"), Voice("", "", "")]
TEXT = st.one_of(st.text(max_size=60), st.text("abt.\x00 \ud800’İσΣς", max_size=40), st.sampled_from(HOSTILE))


@pytest.fixture(scope="module")
def trained():
    """scikit-learn's objects on the little world and on hostile sentences, and what is made of them."""
    material = labelled(8)
    odd = [document([text], [SPEAKERS[n % len(SPEAKERS)]]) for n, text in enumerate(HOSTILE)]
    vectoriser = new_vectoriser(PARAMS).fit(columns([*(one.document for one in material), *odd]))
    features = vectoriser.transform(columns([one.document for one in material]))
    models = {head: LogisticRegression().fit(features, gold(material)[head]) for head in heads()}
    return vectoriser, models, distilled(vectoriser, models)


def agree(trained, documents) -> None:
    vectoriser, models, model = trained
    for one in documents:
        features = vectoriser.transform(columns([one]))
        for head, found in model.probabilities(rows_of(one)):
            assert np.abs(found - models[head].predict_proba(features)).max() < 2e-6, (head, one)


def test_probabilities_are_scikit_learns(trained):
    agree(trained, [one.document for one in labelled(3, turn=2)])


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_probabilities_are_scikit_learns_on_hostile_sentences(trained, number):
    text = HOSTILE[number]
    agree(trained, [document([text, text[::-1], "They are."], [SPEAKERS[number % 5], MINISTER, CRITIC])])


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=3), speaker=st.sampled_from(SPEAKERS), headline=TEXT)
def test_probabilities_are_scikit_learns_on_any_sentence(trained, texts, speaker, headline):
    agree(trained, [document(texts, [speaker] * len(texts), headline=headline)])


@settings(max_examples=100, deadline=None)
@given(text=TEXT, low=st.integers(1, 3), more=st.integers(0, 3))
def test_ngrams_are_scikit_learns(text, low, more):
    sizes = (low, low + more)
    vectoriser = new_vectoriser(TfidfParams(sizes, sizes, minimum_documents=1, c_grid=(1.0,)))
    analysers = {name: one.build_analyzer() for name, one, _ in vectoriser.transformers}
    assert list(word_ngrams(tokens(text), sizes)) == analysers["word"](text)
    characters = [ngram for word in text.lower().split() for ngram in character_ngrams(word, sizes)]
    assert sorted(characters) == sorted(analysers["char"](text))
    assert text.split() == analysers["told"](text)


def test_a_row_is_the_same_in_whatever_company(trained):
    """To the last bit: another engine may send the same article in another batch."""
    model = trained[2]
    rows = [row for one in labelled(3) for row in rows_of(one.document)]
    rows += rows_of(document(HOSTILE, [SPEAKERS[n % 5] for n in range(len(HOSTILE))]))
    together = model.scores(rows)
    backwards = model.scores(rows[::-1])[::-1]
    for number, row in enumerate(rows):
        assert np.array_equal(model.scores([row])[0], together[number])
    assert np.array_equal(backwards, together)


def test_no_rows_have_no_scores(trained):
    assert trained[2].scores([]).shape == (0, len(trained[2].bias))


def test_what_is_saved_is_loaded(trained, tmp_path):
    model = trained[2]
    model.save(tmp_path)
    loaded = LinearModel.load(tmp_path)
    assert loaded.blocks == model.blocks
    assert loaded.classes == model.classes
    for name in ("idf", "weights", "bias"):
        assert np.array_equal(getattr(loaded, name), getattr(model, name)), name
    assert any("\ud800" in ngram for ngram in loaded.blocks[0].ngrams + loaded.blocks[1].ngrams)


@pytest.mark.parametrize("name", [WEIGHTS_FILE, SHAPE_FILE])
@pytest.mark.parametrize("share", [0, 0.3, 0.99])
def test_a_file_cut_short_is_refused(trained, tmp_path, name, share):
    trained[2].save(tmp_path)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(LinearModelError, match="dvc repro"):
        LinearModel.load(tmp_path)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda shape: shape["blocks"].reverse(), "blocks"),
        (lambda shape: shape["blocks"][0].update(features=1), "ngrams"),
        (lambda shape: shape["classes"]["stance"].pop(), "weights"),
        (lambda shape: shape.update(more=1), "more"),
    ],
)
def test_files_that_do_not_fit_each_other_are_refused(trained, tmp_path, change, fault):
    trained[2].save(tmp_path)
    shape = json.loads((tmp_path / SHAPE_FILE).read_text())
    change(shape)
    (tmp_path / SHAPE_FILE).write_text(json.dumps(shape))
    with pytest.raises(LinearModelError, match=fault):
        LinearModel.load(tmp_path)


@pytest.mark.parametrize("name", [WEIGHTS_FILE, SHAPE_FILE])
def test_half_a_model_is_none(trained, tmp_path, name):
    trained[2].save(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(FileNotFoundError):
        LinearModel.load(tmp_path)
