"""Scores by hand and against scikit-learn, and what missed and spurious sentences do to them."""

import numpy as np
import pytest
from prediction_tables import made_up_table
from sklearn import metrics as sklearn_metrics

from pipeline.evaluation.metrics import accuracy, confusions, f1, macro_f1, precision, recall, support
from pipeline.evaluation.predictions import END_TO_END, GOLD, gold_codes, predicted_codes
from pipeline.labels import heads


@pytest.mark.parametrize("head", heads())
def test_scores_equal_those_of_scikit_learn_where_nothing_is_missed(head):
    table = made_up_table(skill=1.0)
    table = table[table["condition"] == GOLD]
    total = confusions(table, head).total
    gold, predicted = gold_codes(table, head), predicted_codes(table, head)
    labels = range(len(heads()[head]))
    expected = sklearn_metrics.precision_recall_fscore_support(gold, predicted, labels=labels, zero_division=0)
    for ours, theirs in zip((precision, recall, f1, support), expected, strict=True):
        np.testing.assert_allclose(ours(total), theirs)
    assert macro_f1(total) == pytest.approx(sklearn_metrics.f1_score(gold, predicted, average="macro"))
    assert accuracy(total) == pytest.approx(sklearn_metrics.accuracy_score(gold, predicted))


def test_macro_f1_leaves_out_classes_that_occur_nowhere():
    counts = np.zeros((4, 4))
    counts[0, 0], counts[1, 0] = 3, 1  # the third class occurs in neither gold nor prediction
    expected = sklearn_metrics.f1_score([0, 0, 0, 1], [0, 0, 0, 0], average="macro", zero_division=0)
    assert macro_f1(counts) == pytest.approx(expected)


def test_macro_f1_of_nothing_is_not_a_number():
    assert np.isnan(macro_f1(np.zeros((4, 4))))


def test_a_missed_sentence_is_a_false_negative():
    counts = np.zeros((4, 4))
    counts[0, 0], counts[0, 3] = 1, 1
    assert recall(counts)[0] == 0.5
    assert precision(counts)[0] == 1.0
    assert accuracy(counts) == 0.5


def test_a_spurious_sentence_is_a_false_positive_unless_it_says_nothing():
    table = made_up_table()
    table = table[table["condition"] == END_TO_END]
    spurious = table[table["gold_stance"].isna()]
    speaking = int((predicted_codes(spurious, "stance") != heads()["stance"].index("none")).sum())
    total = confusions(table, "stance").total
    assert 0 < speaking < len(spurious)
    assert total[-1].sum() == speaking
    assert total[-1, heads()["stance"].index("none")] == 0


def test_no_gold_sentence_leaves_the_denominator():
    table = made_up_table()
    table = table[table["condition"] == END_TO_END]
    counted = confusions(table, "frame")
    assert counted.total[:-1].sum() == table["gold_frame"].notna().sum()
    assert counted.total[:-1, -1].sum() == (~table["predicted"]).sum() > 0
    assert counted.articles == tuple(sorted(set(table["article_id"])))


def test_scores_work_on_many_confusions_at_once():
    counts = np.random.default_rng(0).integers(0, 9, size=(5, 4, 4)).astype(float)
    np.testing.assert_allclose(macro_f1(counts), [macro_f1(one) for one in counts])
    np.testing.assert_allclose(f1(counts), [f1(one) for one in counts])
