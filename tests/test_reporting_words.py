"""Which sentences hold a word of reporting."""

import pytest

from pipeline import CONFIGS
from pipeline.text.lexicon import load_lexicon
from pipeline.text.reporting_words import may_report

LEXICON = load_lexicon(CONFIGS / "reporting.yaml")


@pytest.mark.parametrize(
    ("sentence", "reports"),
    [
        ("Ann Marsh said no.", True),
        ("ACCORDING to her, no.", True),
        ("Villagers were FURIOUS.", True),
        ("The rumour spread.", True),
        ("There were rumours.", False),
        ("The gate is red.", False),
        ("", False),
    ],
)
def test_words_of_reporting(sentence: str, reports: bool) -> None:
    """Any verb, state or noun of the lexicon may report."""
    assert may_report(sentence, LEXICON) is reports
