"""Statements: what counts as one, what counts as right, and the shared denominators of the levels."""

import numpy as np
import pandas as pd
import pytest
from prediction_tables import PARAMS, made_up_table

from pipeline.evaluation.end_to_end import statement_counts, statement_scores
from pipeline.evaluation.predictions import END_TO_END, GOLD, gold_column, with_probabilities
from pipeline.labels import heads

ADA, TRUST = "Ada Thornbury", "Harbour Trust"


def row(
    gold: tuple[str, str, str] | None, predicted: tuple[str, str, str] | None, right: bool, article: str = "a-1"
):
    """Speaker, stance and pressure in gold and prediction; None for spurious and missed."""
    return {"article": article, "gold": gold, "predicted": predicted, "right": right}


def table_of(*rows) -> pd.DataFrame:
    units, output = [], {head: [] for head in heads()}
    for number, item in enumerate(rows):
        speaker, stance, pressure = item["gold"] or (None, None, None)
        labels = {"stance": stance, "pressure": pressure, "role": "claim", "frame": "policy"}
        units.append(
            {
                "condition": END_TO_END,
                "article_id": item["article"],
                "start": 10 * number,
                "end": 10 * number + 9,
                "text": "A sentence.",
                **dict.fromkeys(("outlet", "genre", "leaning", "government", "kind"), ""),
                "attribution": "direct",
                "gold_speaker": speaker,
                "predicted_speaker": item["predicted"][0] if item["predicted"] else None,
                "speaker_right": item["right"],
                "predicted": item["predicted"] is not None,
                **{gold_column(head): label if item["gold"] else None for head, label in labels.items()},
            }
        )
        if item["predicted"]:
            chosen = {
                "stance": item["predicted"][1],
                "pressure": item["predicted"][2],
                "role": "claim",
                "frame": "policy",
            }
            for head, classes in heads().items():
                output[head].append(np.eye(len(classes))[classes.index(chosen[head])])
    stacked = {head: np.array(rows).reshape(-1, len(heads()[head])) for head, rows in output.items()}
    return with_probabilities(pd.DataFrame(units), stacked)


CASES = {
    "right": (row((ADA, "supports", "right"), (ADA, "supports", "right"), True), [1, 1, 1]),
    "wrong pressure": (row((ADA, "supports", "right"), (ADA, "supports", "left"), True), [1, 1, 1]),
    "wrong stance": (row((ADA, "supports", "right"), (ADA, "opposes", "right"), True), [0, 1, 1]),
    "wrong speaker": (row((ADA, "supports", "right"), (TRUST, "supports", "right"), False), [0, 1, 1]),
    "missed": (row((ADA, "supports", "right"), None, False), [0, 0, 1]),
    "spurious": (row(None, (ADA, "supports", "right"), False), [0, 1, 0]),
    "speaker missed": (row((ADA, "supports", "right"), ("-", "supports", "right"), False), [0, 0, 1]),
    "speaker for narration": (row(("-", "none", "none"), (ADA, "opposes", "left"), False), [0, 1, 0]),
    "no position": (row((ADA, "none", "right"), (ADA, "none", "right"), True), [0, 0, 0]),
    "position overlooked": (row((ADA, "opposes", "right"), (ADA, "none", "right"), True), [0, 0, 1]),
    "narration": (row(("-", "none", "none"), ("-", "none", "none"), True), [0, 0, 0]),
}


@pytest.mark.parametrize("case", CASES)
def test_one_sentence(case):
    given, expected = CASES[case]
    assert statement_counts(table_of(given), ("stance",)).tolist() == [expected]


def test_levels_ask_for_more_and_more():
    table = table_of(*(given for given, _ in CASES.values()))
    speaker, stance, pressure = statement_scores(table, PARAMS, seed=1)
    assert (speaker.right, stance.right, pressure.right) == (3, 2, 1)
    assert {score.gold for score in (speaker, stance, pressure)} == {7}
    assert {score.predicted for score in (speaker, stance, pressure)} == {6}
    assert stance.precision.value == pytest.approx(2 / 6)
    assert stance.recall.value == pytest.approx(2 / 7)
    assert stance.f1.value == pytest.approx(4 / 13)


def test_counts_are_kept_by_article():
    given = CASES["right"][0]
    table = table_of(given | {"article": "b"}, given | {"article": "a"}, given | {"article": "b"})
    assert statement_counts(table, ("stance",)).tolist() == [[1, 1, 1], [2, 2, 2]]


def test_no_statement_at_all_scores_zero():
    score = statement_scores(table_of(CASES["narration"][0]), PARAMS, seed=1)[0]
    assert (score.f1.value, score.gold, score.predicted) == (0.0, 0, 0)


def test_missing_sentences_and_speakers_costs_f1():
    table = made_up_table(skill=3.0)
    scores = {c: statement_scores(table[table["condition"] == c], PARAMS, seed=1)[1] for c in (GOLD, END_TO_END)}
    assert scores[END_TO_END].f1.value < scores[GOLD].f1.value - 0.1
    assert scores[GOLD].f1.low < scores[GOLD].f1.value < scores[GOLD].f1.high
