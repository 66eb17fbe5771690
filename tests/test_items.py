"""Lists that run on in one line."""

from itertools import pairwise

import pytest

from pipeline.text.items import list_items

# "|" stands before each item that is cut off.
LISTS = [
    "The aims are clear: |1. Close the hotels. |2. Open the routes.",
    "The paper recommends: |1. a cap; |2. a quota; |3. a levy.",
    "Notes to editors |1. Names are changed. |2. Figures are rounded.",
    "|1) Close the hotels |2) Open the routes",
    "|a. Close the hotels |b. Open the routes",
    "Ministers met. |- Hotels close. |- Bases open.",
    "Notes |- Hotels close. |- Bases open.",
    "Aims |• Hotels close |• Bases open",
    "We would: end hotels; |– open bases; |– train staff.",
]
PROSE = [
    "The bill would (1) close the hotels and (2) open the routes.",
    "It rests on two aims: 1) Close the hotels, 2) Open the routes.",
    "It rose by 1. Then it fell by 2. Then it stopped.",
    "He read Art. 8. Then he read s. 3. Nobody listened.",
    "“We lost.” - Una Marsh, Hull",
    "He won - Lowe had not run - and wept.",
    "It grew 3.5 per cent. It shrank 4.5 per cent.",
]


@pytest.mark.parametrize("marked", LISTS)
def test_lists_are_cut_before_each_item(marked: str) -> None:
    """Numbers that count up, and repeated dashes, make a list."""
    text = marked.replace("|", "")
    cuts = [0, *sorted(set(list_items(text).cuts)), len(text)]
    pieces = [text[start:end].strip() for start, end in pairwise(cuts)]
    assert [piece for piece in pieces if piece] == [piece.strip() for piece in marked.split("|") if piece.strip()]


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_not_cut(text: str) -> None:
    """One number or dash, a row inside a sentence, and references are no list."""
    assert list_items(text).cuts == ()


def test_stops_of_numbers() -> None:
    """The stop behind an item's number ends no sentence."""
    assert list_items("1. Close. 2. Open.").stops == {1, 11}


def test_a_row_ends_with_its_line() -> None:
    """What another line counts is another list."""
    assert list_items("Notes 1. Close the hotels.\nHe came 2. Lowe came first.").cuts == ()
