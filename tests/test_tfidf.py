"""The plain learner: it learns, forgets nothing on the way to disk, and takes every document."""

import time
from dataclasses import replace

import numpy as np
import pytest
from toy_documents import CRITIC, MINISTER, WORLD, document, labelled

from pipeline.config import TfidfParams
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, gold, predict
from pipeline.learners.linear_model import SHAPE_FILE, WEIGHTS_FILE
from pipeline.learners.tfidf import TfidfLearner
from pipeline.records import NOBODY, Labels, Voice

PARAMS = TfidfParams(word_ngrams=(1, 1), char_ngrams=(3, 3), minimum_documents=1, c_grid=(0.1, 10.0))


def fitted(train=None, validation=None, params=PARAMS, observe=lambda metrics, step: None):
    learner = TfidfLearner(params, seed=3)
    learner.fit(train or labelled(6), validation or labelled(2, turn=1), observe)
    return learner


@pytest.fixture(scope="module")
def learner():
    return fitted()


def same(first, second):
    return all(np.array_equal(a[head], b[head]) for a, b in zip(first, second, strict=True) for head in heads())


def test_it_learns_a_world_of_four_sentences(learner):
    unseen = labelled(3, turn=2)
    found, target = predict(learner.predict_proba([one.document for one in unseen])), gold(unseen)
    for head in heads():
        assert np.array_equal(found[head], target[head]), head


def test_probabilities_are_a_distribution_in_float32(learner):
    for one in learner.predict_proba([each.document for each in labelled(2)]):
        for head, classes in heads().items():
            assert one[head].shape == (8, len(classes))
            assert one[head].dtype == np.float32
            assert np.allclose(one[head].sum(axis=1), 1, atol=1e-5)


def test_a_class_that_training_never_showed_gets_probability_zero(learner):
    unseen = heads()["frame"].index("foreign")
    (one,) = learner.predict_proba([document(["They have a plan with France."], [MINISTER])])
    assert one["frame"][0, unseen] == 0


def test_a_class_that_only_validation_shows_does_no_harm():
    foreign = LabelledDocument(document(["Of France."]), (Labels("none", "none", "none", "foreign"),))
    assert fitted(validation=[foreign, *labelled(1)]).predict_proba([foreign.document])


def test_sentences_without_gold_are_not_learnt_from():
    texts, voices, labels = zip(*WORLD, strict=True)
    misleading = [LabelledDocument(document(["They are cruel rules, he said."] * 4, [CRITIC] * 4), (None,) * 4)]
    whole = [LabelledDocument(document(texts, voices), labels)]
    opposes = heads()["stance"].index("opposes")
    found = predict(fitted([*whole * 3, *misleading]).predict_proba([whole[0].document]))
    assert found["stance"][1] == opposes


def test_the_speakers_party_and_kind_count(learner):
    text = ["It was said."]
    critic, minister = (learner.predict_proba([document(text, [voice])])[0] for voice in (CRITIC, MINISTER))
    opposes = heads()["stance"].index("opposes")
    assert critic["stance"][0, opposes] > minister["stance"][0, opposes]


def test_the_sentence_before_counts(learner):
    first, second = (
        learner.predict_proba([document([before, "So it is."])])[0]["stance"][1]
        for before in ("The plan is firm and it will work.", "They are cruel rules.")
    )
    assert not np.allclose(first, second)


@pytest.mark.parametrize(
    "odd",
    [
        document([]),
        document([""]),
        document(["\u200b…"]),
        document(["x"], [Voice("  |party=none| ", "a b\tc", "")], headline="", government="", genre=""),
        document(["A."], [NOBODY], headline="\x00\ud7ff"),
    ],
)
def test_odd_documents_are_answered_and_change_nothing_around_them(learner, odd):
    normal = labelled(1)[0].document
    before, found, after = learner.predict_proba([normal, odd, normal])
    assert found["stance"].shape == (len(odd.sentences), 3)
    assert same([before, after], learner.predict_proba([normal]) * 2)


def test_no_documents_give_no_answers(learner):
    assert learner.predict_proba([]) == []


def test_an_endless_sentence_is_read_by_its_head(learner):
    """Two million characters without a stop: time and memory must not grow with them."""
    opening = "They are cruel rules, he said " + "of it " * 400
    began = time.process_time()
    short, long = learner.predict_proba([document([opening]), document([opening + "zq xv kj " * 220_000])])
    assert same([short], [long])
    assert time.process_time() - began < 2


def test_what_is_saved_answers_the_same(learner, tmp_path):
    learner.save(tmp_path)
    documents = [one.document for one in labelled(2)]
    assert same(TfidfLearner.load(tmp_path).predict_proba(documents), learner.predict_proba(documents))


def test_the_same_model_gives_the_same_bytes(learner, tmp_path):
    """Else every training would give a bundle of another hash, and DVC would run all that comes after it."""
    fitted().save(tmp_path)
    first = [(tmp_path / name).read_bytes() for name in (WEIGHTS_FILE, SHAPE_FILE)]
    learner.save(tmp_path)
    assert [(tmp_path / name).read_bytes() for name in (WEIGHTS_FILE, SHAPE_FILE)] == first


def test_an_empty_folder_holds_no_learner(tmp_path):
    with pytest.raises(FileNotFoundError):
        TfidfLearner.load(tmp_path)


def test_c_is_chosen_on_validation_and_every_step_is_told():
    seen = []
    fitted(observe=lambda metrics, step: seen.append((step, metrics)))
    assert len(seen) == len(heads()) * len(PARAMS.c_grid)
    for head in heads():
        told = {m[f"{head}.C"]: m[f"validation.{head}.macro_f1"] for _, m in seen if f"{head}.C" in m}
        assert list(told) == list(PARAMS.c_grid)


def test_the_strength_is_kept_that_is_best_on_validation():
    """Of two in a grid, the one alone gives the same model."""
    seen = []
    both = fitted(observe=lambda metrics, step: seen.append(metrics))
    for head in heads():
        told = {m[f"{head}.C"]: m[f"validation.{head}.macro_f1"] for m in seen if f"{head}.C" in m}
        best = fitted(params=replace(PARAMS, c_grid=(max(told, key=told.__getitem__),)))
        own = both.model.outputs[head]
        assert np.array_equal(both.model.weights[:, own], best.model.weights[:, own]), head


def test_two_fits_give_the_same_model():
    documents = [one.document for one in labelled(3)]
    assert same(fitted().predict_proba(documents), fitted().predict_proba(documents))


def test_too_little_to_learn_from_is_a_sentence():
    one = LabelledDocument(document(["A."]), (Labels("none", "none", "none", "none"),))
    with pytest.raises(ValueError, match="two classes of stance"):
        fitted(train=[one, one])
