"""Quotation marks of a text paired into quotations: “ ” " ‘ ’ and ', with apostrophes told from closing marks.

A quotation that is still open at the end of its paragraph goes on when the next paragraph begins with the same
opening mark, as printers do; otherwise it ends with its paragraph, so that one lost mark cannot swallow a text.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.records import Span

_MARK = re.compile("[“”„\"‘’'«»]")
_LINE = re.compile(r"[^\n]+")
# The first character of the next paragraph.
_FIRST = re.compile(r"\n\s*(\S)")
# Words that begin with an apostrophe.
_CLIPPED = re.compile(r"['‘’](?:em|tis|twas|til|cause|cos|bout|round|n|[0-9]0s|[0-9]{2}\b)(?![\w])", re.IGNORECASE)
_FAMILY = {"“": "double", "”": "double", "„": "double", '"': "straight", "‘": "single", "’": "single", "'": "tick"}
_FAMILY |= {"«": "angle", "»": "angle"}
_DOUBLE = frozenset({"double", "straight", "angle"})
_BEFORE_OPENING = " \t\xa0([{—–-/:\"“‘'…>•*"
_STRONG_BEFORE = ",.!?…;—–"
_STRONG_AFTER = ",.!?;:)—–"


@dataclass(frozen=True)
class Quotation:
    """One pair of marks: ``start`` at the opening mark, ``end`` behind the closing one.

    ``depth`` is 0 for an outermost quotation. ``closed`` is false where the closing mark is missing;
    ``continues`` is true where the quotation goes on in the next one of the same depth.
    """

    start: int
    end: int
    depth: int = 0
    closed: bool = True
    continues: bool = False

    @property
    def span(self) -> Span:
        """The quotation with its marks."""
        return Span(self.start, self.end)


@dataclass
class _Open:
    family: str
    start: int


def quotations(text: str) -> list[Quotation]:
    """All quotations of a text, outer before inner, in order of their opening marks. Linear time."""
    found: list[Quotation] = []
    for line in _LINE.finditer(text):
        following = _FIRST.match(text, line.end())
        own = list(_line_quotations(text, line.start(), line.end(), following.group(1) if following else ""))
        if found and own:
            _join_paragraphs(text, found, own, line.start())
        found.extend(own)
    return found


def outermost(found: Sequence[Quotation]) -> list[Quotation]:
    """The quotations that lie in no other."""
    return [quotation for quotation in found if quotation.depth == 0]


class OutermostQuotations(Sequence[Quotation]):
    """The quotations of a text that lie in no other, in order."""

    def __init__(self, text: str) -> None:
        self._found = outermost(quotations(text))
        self._starts = [quotation.start for quotation in self._found]

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, index):  # an int or a slice, as in any sequence
        return self._found[index]

    def touching(self, span: Span) -> list[Quotation]:
        """Those that share characters with a span."""
        first = bisect_left(self._starts, span.start)
        while first > 0 and self._found[first - 1].end > span.start:
            first -= 1
        return self._found[first : bisect_left(self._starts, span.end)]


def _join_paragraphs(text: str, found: list[Quotation], own: Sequence[Quotation], start: int) -> None:
    """Mark the last unclosed quotation as continuing when the paragraph at ``start`` opens with its mark."""
    last = next((number for number in range(len(found) - 1, -1, -1) if found[number].depth == 0), None)
    if last is None:
        return
    before, first = found[last], own[0]
    adjoining = not text[before.end : start].strip()
    if (
        not before.closed
        and adjoining
        and not text[start : first.start].strip()
        and text[before.start] == text[first.start]
    ):
        found[last] = replace(before, continues=True)


def _line_quotations(text: str, start: int, end: int, following: str) -> Iterator[Quotation]:
    """Quotations of one paragraph, sorted; ``following`` is the next paragraph's first character. A single mark
    that nothing closes opens a quotation only at the head of its paragraph, or where the next one opens with
    it."""
    marks = [found.start() for found in _MARK.finditer(text, start, end)]
    if not marks:
        return iter(())
    stack: list[_Open] = []
    found: list[Quotation] = []
    singles = _SingleClosers(text, marks, start, end)
    for at in marks:
        mark = text[at]
        role = _role(text, at, start, end, stack, singles)
        if role == "open":
            _reopen(text, stack, found, at, _FAMILY[mark])
            stack.append(_Open(_FAMILY[mark], at))
        elif role == "close":
            _close(stack, found, at, _FAMILY[mark])
    while stack:
        opened = stack.pop()
        if opened.family in _DOUBLE or opened.start == start or following == text[opened.start]:
            found.append(Quotation(opened.start, end, len(stack), closed=False))
        else:  # a lost mark holds nothing: what stood behind it lies one level higher
            found = [replace(one, depth=one.depth - (one.start > opened.start)) for one in found]
    return iter(sorted(found, key=lambda quotation: (quotation.start, -quotation.end)))


def _reopen(text: str, stack: list[_Open], found: list[Quotation], at: int, family: str) -> None:
    """A second opening mark inside an open quotation of its kind begins its next sentence: end the first here."""
    if not any(opened.family == family for opened in stack):
        return
    end = at
    while end > 0 and text[end - 1].isspace():
        end -= 1
    while stack:
        opened = stack.pop()
        if opened.family in _DOUBLE or opened.family == family:
            found.append(Quotation(opened.start, end, len(stack), closed=False, continues=opened.family == family))
        if opened.family == family:
            return


def _close(stack: list[_Open], found: list[Quotation], at: int, family: str) -> None:
    """Close the innermost open quotation of the family, and with it whatever was left open inside."""
    for level in range(len(stack) - 1, -1, -1):
        if stack[level].family == family:
            found.append(Quotation(stack[level].start, at + 1, level))
            del stack[level:]
            return


def _role(text: str, at: int, start: int, end: int, stack: list[_Open], singles: "_SingleClosers") -> str:
    """``open``, ``close`` or ``none`` (apostrophe, inch mark) for the mark at ``at``."""
    mark = text[at]
    if mark in "“„«" or (mark == "‘" and not _CLIPPED.match(text, at)):  # "the ‘90s", curled the wrong way
        return "open"
    if mark in "”»":
        return "close"
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < end else " "
    opened = any(entry.family == _FAMILY[mark] for entry in stack)
    if mark == '"':
        return _straight_role(before, after, opened)
    return _apostrophe_role(text, at, before, after, opened, singles)


def _straight_role(before: str, after: str, opened: bool) -> str:
    opens = before in _BEFORE_OPENING and not after.isspace()
    if not opened:
        return "open" if opens or (not after.isspace() and not before.isdigit()) else "none"
    return (
        "open" if opens and not (before in "—–-/'’…" and (after.isspace() or after in _STRONG_AFTER)) else "close"
    )


def _apostrophe_role(text: str, at: int, before: str, after: str, opened: bool, singles: "_SingleClosers") -> str:
    mark = text[at]
    if before.isalnum() and after.isalnum():
        return "none"
    if mark == "'" and before in _BEFORE_OPENING and after.isalnum() and not _CLIPPED.match(text, at):
        return "open"
    if opened and not before.isspace() and not after.isalnum():
        return "close" if singles.closes(at) else "none"
    return "none"


class _SingleClosers:
    """Tells the plural possessive ("MPs’ plan") from a closing single mark by what follows in the paragraph."""

    def __init__(self, text: str, marks: Sequence[int], start: int, end: int) -> None:
        self._weak: dict[int, bool] = {}
        later_closer = False
        for at in reversed(marks):
            if text[at] in "‘“" or (text[at] == "'" and at > start and text[at - 1].isspace()):
                later_closer = False
            if text[at] not in "’'":
                continue
            before = text[at - 1] if at > start else " "
            after = text[at + 1] if at + 1 < end else " "
            if before.isspace() or after.isalnum():
                continue
            possessive = before == "s" and after == " " and text[at + 2 : at + 3].islower()
            self._weak[at] = possessive and later_closer
            later_closer = True

    def closes(self, at: int) -> bool:
        """Whether the mark at ``at`` may close a quotation."""
        return not self._weak.get(at, False)
