"""Slices: which there are, what they hold, and which are too small."""

import pytest
from prediction_tables import PARAMS, made_up_table

from pipeline.evaluation.metrics import confusions, macro_f1
from pipeline.evaluation.predictions import END_TO_END, GOLD
from pipeline.evaluation.slices import DIMENSIONS, SMALL, Slice, slices


@pytest.fixture(scope="module")
def table():
    return made_up_table()


def of(table, condition: str, head: str = "stance") -> dict[tuple[str, str], Slice]:
    found = slices(table[table["condition"] == condition], head, PARAMS, seed=1)
    return {(item.dimension, item.value): item for item in found}


def test_every_dimension_holds_all_gold_sentences(table):
    found = of(table, GOLD)
    for dimension in DIMENSIONS:
        assert sum(item.sentences for key, item in found.items() if key[0] == dimension) == 120


def test_a_slice_scores_its_own_sentences(table):
    rows = table[(table["condition"] == GOLD) & (table["outlet"] == "tabloid")]
    found = of(table, GOLD)["outlet", "tabloid"]
    assert (found.sentences, found.articles) == (len(rows), rows["article_id"].nunique())
    assert found.macro_f1.value == pytest.approx(macro_f1(confusions(rows, "stance").total))
    assert found.macro_f1.low < found.macro_f1.value < found.macro_f1.high


def test_narration_is_named(table):
    found = of(table, GOLD)
    assert ("attribution", "narration") in found
    assert ("kind", "narration") in found
    assert not any(value in ("", "none") for _, value in found)


def test_an_unknown_leaning_is_a_slice_of_its_own(table):
    changed = table.copy()
    changed.loc[changed["article_id"] == "made-000", "leaning"] = ""
    found = of(changed, GOLD)["leaning", "unknown"]
    assert (found.sentences, found.articles) == (10, 1)
    assert found.macro_f1.low is None


def test_small_slices_are_marked(table):
    found = of(table, GOLD).values()
    assert all(item.small == (item.sentences < SMALL) for item in found)
    assert {item.small for item in found} == {True, False}


@pytest.mark.parametrize(
    ("words", "name"), [(7, "1–7 words"), (8, "8–15 words"), (40, "26–40 words"), (41, "over 40 words")]
)
def test_lengths_are_counted_in_words(table, words, name):
    changed = table[table["condition"] == GOLD].assign(text=" ".join(["word"] * words))
    found = [item for item in slices(changed, "role", PARAMS, seed=1) if item.dimension == "length"]
    assert [(item.value, item.sentences) for item in found] == [(name, 120)]


def test_lengths_come_in_their_order(table):
    values = [value for dimension, value in of(table, GOLD) if dimension == "length"]
    assert values == ["1–7 words", "8–15 words", "16–25 words", "26–40 words", "over 40 words"]


def test_missed_sentences_stay_in_and_spurious_ones_have_no_kind(table):
    rows = table[table["condition"] == END_TO_END]
    found = of(table, END_TO_END)
    by_kind = sum(item.sentences for key, item in found.items() if key[0] == "kind")
    by_outlet = sum(item.sentences for key, item in found.items() if key[0] == "outlet")
    assert by_kind == rows["gold_stance"].notna().sum()
    assert by_outlet == len(rows) > by_kind
