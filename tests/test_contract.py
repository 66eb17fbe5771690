"""The learners' contract: classes out of probabilities, gold codes out of labels, and enough to learn from."""

import numpy as np
import pytest
from toy_documents import WORLD, document, labelled

from pipeline.config import load_params
from pipeline.labels import heads
from pipeline.learners import MEMBERS, load_learner, new_learner
from pipeline.learners.contract import LabelledDocument, check_material, gold, predict
from pipeline.records import Labels

NOTHING = Labels("none", "none", "none", "none")


def probabilities(rows):
    return {head: np.full((rows, len(classes)), 1 / len(classes), np.float32) for head, classes in heads().items()}


def test_predict_takes_the_most_probable_class_of_every_sentence_of_every_document():
    first, second = probabilities(2), probabilities(1)
    first["stance"][1] = [0.1, 0.7, 0.2]
    second["stance"][0] = [0.1, 0.2, 0.7]
    assert list(predict([first, second])["stance"]) == [0, 1, 2]
    assert set(predict([first])) == set(heads())


@pytest.mark.parametrize("documents", [[], [probabilities(0)]])
def test_predict_of_nothing_is_empty(documents):
    for codes in predict(documents).values():
        assert codes.shape == (0,)
        assert codes.dtype == np.int64


def test_gold_counts_sentences_without_a_partner_as_minus_one():
    one = LabelledDocument(document(["A.", "B."]), (None, Labels("none", "left", "claim", "economy")))
    codes = gold([one, one])
    assert list(codes["stance"]) == [-1, 2, -1, 2]
    assert list(codes["frame"]) == [-1, heads()["frame"].index("economy")] * 2


@pytest.mark.parametrize("documents", [[], [LabelledDocument(document([]), ())]])
def test_gold_of_nothing_still_indexes(documents):
    for codes in gold(documents).values():
        assert codes.dtype == np.int64
        assert codes.shape == (0,)


def test_gold_refuses_a_label_that_no_head_has():
    with pytest.raises(ValueError, match="not in tuple"):
        gold([LabelledDocument(document(["A."]), (Labels("perhaps", "none", "none", "none"),))])


def test_enough_material_passes():
    check_material(labelled(1), labelled(1))


@pytest.mark.parametrize("labels", [(None, None), (NOTHING, NOTHING), (WORLD[0][2], WORLD[2][2])])
def test_training_needs_two_classes_of_every_head(labels):
    """The last case differs in pressure, role and frame, but never in stance."""
    with pytest.raises(ValueError, match=r"two classes of stance.*label more articles"):
        check_material([LabelledDocument(document(["A.", "B."]), labels)], labelled(1))


@pytest.mark.parametrize("validation", [[], [LabelledDocument(document(["A."]), (None,))]])
def test_validation_needs_a_gold_sentence(validation):
    with pytest.raises(ValueError, match=r"validation.*`split`"):
        check_material(labelled(1), validation)


@pytest.mark.parametrize("name", MEMBERS)
def test_a_new_learner_only_stores(name):
    params = load_params()
    learner = new_learner(name, params)
    assert learner.name == name
    assert learner.params is getattr(params, name)
    assert learner.seed == params.seed


def test_an_unknown_learner_is_a_sentence():
    with pytest.raises(ValueError, match=r"no learner 'oracle': it can be tfidf or transformer"):
        new_learner("oracle", load_params())


def test_a_bundle_says_whose_it_is(tmp_path):
    (tmp_path / "bundle.json").write_text('{"learner": "oracle"}', encoding="utf-8")
    with pytest.raises(ValueError, match="oracle"):
        load_learner(tmp_path)
