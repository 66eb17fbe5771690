"""Sentences of news text, as spans: nothing is stripped, joined or changed.

Rules over the marks that can end a sentence, in the manner of pysbd's golden rules (Sadvilkar & Neumann 2020),
made for quotations: the closing mark belongs to the sentence before it, every sentence inside a quotation is
its own, and a quotation that ends in a question stays with the speaker who follows it. Abbreviations are told in
``abbreviations``, lists that run on in ``items``, speakers behind a question in ``tags``.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from pipeline.records import Span
from pipeline.text.abbreviations import is_abbreviation, is_exclaimed_name, is_title, last_word
from pipeline.text.items import list_items
from pipeline.text.tags import is_tag

_END = re.compile(r"(?:\.(?:[ \xa0]\.){2,3}|[.!?…]+)[\"'”’»)\]]*(?:[ \xa0\u2009\u202f]”)?")
_ELLIPSIS = re.compile(r"\.\.|…|\.[ \xa0]")
_LOWER_OR_JOIN = re.compile(r"[a-z,;:)\]–—&-]")
_GLUED = re.compile(r"[\"'“‘(]?(?:[A-Z][a-z’']|[AI] [a-z])")
# The word in which a glued stop stands, as far as it may be an address.
_GLUED_WORD = re.compile(r"[\w.%+@:/-]{1,60}")
_DOMAINS = frozenset({"com", "org", "net", "co", "uk"})
_WORD_CHARACTER = re.compile(r"\w")
# #hashtags at the end of a post belong to its last sentence.
_HASHTAGS = re.compile(r"(?:#\w{1,60}[ \t]?){1,10}(?:[\"'”’)]|(?=[\n\r])|\Z)")
# The word begun again in a stutter: "I... I cannot say".
_STUTTER = re.compile(r"[\"'“‘]?(\w[\w’']{0,5})\b")
_BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"  # of str.splitlines
# Lines of a hard-wrapped text: long, and broken without regard to the sentence.
_WRAP_MIN, _WRAP_MAX = 45, 100


def segment(text: str, breaks: Sequence[int] = ()) -> list[Span]:
    """Sentences of ``text`` in order, without the white space between them.

    ``breaks`` are offsets at which a sentence ends whatever the text says (a glued dateline, a caption).
    Time is linear in the length of the text.
    """
    lines = _lines(text)
    items = list_items(text)
    firm = {*lines.cuts, *(offset for offset in breaks if 0 < offset < len(text))}
    soft = {*items.cuts, *_Stops(text, lines, items.stops).ends()}
    return _spans(text, sorted(firm | soft | {len(text)}), firm)


def _spans(text: str, cuts: Sequence[int], firm: Set[int]) -> list[Span]:
    """The pieces between cuts. One without a word ("…", a stray mark) joins its neighbour unless a firm cut parts
    them."""
    spans: list[Span] = []
    start = 0
    words = joins = False
    for before, cut in pairwise((0, *cuts)):
        words = words or bool(_WORD_CHARACTER.search(text, before, cut))
        parted = cut in firm or cut == len(text)
        if not words and not joins and not parted:
            continue
        trimmed = _trim(text, start, cut)
        if trimmed is not None:
            spans.append(trimmed if words or not joins else Span(spans.pop().start, trimmed.end))
        start, words, joins = cut, False, not parted and bool(trimmed or joins)
    return spans


def paragraphs(text: str, spans: Sequence[Span]) -> list[int]:
    """Number of the paragraph (counted from 0 by line breaks that are no wraps) of each sentence."""
    cuts = _lines(text).cuts
    numbers, seen = [], {}
    for span in spans:
        numbers.append(seen.setdefault(bisect_left(cuts, span.start + 1), len(seen)))
    return numbers


def _trim(text: str, start: int, end: int) -> Span | None:
    """The span without white space at its ends; None if nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None


@dataclass(frozen=True)
class _Lines:
    """``cuts``: offsets after the line breaks that end a paragraph, sorted. ``wraps``: of those that do not."""

    cuts: tuple[int, ...]
    wraps: frozenset[int]


def _lines(text: str) -> _Lines:
    """The line breaks of ``text``: those that end a paragraph, and those of a hard-wrapped text."""
    cuts, wraps, start = [], set(), 0
    for line, following in pairwise([*text.splitlines(keepends=True), ""]):
        start += len(line)
        if _is_wrap(line.rstrip(), following):
            wraps.add(start)
        else:
            cuts.append(start)
    return _Lines(tuple(cuts), frozenset(wraps))


def _is_wrap(line: str, following: str) -> bool:
    """Whether the break between two lines only wraps a sentence: full line, no stop, goes on in lower case."""
    return _WRAP_MIN <= len(line) <= _WRAP_MAX and following[:1].islower() and line[-1] not in '.!?:…”"'


