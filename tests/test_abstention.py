"""Abstaining: a threshold that keeps its promise on articles that had no say in it, and what it does."""

import math

import numpy as np
import pytest
from prediction_tables import PARAMS, made_up_table

from pipeline.evaluation.abstention import abstention, bears_stance, threshold_for_precision
from pipeline.evaluation.evaluate import evaluate
from pipeline.evaluation.predictions import MAIN_CONDITION, UNTOLD, gold_codes, predicted_codes, probabilities
from pipeline.evaluation.results import read_results, write_results
from pipeline.labels import heads

SEED = 20


def answers(generator, number, articles):
    """Confidence, whether it was right (in that share), and the article; of a like article, like luck."""
    confidence = generator.uniform(0.35, 0.99, number)
    article = generator.integers(articles, size=number)
    luck = generator.normal(scale=0.05, size=articles)[article]
    return confidence, generator.random(number) < confidence + luck, article


def test_the_precision_holds_on_articles_that_had_no_say():
    """In nine of ten cases on average; the lowest threshold that reaches it here would hold in half."""
    held = []
    for seed in range(30):
        confidence, correct, article = answers(np.random.default_rng(seed), 400, 40)
        threshold = threshold_for_precision(confidence, correct, article, 0.8, SEED)
        unseen, right, _ = answers(np.random.default_rng(1000 + seed), 20_000, 2000)
        held.append(right[unseen >= threshold].mean() >= 0.8)
    assert np.mean(held) >= 0.8


def test_a_higher_precision_asks_for_a_higher_threshold_and_more_articles_for_a_lower_one():
    few, many = (answers(np.random.default_rng(3), number, number // 10) for number in (300, 6000))
    thresholds = [threshold_for_precision(*few, target, SEED) for target in (0.7, 0.8, 0.9)]
    assert thresholds == sorted(set(thresholds))
    assert threshold_for_precision(*many, 0.8, SEED) < thresholds[1]
    assert threshold_for_precision(*many, 0.8, SEED) == pytest.approx(0.61, abs=0.03)  # (x + .99) / 2 = .8


def test_ten_sentences_of_one_article_count_for_less_than_those_of_ten():
    confidence, correct, _ = answers(np.random.default_rng(5), 400, 400)
    order = np.argsort(correct, kind="stable")  # whole articles right, whole articles wrong
    alike = np.empty(400, dtype=int)
    alike[order] = np.arange(400) // 10
    alone = threshold_for_precision(confidence, correct, np.arange(400), 0.75, SEED)
    assert threshold_for_precision(confidence, correct, alike, 0.75, SEED) > alone + 0.02


def test_a_threshold_does_not_split_equal_confidences():
    confidence = np.repeat([0.97, 0.5], 200)
    correct = np.concatenate([np.ones(200, bool), np.arange(200) < 60])
    assert threshold_for_precision(confidence, correct, np.arange(400), 0.8, SEED) == 0.97


def test_all_right_gives_every_answer_and_all_wrong_or_none_gives_none():
    confidence, article = np.linspace(0.4, 1.0, 200), np.arange(200) // 4
    assert threshold_for_precision(confidence, np.ones(200, bool), article, 0.9, SEED) == 0.4
    assert threshold_for_precision(confidence, np.zeros(200, bool), article, 0.5, SEED) == math.inf
    assert threshold_for_precision(np.empty(0), np.empty(0, bool), np.empty(0, int), 0.5, SEED) == math.inf


def test_the_same_seed_gives_the_same_threshold():
    given = answers(np.random.default_rng(8), 300, 30)
    assert threshold_for_precision(*given, 0.8, 1) == threshold_for_precision(*given, 0.8, 1)


def test_none_and_missed_bear_no_stance():
    chosen = np.array([heads()["stance"].index(name) for name in ("supports", "opposes", "none")] + [-1])
    assert bears_stance(chosen).tolist() == [True, True, False, False]


def test_only_what_is_said_to_support_or_oppose_is_counted():
    table = made_up_table(1.0)
    main = table[table["condition"] == MAIN_CONDITION].reset_index(drop=True)
    main.loc[:9, "gold_stance"] = UNTOLD
    found = abstention(main, 0.6, PARAMS, seed=1)
    gold, chosen = gold_codes(main, "stance"), predicted_codes(main, "stance")
    said = (gold >= 0) & (chosen != heads()["stance"].index("none"))
    sure = said & (probabilities(main, "stance").max(axis=1) >= 0.6)
    assert 0 < sure.sum() < said.sum() < len(main)
    assert (found.sentences, found.answered) == (said.sum(), sure.sum())
    assert found.precision.value == pytest.approx((gold == chosen)[sure].mean())
    assert found.unfiltered.value == pytest.approx((gold == chosen)[said].mean())
    assert found.precision.low <= found.precision.value <= found.precision.high


def test_a_threshold_that_nothing_reaches_leaves_no_precision_and_survives_the_file(tmp_path):
    result = evaluate(made_up_table(1.0), "toy", PARAMS, seed=1, threshold=1.0)
    for condition in result.conditions.values():
        assert (condition.abstention.answered, condition.abstention.precision) == (0, None)
        assert condition.abstention.unfiltered is not None
    write_results(result, tmp_path / "metrics.json", tmp_path / "results.json")
    again = read_results(tmp_path / "results.json")
    assert again.conditions[MAIN_CONDITION].abstention.sentences > 0
    assert again.conditions[MAIN_CONDITION].abstention.precision is None


def test_without_a_threshold_abstention_is_not_looked_at():
    result = evaluate(made_up_table(1.0), "toy", PARAMS, seed=1)
    assert {condition.abstention for condition in result.conditions.values()} == {None}
