"""Which stops belong to an abbreviation. The stop in question is the last one before "|"."""

import pytest

from pipeline.text.abbreviations import is_abbreviation, is_exclaimed_name, is_title, last_word

INSIDE = [
    "Mr.| Lowe",
    "the right hon.| Gentleman",
    "J.| A. Marsh",
    "Robert F.| “Sparky” Lowe",
    "you, Albert I.| Marsh",
    "No.| 10",
    "Sch.| 2",
    "Smith v.| Lowe",
    "on Jan.| 5",
    "the U.S.| Senate",
    "9 p.m.| Friday",
    "At 5 a.m.| Lowe",
    "in Calif.| (Wire)",
    "Sen. Marsh, D-Calif.| Tuesday",
    "Acme Inc.| Chief",
]
ENDS = [
    "the answer is no.| Ten",
    "in Jan.| Ministers",
    "he is a con.| ‘We",
    "the rep.| Lowe",
    "you and I.| Marsh",
    "plan B.| Ministers",
    "the U.S.| The",
    "the U.S.| “Nobody",
    "at 9 p.m.| Lowe",
    "in Gary, Ind.| Lowe",
    "on Elm St.| The",
    "by the MPs.| Labour",
]


@pytest.mark.parametrize(("marked", "inside"), [*((one, True) for one in INSIDE), *((one, False) for one in ENDS)])
def test_stops(marked: str, inside: bool) -> None:
    """The word before and the word behind a stop decide."""
    stop = marked.index("|") - 1
    text = marked.replace("|", "")
    assert is_abbreviation(text, stop, stop + 2) is inside


def test_exclamation_mark_of_a_name() -> None:
    """A name keeps its mark where no sentence begins behind it."""
    assert is_exclaimed_name("Yahoo! News", 5, 7)
    assert not is_exclaimed_name("Yahoo! The", 5, 7)
    assert not is_exclaimed_name("Hurrah! News", 6, 8)


def test_words() -> None:
    """Inner dots are part of a word, and what only precedes names is a title."""
    assert last_word("in the U.S", 10) == "U.S"
    assert last_word("", 0) == ""
    assert [word for word in ("prof", "e.g", "mister") if is_title(word)] == ["prof", "e.g"]
