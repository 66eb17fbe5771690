"""The transformer behind the contract: it learns, saves whole, loads alone, and takes every document."""

import json
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from toy_documents import CRITIC, document, labelled

from pipeline import CONFIGS, ROOT
from pipeline.config import load_params
from pipeline.labels import heads
from pipeline.learners.contract import gold, predict
from pipeline.learners.transformer.backbone import BackboneError
from pipeline.learners.transformer.learner import ENCODER_FILE, SETTINGS_FILE, WEIGHTS_FILE, TransformerLearner
from pipeline.learners.transformer.network import reader_of
from pipeline.records import NOBODY, Voice


@pytest.fixture(scope="module")
def params(encoder):
    smoke = load_params(CONFIGS / "smoke.yaml").transformer
    return replace(
        smoke,
        backbone=str(encoder[0]),
        sha256=encoder[1],
        epochs=20,
        patience=20,
        batch_tokens=500,
        learning_rate=3e-3,
        head_learning_rate=3e-2,
        precision="fp32",
        threads=1,
    )


def fitted(params, seed=4, documents=8):
    learner = TransformerLearner(params, seed)
    learner.fit(labelled(documents), labelled(2, turn=1), lambda metrics, step: None)
    return learner


@pytest.fixture(scope="module")
def learner(params):
    return fitted(params)


@pytest.fixture
def saved(learner, tmp_path):
    learner.save(tmp_path)
    return tmp_path


def same(first, second):
    return all(np.array_equal(a[head], b[head]) for a, b in zip(first, second, strict=True) for head in heads())


def test_it_learns_a_world_of_four_sentences(learner):
    unseen = labelled(3, turn=2)
    found, target = predict(learner.predict_proba([one.document for one in unseen])), gold(unseen)
    assert min(float((found[head] == target[head]).mean()) for head in heads()) > 0.9


def test_probabilities_are_a_distribution_in_float32(learner):
    for one in learner.predict_proba([each.document for each in labelled(2)]):
        for head, classes in heads().items():
            assert one[head].shape == (8, len(classes))
            assert one[head].dtype == np.float32
            assert np.allclose(one[head].sum(axis=1), 1, atol=1e-5)


def test_every_sentence_of_a_long_document_is_answered(learner):
    (one,) = learner.predict_proba([document([f"They said rules {i}." for i in range(300)])])
    assert np.allclose(one["stance"].sum(axis=1), 1, atol=1e-5), "a sentence was left without an answer"


@pytest.mark.parametrize(
    "odd",
    [
        document([]),
        document([""]),
        document(["\u200b…\x00字"]),
        document(["[PAD] [SEP] [CLS] [MASK]"]),
        document(["x"], [Voice("", "", "")], headline="", government="", genre=""),
        document(["A."], [NOBODY], headline="z" * 10_000),
    ],
)
def test_odd_documents_are_answered_and_change_nothing_around_them(learner, odd):
    normal = labelled(1)[0].document
    before, found, after = learner.predict_proba([normal, odd, normal])
    assert found["stance"].shape == (len(odd.sentences), 3)
    assert same([before, after], learner.predict_proba([normal]) * 2)


def test_no_documents_give_no_answers(learner):
    assert learner.predict_proba([]) == []


def test_an_endless_sentence_costs_no_more_than_a_long_one(learner):
    began = time.process_time()
    learner.predict_proba([document(["zq xv kj " * 220_000], [CRITIC])])
    assert time.process_time() - began < 1


def test_the_same_question_gets_the_same_answer_to_the_last_bit(learner):
    documents = [one.document for one in labelled(5)]
    assert same(learner.predict_proba(documents), learner.predict_proba(documents))


@pytest.mark.parametrize("precision", ["bf16", "fp32"])
def test_company_changes_no_bit(saved, precision):
    """Alone, among others and with more threads: every engine must give the same numbers."""
    loaded = TransformerLearner.load(saved)
    loaded._reader = reader_of(loaded.network, precision)
    documents = [document([f"They said rules {i} x{i}." for i in range(count)]) for count in (1, 3, 40, 300)]
    alone = [loaded.predict_proba([one])[0] for one in documents]
    torch.set_num_threads(2)
    assert same(loaded.predict_proba([*documents, *reversed(documents)]), alone + alone[::-1])


def test_scoring_does_without_the_library_that_trains(saved):
    code = (
        "import sys; from pathlib import Path; "
        "from pipeline.learners.transformer.learner import TransformerLearner; "
        f"TransformerLearner.load(Path({str(saved)!r})).predict_proba([]); print('transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_one_seed_gives_the_same_weights(params, learner):
    again = fitted(params).network.state_dict()
    assert all(torch.equal(again[name], value) for name, value in learner.network.state_dict().items())


def test_another_seed_gives_others(params):
    short = replace(params, epochs=1)
    first, second = (fitted(short, seed, documents=1).network.state_dict() for seed in (1, 2))
    assert not torch.equal(first["heads.stance.weight"], second["heads.stance.weight"])


def test_what_is_saved_answers_the_same_with_the_backbone_gone(learner, saved):
    loaded = TransformerLearner.load(saved)
    assert loaded.params is None
    documents = [one.document for one in labelled(3)]
    assert same(loaded.predict_proba(documents), learner.predict_proba(documents))


def test_saving_what_was_loaded_writes_the_same_files(saved, tmp_path):
    (tmp_path / "again").mkdir()
    TransformerLearner.load(saved).save(tmp_path / "again")
    for path in (tmp_path / "again").iterdir():
        assert path.read_bytes() == (saved / path.name).read_bytes(), path.name


def test_no_file_of_a_saved_learner_can_run_code_or_names_a_path(saved, encoder):
    assert {path.suffix for path in saved.iterdir()} == {".safetensors", ".json"}
    for path in saved.glob("*.json"):
        assert str(encoder[0]) not in path.read_text(encoding="utf-8"), path.name


@pytest.mark.parametrize("name", [WEIGHTS_FILE, ENCODER_FILE, SETTINGS_FILE])
def test_a_folder_that_is_not_whole_is_refused(saved, name):
    (saved / name).unlink()
    with pytest.raises((FileNotFoundError, OSError, ValueError)):
        TransformerLearner.load(saved)


@pytest.mark.parametrize("change", ["lacks", "adds"])
def test_every_weight_must_be_there_and_none_over(saved, change):
    weights = load_file(saved / WEIGHTS_FILE)
    if change == "lacks":
        del weights["heads.role.bias"]
    else:
        weights["heads.mood.bias"] = torch.zeros(3)
    save_file(weights, saved / WEIGHTS_FILE)
    with pytest.raises(RuntimeError, match=r"heads\.(role|mood)\.bias"):
        TransformerLearner.load(saved)


def test_settings_of_prediction_travel_along(saved, params):
    settings = json.loads((saved / SETTINGS_FILE).read_text(encoding="utf-8"))
    for name in ("max_tokens", "before", "precision"):
        assert settings[name] == getattr(params, name), name


def test_another_encoder_than_the_named_one_is_not_trained(params):
    with pytest.raises(BackboneError, match="sha256"):
        fitted(replace(params, sha256="0" * 64))


def test_too_little_to_learn_from_is_a_sentence(params):
    learner = TransformerLearner(params, seed=1)
    with pytest.raises(ValueError, match="validation"):
        learner.fit(labelled(1), [], lambda metrics, step: None)
