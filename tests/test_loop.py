"""The loop: it learns, stops when it should, keeps the best epoch, and goes past what has no gold."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from toy_documents import WORLD, document, labelled

from pipeline import CONFIGS
from pipeline.config import load_params
from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument
from pipeline.learners.transformer import loop
from pipeline.learners.transformer.learner import _class_counts, _windower
from pipeline.learners.transformer.loop import _rate, _Targets, _turns, class_weights, train, validate
from pipeline.learners.transformer.network import pretrained
from pipeline.learners.transformer.precision import autocast, described, number
from pipeline.records import Labels


@pytest.fixture
def params(encoder):
    smoke = load_params(CONFIGS / "smoke.yaml").transformer
    return replace(
        smoke,
        backbone=str(encoder[0]),
        sha256="",
        epochs=3,
        patience=3,
        batch_tokens=600,
        learning_rate=3e-3,
        head_learning_rate=3e-2,
        precision="fp32",
        threads=1,
    )


def run(params, documents, validation=None, seed=4):
    """A trained network and what it observed."""
    torch.manual_seed(seed)
    network, seen = pretrained(params.backbone, _class_counts(), params.dropout), []
    windower = _windower(params.backbone, params)
    train(
        network,
        windower,
        documents,
        validation or labelled(2, turn=1),
        params,
        seed,
        lambda metrics, step: seen.append((step, metrics)),
    )
    return network, windower, seen


def test_the_loss_falls_and_validation_rises(params):
    _, _, seen = run(replace(params, epochs=20, patience=20), labelled(8))
    assert seen[-1][1]["train.loss"] < 0.5 * seen[0][1]["train.loss"]
    assert max(m["validation.stance.macro_f1"] for _, m in seen) > 0.9


def test_every_epoch_is_told_with_every_head(params):
    _, _, seen = run(params, labelled(2))
    assert [step for step, _ in seen] == [0, 1, 2]
    for _, metrics in seen:
        scores = [metrics[f"validation.{head}.macro_f1"] for head in heads()]
        assert metrics["validation.macro_f1"] == pytest.approx(np.mean(scores))


def scripted(monkeypatch, means):
    """Let validation answer with these means, epoch by epoch; returns the states it was asked about."""
    states, answers = [], iter(means)

    def answer(network, *_):
        states.append({name: value.clone() for name, value in network.state_dict().items()})
        return dict.fromkeys(heads(), next(answers))

    monkeypatch.setattr(loop, "validate", answer)
    return states


def test_the_best_epoch_is_kept(params, monkeypatch):
    states = scripted(monkeypatch, [0.1, 0.9, 0.3])
    network, _, _ = run(params, labelled(2))
    kept = network.state_dict()
    assert all(torch.equal(kept[name], value) for name, value in states[1].items())
    assert not all(torch.equal(kept[name], value) for name, value in states[2].items())


@pytest.mark.parametrize(
    ("patience", "means", "epochs"),
    [(1, [0.5, 0.5, 0.9], 2), (2, [0.5, 0.4, 0.6, 0.6, 0.6, 0.9], 5), (9, [0.5] * 6, 6)],
)
def test_patience_counts_epochs_without_a_better_one(params, monkeypatch, patience, means, epochs):
    scripted(monkeypatch, means)
    _, _, seen = run(replace(params, epochs=6, patience=patience), labelled(1))
    assert len(seen) == epochs


def test_a_batch_without_gold_is_passed_over(params):
    """Its loss would be a mean over nothing: NaN, and NaN in every weight after it."""
    blind = LabelledDocument(document(["It was."] * 40), (None,) * 40)
    network, _, seen = run(params, [blind, *labelled(2)])
    assert np.isfinite([metrics["train.loss"] for _, metrics in seen]).all()
    assert all(torch.isfinite(value).all() for value in network.state_dict().values())


def test_a_head_whose_gold_is_all_ignored_leaves_the_others_learning(params, monkeypatch):
    real = loop.gold
    monkeypatch.setattr(loop, "gold", lambda examples: real(examples) | {"frame": np.full(16, -1)})
    scripted(monkeypatch, [0.1, 0.2, 0.3])
    network, _, seen = run(params, labelled(2))
    assert np.isfinite([metrics["train.loss"] for _, metrics in seen]).all()
    assert all(torch.isfinite(value).all() for value in network.state_dict().values())


def test_label_smoothing_and_a_missing_class_keep_the_loss_finite(params):
    _, _, seen = run(replace(params, label_smoothing=0.1, class_weight_power=1.0), labelled(2))
    assert np.isfinite([metrics["train.loss"] for _, metrics in seen]).all()


def test_targets_find_the_gold_of_a_row_by_document_and_sentence():
    labels = WORLD[1][2]
    examples = [LabelledDocument(document(["A."] * 3), (None, labels, None)), *labelled(1)]
    target = _Targets(examples)

    stances = target.of(np.array([[0, 1], [1, 1], [0, 2], [1, 0]]))["stance"].tolist()
    wanted = [heads()["stance"].index(WORLD[i][2].stance) for i in (1, 1, 0)]
    assert stances == [wanted[0], wanted[1], loop.IGNORED, wanted[2]]


def test_class_weights_average_one_over_sentences_and_favour_the_rare():
    stances = ("none",) * 9 + ("opposes",) + ("supports",) * 2
    labels = tuple(Labels(stance, "none", "none", "none") for stance in stances)
    examples = [LabelledDocument(document(["A."] * 12), labels)]
    weights = class_weights(examples, 0.5)["stance"].numpy()
    assert (weights * [2, 1, 9]).sum() / 12 == pytest.approx(1)
    assert weights[1] / weights[2] == pytest.approx(3)
    assert np.allclose(class_weights(examples, 0.0)["stance"], 1)


def test_validate_scores_only_sentences_with_gold(params):
    network, windower, _ = run(replace(params, epochs=1), labelled(2))
    one = labelled(1)[0]
    half = LabelledDocument(one.document, tuple(label if i % 2 else None for i, label in enumerate(one.labels)))
    scores = validate(network, windower, [half], params)
    assert set(scores) == set(heads())
    assert all(0 <= score <= 1 for score in scores.values())


def test_the_rate_rises_falls_and_never_stands_at_nothing():
    rates = [_rate(step, 100, 0.1) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert rates.index(max(rates)) in (9, 10)
    assert max(rates) == pytest.approx(1)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0 < rates[-1] < 0.05
    assert all(0 < _rate(step, 1, 1.0) <= 1 for step in range(1))


def test_one_seed_one_result(params):
    first, second, other = (run(params, labelled(2), seed=seed)[0].state_dict() for seed in (4, 4, 5))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)


def test_threads_change_nothing(params):
    one, two = (run(replace(params, threads=threads), labelled(3))[0].state_dict() for threads in (1, 2))
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_an_article_is_read_in_one_of_its_views_an_epoch_and_in_each_in_turn():
    views = [
        LabelledDocument(replace(one, article=replace(one.article, id=name)), (None,))
        for name in ("a", "b", "c")
        for one in (document(["As read."]), document(["As labelled."]))
    ]
    first, second, third = _turns(views, epochs=3)
    read = [[view.document.sentences[0].text for view in turn] for turn in (first, second)]
    assert read == [["As read.", "As labelled.", "As read."], ["As labelled.", "As read.", "As labelled."]]
    assert [view.document.article.id for view in second] == ["a", "b", "c"]
    assert third == first


@pytest.mark.parametrize(("precision", "bf16"), [("bf16", True), ("fp32", False)])
def test_precision_says_in_what_matrices_are_multiplied(precision, bf16):
    with autocast(precision):
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    assert (product.dtype == torch.bfloat16) is bf16


def test_auto_follows_the_processor(monkeypatch):
    for unit, said in (("AMX", "bf16 (AMX)"), ("", "fp32")):
        monkeypatch.setattr("pipeline.learners.transformer.precision._unit", lambda unit=unit: unit)
        assert autocast("auto")._enabled is bool(unit)
        assert described(number("auto")) == said


def test_another_precision_is_refused():
    with pytest.raises(ValueError, match=r"transformer\.precision is 'fp16'; it can be auto, bf16 or fp32"):
        autocast("fp16")
