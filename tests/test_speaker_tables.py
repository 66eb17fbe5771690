"""Figures of speakers and attributions as tables of the evaluation page."""

import pytest

from pipeline.evaluation.bootstrap import Interval
from pipeline.report.speaker_tables import speaker_tables

SYSTEM = {
    "accuracy": 0.8,
    "accuracy_interval": [0.7, 0.9],
    "precision": 0.81,
    "recall": 0.82,
    "silence": 0.83,
    "party_accuracy": 0.84,
    "kind_accuracy": 0.85,
}
TEST = {
    name: SYSTEM | {"precision": place / 10} for place, name in enumerate(("chosen", "baseline", "raw", "bare"))
} | {
    "by_genre": {"live_blog": {"accuracy": 0.5, "sentences": 4}},
    "by_attribution": {"direct": {"accuracy": 0.6, "sentences": 3}},
    "by_quotation_marks": {"none": {"accuracy": 0.7, "sentences": 2}},
}
UNITS = {
    "end_to_end": [0.8, 0.7, 0.9],
    "recall": [0.9, 0.8, 1.0],
    "precision": [0.6, 0.5, 0.7],
    "speaker": [0.4, None, None],
}
ATTRIBUTION = {"test": {"chosen": {"all": UNITS, "direct": UNITS}, "baseline": {"all": UNITS}}}


@pytest.fixture(scope="module")
def tables():
    return list(speaker_tables({"test": TEST, "validation": {}}, ATTRIBUTION).values())


def test_every_system_has_its_row(tables):
    assert {name: row["precision"] for name, row in tables[0].items()} == {
        "baseline, gold sentences": 0.1,
        "chosen, gold sentences": 0.0,
        "chosen, raw text": 0.2,
        "chosen, raw text without metadata": 0.3,
    }
    assert tables[0]["chosen, raw text"]["accuracy"] == Interval(0.8, 0.7, 0.9)
    assert tables[0]["chosen, raw text"]["kind"] == 0.85


def test_slices_say_of_what_they_are(tables):
    assert tables[1] == {
        "genre: live blog": {"accuracy": 0.5, "sentences": 4},
        "attribution: direct": {"accuracy": 0.6, "sentences": 3},
        "quotation marks: none": {"accuracy": 0.7, "sentences": 2},
    }


def test_attributions_by_system_and_group(tables):
    assert list(tables[2]) == ["baseline, all", "chosen, all", "chosen, direct"]
    assert tables[2]["chosen, direct"]["end to end"] == Interval(0.8, 0.7, 0.9)
    assert tables[2]["chosen, all"]["speaker"] == Interval(0.4, None, None)
