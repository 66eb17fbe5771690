"""The committed figures of the trained learners on the hand-written cases: whole, of today's cases, within floors.

A learner that got worse cannot be committed with its figures unless configs/behaviour_floors.yaml is changed too.
"""

from collections import Counter

import pytest

from pipeline import CONFIGS, ROOT
from pipeline.evaluation.behaviour.cases import Check, build_checks
from pipeline.evaluation.behaviour.floors import faults, read_floors, read_metrics
from pipeline.evaluation.behaviour.passages import read_suite
from pipeline.learners import LEARNERS

LEAST_CASES, LEAST_PASSAGES = 280, 120
ABILITIES = {
    "negation",
    "speaker’s side",
    "direction of pressure",
    "whose position",
    "whose policy",
    "rhetoric",
    "argument",
    "invariance",
}


@pytest.fixture(scope="module")
def checks() -> tuple[Check, ...]:
    """The cases as they stand."""
    return build_checks(read_suite(ROOT / "seeds" / "behaviour"))


def test_the_cases_are_many_and_of_every_kind(checks):
    """Counts that the project promises; rewritings are cheap and do not count for the first."""
    by_kind = Counter(dict.fromkeys(("MFT", "DIR", "INV"), 0))
    for check in checks:
        by_kind[check.kind] += len(check.cases)
    assert by_kind["MFT"] + by_kind["DIR"] >= LEAST_CASES
    assert min(by_kind.values()) >= 80
    assert len({case.passage for check in checks for case in check.cases}) >= LEAST_PASSAGES
    assert {check.capability for check in checks} == ABILITIES


def test_minimal_pairs_expect_different_labels(checks):
    """In a directional test no version of a passage expects the same of the same words."""
    for check in checks:
        if check.kind == "DIR":
            asked = [(case.document, tuple(case.expected.items())) for case in check.cases]
            assert len(set(asked)) == len({document for document, _ in asked}) == len(asked), check.name


def test_the_figures_hold_the_floors(checks):
    figures = read_metrics(ROOT / "metrics" / "behaviour.json")
    assert set(figures["learners"]) == set(LEARNERS)
    assert list(faults(figures, read_floors(CONFIGS / "behaviour_floors.yaml"), checks)) == []