@dataclass
class _Stops:
    """The stops, question marks and ellipses of a text. ``numbering``: offsets of stops that number an item."""

    text: str
    lines: _Lines
    numbering: frozenset[int]
    # straight quotation marks counted in the present line, up to an offset
    _counted: int = 0
    _marks: int = 0

    def ends(self) -> Iterator[int]:
        """Offsets after those that end a sentence."""
        text, size = self.text, len(self.text)
        for found in _END.finditer(text):
            start, end = found.span()
            if end == size:
                return
            if start in self.numbering:
                continue
            if not text[end].isspace():
                if _is_glued(text, start, end):
                    yield self._glued_end(end)
                continue
            following = self._following(end)
            if following == size:
                continue
            if text[following] == "#" and (tags := _HASHTAGS.match(text, following)):
                yield tags.end()
            elif _ends_before(text, start, end, following):
                yield self._end(start, end)

    def _following(self, end: int) -> int:
        """Offset of the next visible character of the paragraph; the text's size if there is none."""
        text, size = self.text, len(self.text)
        while end < size and text[end].isspace():
            end += 1
            if text[end - 1] in _BREAKS and end not in self.lines.wraps:
                return size
        return end

    def _end(self, start: int, end: int) -> int:
        """Where the sentence ends: of four spaced dots behind a word the first is its stop."""
        spaced = self.text.startswith((". . . .", ".\xa0.\xa0.\xa0."), start) and end - start == 7
        return start + 1 if spaced and not self.text[start - 1 : start].isspace() else end

    def _glued_end(self, end: int) -> int:
        """Before a straight mark that opens the next sentence (``end."We``), else behind the closing one."""
        return end - 1 if self.text[end - 1] == '"' and not self._is_quoted(end - 1) else end

    def _is_quoted(self, offset: int) -> bool:
        """Whether an odd number of straight double marks stands before ``offset`` in its line."""
        line = self.text.rfind("\n", self._counted, offset) + 1
        if line:
            self._counted, self._marks = line, 0
        self._marks += self.text.count('"', self._counted, offset)
        self._counted = offset
        return self._marks % 2 == 1


def _ends_before(text: str, start: int, end: int, following: int) -> bool:
    """Whether the marks ``start``–``end`` end a sentence, given the next word at ``following``."""
    if _LOWER_OR_JOIN.match(text, following) and not _is_lower_name(text, following):
        return False
    marks = text[start:end]
    if _ELLIPSIS.match(marks):
        return _ellipsis_ends(text, start, end, following)
    if marks[0] == ".":
        return marks[1:2] in tuple("\"'”’»") or not is_abbreviation(text, start, following)
    if marks[-1] in "\"'”’":
        return not is_tag(text, following)
    return not (marks == "!" and is_exclaimed_name(text, start, following))


def _ellipsis_ends(text: str, start: int, end: int, following: int) -> bool:
    """Whether an ellipsis ends a sentence: not in brackets, spaced out in three dots, or in a stutter."""
    marks = text[start:end]
    if text[start - 1 : start] in tuple("[(") and ("]" in marks or ")" in marks):
        return False
    if marks in (". . .", ".\xa0.\xa0.") and text[start - 1 : start].isspace():
        return False
    again = _STUTTER.match(text, following)
    if again and again.group(1).lower() == last_word(text, start).lower():
        return False
    return not (marks[-1] in "\"'”’" and is_tag(text, following))


def _is_glued(text: str, start: int, end: int) -> bool:
    """Whether a sentence ends here although the space after it is missing ("appeal.Labour")."""
    if not _GLUED.match(text, end):
        return False
    before = text[max(0, start - 2) : start]
    if end - start > 1 and text[end - 1] in '"”':
        return True
    if len(before) == 2 and before[-1] in "'’”\"":
        return True
    if len(before) < 2 or not (before.isalnum() and (before[-1].islower() or before.isdigit())):
        return False
    word = last_word(text, start)
    rest = _GLUED_WORD.match(text, end)
    return not ("@" in word or "www" in word or is_title(word.lower()) or (rest and _is_address(rest.group())))


def _is_address(rest: str) -> bool:
    """Whether what follows a stop is part of an address: "Doe@paper.example", "Example/news", "Com"."""
    return "@" in rest or "/" in rest or rest.lower() in _DOMAINS


def _is_lower_name(text: str, start: int) -> bool:
    """Whether a word in lower case may begin a sentence here: "iPhone", "eBay"."""
    return text[start : start + 1].islower() and text[start + 1 : start + 2].isupper()
