"""Bootstrap intervals: what is drawn, what the interval covers, and paired differences."""

import numpy as np
import pytest

from pipeline.evaluation.bootstrap import (
    Difference,
    interval,
    intervals,
    paired_difference,
    resample,
    resample_weights,
)


def mean(counts: np.ndarray) -> np.ndarray:
    """Successes over trials, from (…, 2) counts."""
    return counts[..., 0] / counts[..., 1]


def articles(rates: list[float], trials: int = 20) -> np.ndarray:
    return np.array([[rate * trials, trials] for rate in rates])


def test_every_resample_draws_as_many_articles_as_there_are():
    weights = resample_weights(7, 50, seed=1)
    assert weights.shape == (50, 7)
    assert (weights.sum(axis=1) == 7).all()
    assert weights.min() >= 0


def test_the_seed_decides_the_draw():
    np.testing.assert_array_equal(resample_weights(9, 30, seed=4), resample_weights(9, 30, seed=4))
    assert (resample_weights(9, 30, seed=4) != resample_weights(9, 30, seed=5)).any()


def test_weights_and_counts_give_the_same_as_drawing_articles_one_by_one():
    counts = np.random.default_rng(2).integers(0, 5, size=(6, 3, 3)).astype(float)
    weights = resample_weights(6, 4, seed=2)
    by_hand = [sum(w * c for w, c in zip(row, counts, strict=True)) for row in weights]
    np.testing.assert_allclose(resample(counts, weights), by_hand)


def test_interval_is_close_to_the_normal_one_for_a_mean():
    rates = np.random.default_rng(0).uniform(size=200)
    counts = np.stack([rates, np.ones(200)], axis=1)
    found = interval(mean, counts, resample_weights(200, 4000, seed=0), confidence=0.95)
    half = 1.96 * rates.std() / np.sqrt(200)
    assert found.value == pytest.approx(rates.mean())
    assert found.low == pytest.approx(rates.mean() - half, abs=0.006)
    assert found.high == pytest.approx(rates.mean() + half, abs=0.006)


def test_articles_that_differ_widen_the_interval():
    weights = resample_weights(10, 500, seed=3)
    alike = interval(mean, articles([0.5] * 10), weights, 0.95)
    apart = interval(mean, articles([0.0, 1.0] * 5), weights, 0.95)
    assert alike.low == alike.high == 0.5
    assert apart.high - apart.low > 0.3


def test_a_higher_confidence_widens_the_interval():
    weights, counts = resample_weights(10, 500, seed=3), articles([0.1 * i for i in range(10)])
    narrow, wide = interval(mean, counts, weights, 0.5), interval(mean, counts, weights, 0.99)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_one_article_has_no_interval():
    found = interval(mean, articles([0.25]), resample_weights(1, 10, seed=1), 0.95)
    assert (found.value, found.low, found.high) == (0.25, None, None)
    assert str(found) == "0.250 (–)"


def test_resamples_without_a_value_are_left_out():
    counts = np.array([[1.0, 2.0], [0.0, 0.0], [0.0, 0.0]])
    with np.errstate(invalid="ignore"):
        found = interval(mean, counts, resample_weights(3, 200, seed=1), 0.95)
    assert found.low == found.high == 0.5


def test_intervals_give_one_for_each_class():
    counts = np.random.default_rng(1).integers(1, 9, size=(8, 3)).astype(float)
    found = intervals(lambda c: c / c.sum(axis=-1, keepdims=True), counts, resample_weights(8, 100, seed=1), 0.9)
    assert sum(item.value for item in found) == pytest.approx(1)
    assert all(item.low <= item.value <= item.high for item in found)


def test_a_difference_is_paired_by_article():
    hard_and_easy = [0.1, 0.9] * 10
    weights = resample_weights(20, 1000, seed=6)
    earlier, later = articles(hard_and_easy), articles([rate + 0.05 for rate in hard_and_easy])
    found = paired_difference(mean, earlier, later, weights, 0.95)
    assert found.value == pytest.approx(0.05)
    assert found.low == pytest.approx(0.05)  # unpaired, the interval would be wider than the difference
    assert found.opposite == 0.0
    assert found.clear


def test_learners_that_win_by_turns_are_not_told_apart():
    earlier, later = articles([0.4, 0.6] * 8), articles([0.6, 0.41] * 8)
    found = paired_difference(mean, earlier, later, resample_weights(16, 1000, seed=6), 0.95)
    assert not found.clear
    assert 0.2 < found.opposite < 0.8


def test_the_share_on_the_other_side_counts_ties():
    same = articles([0.2, 0.7, 0.4])
    found = paired_difference(mean, same, same, resample_weights(3, 50, seed=1), 0.95)
    assert found == Difference(0.0, 0.0, 0.0, 1.0)
    assert not found.clear


def test_different_articles_are_refused():
    with pytest.raises(ValueError, match="same articles, got 3 and 2"):
        paired_difference(mean, articles([0.1] * 3), articles([0.1] * 2), resample_weights(3, 5, seed=1), 0.95)


def test_nothing_to_draw_is_refused():
    with pytest.raises(ValueError, match="needs articles and resamples, got 0 and 10"):
        resample_weights(0, 10, seed=1)
