"""Items of lists that run on in one line: "1. Close the hotels. 2. Open the routes", "a) …", "• …", "- …".

One number or dash is prose; a row of them that counts up, or repeats the dash after each stop, is a list.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.text.abbreviations import is_abbreviation

_BULLETS = "•▪●‣■◦⁃"
_DASHES = "*–-"
_BULLET = re.compile(rf"[{_BULLETS}](?<=[ \t].)(?=[ \t]?\S)")
# "…; – …": the items of a resolution.
_CLAUSE = re.compile(r";(?= [–-] \w)")
# The mark behind a number, a letter or nothing, which stand behind a blank; written so that the search, which all
# of the text goes through, tries the mark first.
_MARKER = re.compile(
    rf"[.)*–-](?:(?<=[\s{_BULLETS}]\d.)|(?<=[\s{_BULLETS}]\d\d.)|(?<=[\s{_BULLETS}][a-z].)|(?<=[\s{_BULLETS}][*–-])"
    r"|(?<=^\d.)|(?<=^\d\d.)|(?<=^[a-z].)|(?<=^[*–-]))"
    r"\)?[ \t]{0,2}(?=[\"'“‘£(]?[A-Za-z0-9])",
    re.MULTILINE,
)
_ENDS = ".!?:;…"
_CLOSERS = "\"'”’)"
# A header before the first item ("Notes to editors 1. …") is shorter than a sentence.
_HEADER = 40


@dataclass(frozen=True)
class Items:
    """``cuts``: offsets between items. ``stops``: offsets of stops that belong to an item's number."""

    cuts: tuple[int, ...]
    stops: frozenset[int]


@dataclass(frozen=True)
class _Marker:
    """A number, letter or dash that may begin an item. ``style`` is the same throughout one list, ``value`` is 0
    for a dash, ``capital`` is false where the item begins in lower case."""

    start: int
    stop: int
    style: str
    value: int
    capital: bool

    def follows(self, other: "_Marker") -> bool:
        """Whether this is the mark of the item after that of ``other``."""
        return self.style == other.style and (not self.value or self.value == other.value + 1)


@dataclass
class _Row:
    """Markers of one line that may make a list; ``sound`` once they do. ``headed``: behind a mere header."""

    markers: list[_Marker] = field(default_factory=list)
    sound: bool = False
    headed: bool = False


def list_items(text: str) -> Items:
    """Find the items of lists that share a line. Linear time."""
    cuts = [found.start() for found in _BULLET.finditer(text)]
    cuts += [found.end() for found in _CLAUSE.finditer(text)]
    stops: set[int] = set()
    for row in _rows(text):
        cuts += [marker.start for marker in row.markers if not _after_bullet(text, marker.start)]
        stops.update(marker.stop for marker in row.markers)
    return Items(tuple(cuts), frozenset(stops))


def _rows(text: str) -> Iterator[_Row]:
    """Rows of markers that make a list."""
    row, line, line_start, searched = _Row(), -1, 0, 0
    for found in _MARKER.finditer(text):
        marker = _marker(found)
        if marker is None:
            continue
        line_start = max(line_start, text.rfind("\n", searched, marker.start) + 1)
        searched = marker.start
        if line == line_start and _goes_on(text, marker, row):
            row.markers.append(marker)
            row.sound = True
            continue
        opens = _opens(text, marker, line_start)
        if opens or (marker.value < 2 and _behind_header(text, marker.start, line_start)):
            if row.sound:
                yield row
            row, line = _Row([marker], opens and marker.style == "1.", not opens), line_start
    if row.sound:
        yield row


def _marker(found: re.Match[str]) -> _Marker | None:
    """The marker matched; None for a decimal ("3.5") and for a dash that touches a word."""
    text, mark = found.string, found.start()
    gap, end = text[found.end() - 1] in " \t", found.end()
    capital = not text[end].islower()
    if text[mark] in _DASHES:
        return _Marker(mark, mark, text[mark], 0, capital) if gap else None
    if not gap and text[end].isdigit():
        return None
    start = mark - 1
    while start > 0 and text[start - 1].isdigit():
        start -= 1
    count, style = text[start:mark], text[mark:end].rstrip(" \t")
    if count.isdigit():
        return _Marker(start, mark, "1" + style, int(count), capital)
    return _Marker(start, mark, "a" + style, ord(count) - ord("a") + 1, capital)


def _opens(text: str, marker: _Marker, line_start: int) -> bool:
    """Whether a list may begin here: at the head of a line, behind a bullet, or behind a stop."""
    before = marker.start - 1
    while before >= line_start and text[before] in " \t":
        before -= 1
    if before < line_start or text[before] in _BULLETS:
        return True
    if text[before] == "." and is_abbreviation(text, before, marker.start):
        return False
    return text[before] in _ENDS


def _behind_header(text: str, start: int, line_start: int) -> bool:
    """Whether only a header ("Notes to editors") stands between the head of the line and ``start``."""
    header = text[line_start:start].strip() if start - line_start <= _HEADER else ""
    return header[:1].isupper() and not any(mark in header for mark in _ENDS)


def _goes_on(text: str, marker: _Marker, row: _Row) -> bool:
    """Whether ``marker`` begins the next item of ``row``: behind a stop, or counting on before a capital."""
    if not marker.follows(row.markers[-1]):
        return False
    before = text[marker.start - 2]
    counts_on = bool(marker.value) and marker.capital and not row.headed
    return before in _ENDS + _CLOSERS or (counts_on and before != ",")


def _after_bullet(text: str, start: int) -> bool:
    return text[max(0, start - 2) : start].rstrip()[-1:] in tuple(_BULLETS)
