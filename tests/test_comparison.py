"""Learners side by side: scores, paired differences, tables; and the results of one learner and their files."""

import json
from io import StringIO

import numpy as np
import pytest
from prediction_tables import PARAMS, made_up_table
from rich.console import Console

from pipeline.evaluation.baseline import majority_predictions
from pipeline.evaluation.comparison import STATEMENT_MEASURE, compare
from pipeline.evaluation.comparison_tables import print_comparison, to_markdown
from pipeline.evaluation.evaluate import evaluate
from pipeline.evaluation.predictions import CONDITIONS, END_TO_END, GOLD, MAIN_CONDITION
from pipeline.evaluation.results import ResultsError, read_results, write_results
from pipeline.labels import heads


@pytest.fixture(scope="module")
def tables():
    weak, strong = made_up_table(skill=1.0, seed=5), made_up_table(skill=2.5, seed=6)
    shares = {head: np.full(len(classes), 1 / len(classes)) for head, classes in heads().items()}
    return {"majority": majority_predictions(weak, shares), "weak": weak, "strong": strong}


@pytest.fixture(scope="module")
def comparison(tables):
    return compare(tables, PARAMS, seed=1)


@pytest.fixture(scope="module")
def result(tables):
    return evaluate(tables["strong"], "strong", PARAMS, seed=1)


def test_every_learner_is_scored_on_every_measure(comparison):
    assert comparison.learners == ("majority", "weak", "strong")
    assert comparison.conditions == CONDITIONS
    assert len(comparison.scores) == 3 * 3 * 5
    assert (comparison.articles, comparison.sentences) == (12, 120)


def test_the_better_learner_wins_clearly(comparison):
    found = comparison.difference("strong", MAIN_CONDITION, "stance")
    assert found.earlier == "weak"
    assert found.difference.value > 0.1
    assert found.difference.clear
    assert found.difference.opposite == 0.0
    assert comparison.difference("majority", MAIN_CONDITION, "stance") is None


def test_a_difference_is_that_of_the_scores(comparison):
    for item in comparison.differences:
        scores = [
            comparison.score(name, item.condition, item.measure).value for name in (item.earlier, item.later)
        ]
        assert item.difference.value == pytest.approx(scores[1] - scores[0])


def test_comparison_and_evaluation_tell_the_same(comparison, result):
    for condition, found in result.conditions.items():
        for head in heads():
            assert comparison.score("strong", condition, head) == found.heads[head].macro_f1
        assert comparison.score("strong", condition, STATEMENT_MEASURE) == found.statement_f1


def test_other_gold_labels_are_refused(tables):
    other = made_up_table(labels_seed=2)
    with pytest.raises(ValueError, match="weak and other were not tested on the same gold sentences"):
        compare({"weak": tables["weak"], "other": other}, PARAMS, seed=1)


def test_an_unknown_figure_and_an_empty_comparison_are_refused(comparison):
    with pytest.raises(KeyError):
        comparison.score("strong", MAIN_CONDITION, "mood")
    with pytest.raises(ValueError, match="at least one learner"):
        compare({}, PARAMS, seed=1)


def test_the_terminal_tables_fit_eighty_columns(comparison):
    screen = StringIO()
    print_comparison(comparison, Console(file=screen, width=80))
    shown = screen.getvalue()
    assert str(comparison.score("strong", GOLD, "stance")) in shown
    assert "strong − weak" in shown
    assert "12 test articles" in shown
    assert "…" not in shown


def test_names_are_never_read_as_markup(tables):
    screen = StringIO()
    print_comparison(compare({"[red]x|y[/red]": tables["weak"]}, PARAMS, seed=1), Console(file=screen, width=80))
    assert "[red]x|y[/red]" in screen.getvalue()


def test_markdown_holds_every_figure_and_escapes_pipes(tables, comparison):
    text = to_markdown(comparison)
    assert text.count("\n| stance | ") == 3
    assert text.count("\n| strong − weak | ") == 15
    assert all(str(item.score) in text for item in comparison.scores)
    assert "x\\|y" in to_markdown(compare({"x|y": tables["weak"]}, PARAMS, seed=1))


def test_results_count_what_was_lost(tables, result):
    rows = tables["strong"][tables["strong"]["condition"] == END_TO_END]
    found = result.conditions[END_TO_END]
    assert found.gold_sentences == 120
    assert found.missed == (~rows["predicted"]).sum() > 0
    assert found.spurious == rows["gold_stance"].isna().sum() > 0
    assert found.wrong_speakers > 0
    assert result.conditions[GOLD].wrong_speakers == 0
    assert found.heads["stance"].macro_f1.value < result.conditions[GOLD].heads["stance"].macro_f1.value


def test_classes_add_up(result):
    head = result.conditions[END_TO_END].heads["frame"]
    assert [item.label for item in head.per_class] == list(heads()["frame"])
    assert sum(item.support for item in head.per_class) == 120
    assert np.mean([item.f1.value for item in head.per_class]) == pytest.approx(head.macro_f1.value)
    assert [sum(row) for row in head.confusion[:-1]] == [item.support for item in head.per_class]
    assert all(item.f1.low <= item.f1.value <= item.f1.high for item in head.per_class)


def test_the_same_seed_gives_the_same_results(tables, result):
    assert evaluate(tables["strong"], "strong", PARAMS, seed=1) == result
    assert evaluate(tables["strong"], "strong", PARAMS, seed=2) != result


def test_results_survive_their_files(result, tmp_path):
    headline, full = tmp_path / "metrics" / "strong.json", tmp_path / "metrics" / "full" / "strong.json"
    write_results(result, headline, full)
    assert read_results(full).to_json() == result.to_json()
    short = json.loads(headline.read_text(encoding="utf-8"))
    assert list(short) == list(CONDITIONS)
    assert list(short[MAIN_CONDITION]) == [*heads(), "statement"]
    assert short[MAIN_CONDITION]["stance"] == round(
        result.conditions[MAIN_CONDITION].heads["stance"].macro_f1.value, 4
    )


def test_unreadable_results_are_named(tmp_path):
    with pytest.raises(ResultsError, match=r"gone\.json: no such results file"):
        read_results(tmp_path / "gone.json")
    (tmp_path / "old.json").write_text('{"learner": "old"}', encoding="utf-8")
    with pytest.raises(ResultsError, match=r"old\.json: not the full results of this version"):
        read_results(tmp_path / "old.json")
