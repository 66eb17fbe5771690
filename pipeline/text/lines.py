"""Lines of a text and their rough pieces (sentences, as far as punctuation alone shows them), as spans."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.records import Span

LINE = re.compile(r"[^\r\n\u2028\u2029]+")
STOP = re.compile(r"[.!?…][.!?…”’\"')\]]{0,4}(?=\s+[“‘\"'(\[]?[A-Z0-9])")
GLUE = re.compile(r"(?:[.!?…][”’\"')\]]{0,3}|”)(?=[“‘(]?[A-Z][a-z’' ])")
ADDRESS = re.compile(r"[\w-]+\.[a-z]")  # "See quay.Fenland.example"
FINAL = tuple('.!?…:;”")]')
WORD = re.compile(r"\w+(?:['’]\w+)*")
# A stop after one of these ends no sentence, even where a capital follows at once ("Mr.Smith").
ABBREVIATIONS = frozenset(
    {
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "rev",
        "sgt",
        "lt",
        "col",
        "gen",
        "hon",
        "cllr",
        "no",
        "vs",
        "etc",
        "www",
    }
)
LOOK_AROUND = 24


def lines(text: str) -> list[Span]:
    """The lines that hold more than white space, trimmed."""
    found = []
    for match in LINE.finditer(text):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        end = match.end() - len(line) + len(line.rstrip())
        if start < end:
            found.append(Span(start, end))
    return found


def pieces(text: str, line: Span, breaks: Sequence[int]) -> list[Span]:
    """The line cut after final stops and at ``breaks``, white space trimmed."""
    cuts = {line.start, line.end, *breaks}
    cuts.update(match.end() for match in STOP.finditer(text, line.start, line.end))
    ordered = sorted(cuts)
    found = []
    for start, end in pairwise(ordered):
        piece = text[start:end]
        start += len(piece) - len(piece.lstrip())
        if piece.strip():
            found.append(Span(start, start + len(piece.strip())))
    return found


def glued(text: str, line: Span) -> Iterator[int]:
    """Offsets at which a sentence ends and the next begins without a space ("… the appeal.Labour sources …")."""
    counted, quotes = line.start, 0
    for match in GLUE.finditer(text, line.start, line.end):
        if not _ends_word(text[max(line.start, match.start() - LOOK_AROUND) : match.start()], match.group()):
            continue
        offset = match.end()
        if ADDRESS.match(text, offset, min(line.end, offset + LOOK_AROUND)):
            continue
        if match.group().endswith('"'):  # closes a quotation only if one is open
            quotes += text.count('"', counted, offset)
            counted = offset
            offset -= quotes % 2
        yield offset


def _ends_word(before: str, mark: str) -> bool:
    """Whether the stop ends a word of two letters or a number, not an initial, an abbreviation or an address."""
    if mark == "”":
        return True
    word = before.split()[-1] if before.split() and not before[-1].isspace() else ""
    core = word.strip("“‘\"'([)]”’%")
    if len(core) < 2 or not (core[-1].islower() or core[-1].isdigit()):
        return False
    return core.lower() not in ABBREVIATIONS and not any(sign in core for sign in ".@/")


def words(text: str, span: Span) -> list[str]:
    """The words of a span in lower case, without punctuation."""
    return [match.group().replace("’", "'").casefold() for match in WORD.finditer(text, span.start, span.end)]


def final(text: str, span: Span) -> bool:
    """Whether a span ends like a sentence: with a stop, a double quotation mark or a bracket. A single mark counts
    only after a stop, as headlines end in 'quoted words'."""
    return text[span.start : span.end].rstrip("’'").endswith(FINAL)
