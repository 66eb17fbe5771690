"""Quotation marks paired, apostrophes let be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.quotes import outermost, quotations

PAIRS = [
    ("“We tried,” she said. “We failed.”", ["“We tried,”", "“We failed.”"]),
    ('"We tried," she said. "We failed."', ['"We tried,"', '"We failed."']),
    ("‘It’s the MPs’ plan,’ he said, ‘and it isn’t ours.’", ["‘It’s the MPs’ plan,’", "‘and it isn’t ours.’"]),
    ("'It's the MPs' plan,' he said. 'It isn't ours.'", ["'It's the MPs' plan,'", "'It isn't ours.'"]),
    ("Labour's plan isn't the MPs' plan; it's Pascoe's.", []),
    ("He called it ‘a gimmick’ and ’twas one.", ["‘a gimmick’"]),
    ("In the '90s they said 'never'.", ["'never'"]),
    ('A plank of 6" by 4" was found.', []),
    ("She said (“never”) – “ever”.", ["“never”", "“ever”"]),
    ("In the ‘90s she said “never”.", ["“never”"]),
    ("They left by the ‘gate. “Never,” she said.", ["“Never,”"]),
]


@pytest.mark.parametrize(("text", "wanted"), PAIRS)
def test_pairs(text: str, wanted: list[str]) -> None:
    """Marks of all kinds are paired and apostrophes are none."""
    assert [quotation.span.of(text) for quotation in outermost(quotations(text))] == wanted


def test_nesting() -> None:
    """A quotation inside another lies one deeper."""
    text = "“He told me ‘never’ and left,” she said."
    assert [(one.depth, one.span.of(text)) for one in quotations(text)] == [
        (0, "“He told me ‘never’ and left,”"),
        (1, "‘never’"),
    ]


def test_quotation_over_paragraphs() -> None:
    """Each paragraph opens anew and only the last one closes."""
    text = "She said: “One.\n“Two.\n“Three.” Then she left."
    found = quotations(text)
    assert [(one.closed, one.continues) for one in found] == [(False, True), (False, True), (True, False)]
    assert found[-1].span.of(text) == "“Three.”"


def test_opening_mark_before_each_sentence() -> None:
    """A second opening mark in the paragraph goes on with the quotation, it does not close it."""
    text = 'She said: "One. "Two." He left.'
    assert [one.span.of(text) for one in quotations(text)] == ['"One.', '"Two."']


def test_lost_mark_ends_with_its_paragraph() -> None:
    """One missing mark must not swallow the rest of the text."""
    text = "“We tried, she said.\nNobody answered.\n“We failed,” he said."
    found = quotations(text)
    assert [one.span.of(text) for one in found] == ["“We tried, she said.", "“We failed,”"]
    assert [one.closed for one in found] == [False, True]


@given(st.text(alphabet="aA s.,?\"'“”‘’\n(", max_size=60))
def test_quotations_are_well_formed(text: str) -> None:
    """No quotation crosses a line, and outermost ones do not overlap."""
    at = 0
    for quotation in outermost(quotations(text)):
        assert at <= quotation.start < quotation.end <= len(text)
        assert "\n" not in quotation.span.of(text).rstrip("\n")
        at = quotation.end
