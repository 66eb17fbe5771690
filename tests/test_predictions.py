"""The predictions table: what it accepts, what it refuses and how, and that it survives its file."""

import numpy as np
import pandas as pd
import pytest
from prediction_tables import made_up_table, units

from pipeline.evaluation.baseline import class_shares, majority_predictions
from pipeline.evaluation.errors import confident_errors
from pipeline.evaluation.predictions import (
    CONDITIONS,
    END_TO_END,
    GOLD,
    MAIN_CONDITION,
    PredictionsError,
    aligned,
    check,
    columns,
    conditions_of,
    gold_codes,
    judged,
    predicted_codes,
    read_predictions,
    with_probabilities,
    write_predictions,
)
from pipeline.labels import heads
from pipeline.records import UNTOLD, Labels


@pytest.fixture
def table() -> pd.DataFrame:
    return made_up_table(articles=4)


def changed(table: pd.DataFrame, column: str, value: object, condition: str = GOLD) -> pd.DataFrame:
    """The table with one value of its first row of a condition replaced."""
    copy = table.astype({column: object})
    copy.loc[copy.index[copy["condition"] == condition][0], column] = value
    return copy


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("condition", "guessed", "`condition` must be one of gold, predicted-speakers, end-to-end"),
        ("gold_stance", "neutral", "`gold_stance` must be one of supports, opposes, none"),
        ("p_role_claim", 7.0, "`p_role_…` must be ≥ 0 and add up to 1"),
        ("p_role_claim", np.nan, "`p_role_…` must be ≥ 0 and add up to 1"),
        ("predicted", False, "only the condition end-to-end may miss or add sentences"),
        ("gold_frame", None, "`gold_frame` must be one of control"),
    ],
)
def test_a_breach_is_named_with_its_place(table, column, value, message):
    with pytest.raises(PredictionsError) as error:
        check(changed(table, column, value))
    assert message in str(error.value)
    assert "article made-000, characters 0–90" in str(error.value)
    assert "(1 such rows)" in str(error.value)


def test_what_gold_does_not_tell_is_allowed_and_not_judged(table):
    untold = changed(table, "gold_frame", UNTOLD)
    check(untold)
    assert gold_codes(untold, "frame")[0] == -1
    assert len(judged(untold, "gold_frame")) == len(table) - 1
    pd.testing.assert_frame_equal(judged(untold, "gold_role"), untold)


def test_spurious_rows_count_only_in_articles_that_tell_the_label(table):
    untold = table.astype({"gold_frame": object})
    first = (untold["article_id"] == "made-000") & untold["gold_frame"].notna()
    untold.loc[first, "gold_frame"] = UNTOLD
    assert "made-000" not in set(judged(untold, "gold_frame")["article_id"])
    assert judged(untold, "gold_frame")["gold_frame"].isna().any()


def test_a_missed_row_has_no_probabilities(table):
    missed = table[(table["condition"] == END_TO_END) & ~table["predicted"]].index[0]
    copy = table.copy()
    copy.loc[missed, "p_stance_none"] = 1.0
    with pytest.raises(PredictionsError, match="must be null in a missed row"):
        check(copy)


def test_missing_columns_and_empty_tables_are_refused(table):
    with pytest.raises(PredictionsError, match="lacks the columns text, p_stance_none"):
        check(table.drop(columns=["text", "p_stance_none"]))
    with pytest.raises(PredictionsError, match="no rows"):
        check(table.iloc[:0])


def test_probabilities_of_the_wrong_shape_are_refused():
    given = units(np.random.default_rng(0), 2, 3, GOLD)
    output = {head: np.full((5, len(classes)), 1 / len(classes)) for head, classes in heads().items()}
    with pytest.raises(
        PredictionsError, match=r"stance: the probabilities have shape \(5, 3\), expected \(6, 3\)"
    ):
        with_probabilities(given, output)


def test_codes_mark_spurious_and_missed(table):
    gold, predicted = gold_codes(table, "frame"), predicted_codes(table, "frame")
    np.testing.assert_array_equal(gold == -1, table["gold_frame"].isna())
    np.testing.assert_array_equal(predicted == -1, ~table["predicted"])
    both = aligned(table)
    assert len(both) == ((gold >= 0) & (predicted >= 0)).sum() < len(table)


def test_a_table_survives_its_file(table, tmp_path):
    path = tmp_path / "predictions" / "made-up.parquet"
    write_predictions(table, path)
    again = read_predictions(path)
    expected = table[list(columns())]
    pd.testing.assert_frame_equal(again.fillna("null"), expected.astype(object).fillna("null"), check_dtype=False)
    assert conditions_of(read_predictions(path)) == CONDITIONS
    assert [file.name for file in path.parent.iterdir()] == ["made-up.parquet"]


def test_a_bad_file_is_named(table, tmp_path):
    with pytest.raises(PredictionsError, match=r"absent\.parquet: no such predictions table"):
        read_predictions(tmp_path / "absent.parquet")
    table.drop(columns="kind").to_parquet(tmp_path / "old.parquet")
    with pytest.raises(PredictionsError, match=r"old\.parquet: the predictions table lacks the columns kind"):
        read_predictions(tmp_path / "old.parquet")


def test_the_majority_baseline_says_the_same_everywhere(table):
    training = [Labels("opposes", "left", "claim", "policy")] * 3 + [Labels("none", "none", "none", "none")]
    shares = class_shares(training)
    np.testing.assert_allclose(shares["stance"], [0, 0.75, 0.25])
    baseline = majority_predictions(table, shares)
    chosen = predicted_codes(baseline, "stance")
    assert set(chosen[baseline["predicted"]]) == {heads()["stance"].index("opposes")}
    np.testing.assert_array_equal(chosen == -1, predicted_codes(table, "stance") == -1)


def test_a_baseline_without_labels_is_refused():
    with pytest.raises(ValueError, match="needs training labels, got none"):
        class_shares([])


def test_the_surest_errors_come_first(table):
    errors = confident_errors(table, number=12)
    assert len(errors) == 12
    assert all(error.gold != error.predicted for error in errors)
    assert [e.confidence for e in errors] == sorted((e.confidence for e in errors), reverse=True)
    rows = aligned(table[table["condition"] == MAIN_CONDITION])
    wrong = [
        rows.loc[gold_codes(rows, head) != predicted_codes(rows, head)].filter(like=f"p_{head}_").max(axis=1)
        for head in heads()
    ]
    np.testing.assert_allclose([e.confidence for e in errors], pd.concat(wrong).nlargest(12))
