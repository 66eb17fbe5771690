"""Calibration error, Brier score, log loss, temperatures, coverage."""

import math

import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from sklearn.metrics import log_loss

from pipeline.evaluation.calibration import (
    ReliabilityBin,
    calibration,
    chance_error,
    debiased_error,
    expected_calibration_error,
    fit_temperatures,
    reliability,
)
from pipeline.evaluation.coverage import coverage_curve
from pipeline.learners.temperature import apply_temperature, log_probabilities, pool


@pytest.fixture
def logits() -> np.ndarray:
    return np.random.default_rng(0).normal(scale=2, size=(4000, 3))


def drawn_from(proba: np.ndarray, seed: int = 1) -> np.ndarray:
    """Gold classes drawn from the probabilities, which are then calibrated by construction."""
    return (np.random.default_rng(seed).random((len(proba), 1)) > proba.cumsum(axis=1)).sum(axis=1)


def test_a_calibrated_learner_has_a_small_error_and_a_bold_one_a_large_one(logits):
    proba = softmax(logits, axis=1)
    gold = drawn_from(proba)
    assert calibration(proba, gold, bins=15).ece < 0.03
    assert calibration(softmax(3 * logits, axis=1), gold, bins=15).ece > 0.1


@pytest.mark.parametrize("sentences", [300, 1500])
def test_the_error_by_chance_is_what_perfect_calibration_shows(logits, sentences):
    proba = softmax(logits[:sentences], axis=1)
    found = [calibration(proba, drawn_from(proba, seed), bins=15) for seed in range(40)]
    assert found[0].chance == pytest.approx(np.mean([one.ece for one in found]), rel=0.12)
    assert np.mean([one.debiased for one in found]) < found[0].chance / 2


def test_the_debiased_error_keeps_what_is_no_chance():
    true, few = ReliabilityBin(0.9, 0.6, 4000), ReliabilityBin(0.9, 0.8, 10)
    assert debiased_error((true,)) == pytest.approx(0.3, abs=0.002)
    assert debiased_error((few,)) == 0, "of ten sentences .8 is no surprise"
    assert math.isnan(debiased_error((ReliabilityBin(0.9, 0.0, 1),)))
    assert chance_error((few,)) > 10 * chance_error((true,))


def test_log_loss_and_brier_score(logits):
    proba = softmax(logits, axis=1)
    gold = drawn_from(proba)
    found = calibration(proba, gold, bins=10)
    assert found.log_loss == pytest.approx(log_loss(gold, proba))
    assert found.brier == pytest.approx(
        np.mean([((row - np.eye(3)[g]) ** 2).sum() for row, g in zip(proba, gold, strict=True)])
    )


def test_bins_hold_about_equally_many_and_all_sentences(logits):
    confidence = softmax(logits, axis=1).max(axis=1)
    bins = reliability(confidence, confidence > 0.5, bins=8)
    assert sum(item.sentences for item in bins) == 4000
    assert {item.sentences for item in bins} == {500}
    assert [item.confidence for item in bins] == sorted(item.confidence for item in bins)


def test_equal_confidences_share_a_bin():
    confidence, correct = np.full(100, 0.6), np.arange(100) < 60
    bins = reliability(confidence, correct, bins=15)
    assert len(bins) == 1
    assert expected_calibration_error(bins) == pytest.approx(0, abs=1e-9)


def test_a_certain_mistake_costs_much_but_not_infinitely_much():
    found = calibration(np.array([[1.0, 0.0]]), np.array([1]), bins=2)
    assert 20 < found.log_loss < math.inf


def test_calibration_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one sentence"):
        calibration(np.empty((0, 3)), np.empty(0, dtype=int), bins=5)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_fitted_temperature_undoes_a_scaling(logits, temperature):
    gold = drawn_from(softmax(logits, axis=1))
    bold = log_softmax(logits * temperature, axis=1)
    (found,) = fit_temperatures([bold], gold)
    assert found == pytest.approx(temperature, rel=0.08)
    mended = apply_temperature(np.exp(bold), found)
    assert calibration(mended, gold, bins=15).ece < 0.03


def test_the_temperatures_of_a_pool_find_what_each_learner_adds(logits):
    """Two halves of the evidence, one of them overstated threefold, the other understated."""
    half = np.random.default_rng(7).normal(scale=2, size=logits.shape)
    gold = drawn_from(softmax(logits + half, axis=1))
    given = [log_softmax(3 * logits, axis=1), log_softmax(half / 2, axis=1)]
    found = fit_temperatures(given, gold)
    assert found == pytest.approx((3, 0.5), rel=0.1)
    pooled = pool([np.exp(one) for one in given], found)
    np.testing.assert_allclose(pooled, softmax(given[0] / found[0] + given[1] / found[1], axis=1), atol=2e-3)
    assert calibration(pooled, gold, bins=15).log_loss < min(
        calibration(apply_temperature(np.exp(one), fit_temperatures([one], gold)[0]), gold, bins=15).log_loss
        for one in given
    )


def test_a_learner_that_knows_nothing_has_next_to_no_say(logits):
    gold = drawn_from(softmax(logits, axis=1))
    noise = log_softmax(np.random.default_rng(8).normal(size=logits.shape), axis=1)
    knowing, ignorant = fit_temperatures([log_softmax(logits, axis=1), noise], gold)
    assert knowing == pytest.approx(1, rel=0.08)
    assert ignorant > 10


def test_a_temperature_never_changes_the_chosen_class(logits):
    proba = softmax(logits, axis=1)
    for temperature in (0.3, 4.0):
        scaled = apply_temperature(proba, temperature)
        np.testing.assert_array_equal(scaled.argmax(axis=1), proba.argmax(axis=1))
        np.testing.assert_allclose(scaled.sum(axis=1), 1)


def test_a_probability_of_zero_does_not_break_the_fit():
    with np.errstate(divide="ignore"):
        impossible = np.log(np.array([[1.0, 0.0], [0.0, 1.0]]))
    (found,) = fit_temperatures([log_probabilities(np.exp(impossible))], np.array([0, 0]))
    assert 0 < found < math.inf


def test_bad_temperatures_are_refused():
    with pytest.raises(ValueError, match="got none"):
        fit_temperatures([np.empty((0, 3))], np.empty(0, dtype=int))
    with pytest.raises(ValueError, match="positive, got 0"):
        apply_temperature(np.array([[0.5, 0.5]]), 0)


def test_coverage_falls_and_quality_rises_for_a_learner_that_knows_what_it_knows(logits):
    proba = softmax(logits, axis=1)
    curve = coverage_curve(proba, drawn_from(proba))
    assert curve[0].coverage == 1.0
    assert curve[0].sentences == 4000
    assert [p.coverage for p in curve] == sorted((p.coverage for p in curve), reverse=True)
    assert curve[-1].accuracy > curve[0].accuracy + 0.2
    assert curve[-1].macro_f1 > curve[0].macro_f1 + 0.2


def test_a_learner_of_one_confidence_has_one_point():
    curve = coverage_curve(np.tile([0.7, 0.3], (50, 1)), np.zeros(50, dtype=int))
    assert [(p.coverage, p.accuracy) for p in curve] == [(1.0, 1.0)]
