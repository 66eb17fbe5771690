"""Sentences of British news text, as spans: nothing is stripped, joined or changed.

Rules over the marks that can end a sentence, in the manner of pysbd's golden rules (Sadvilkar & Neumann 2020),
made for quotations: the closing mark belongs to the sentence before it, every sentence inside a quotation is
its own, and a quotation that ends in a question stays with the speaker who follows it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from pipeline.records import Span
from pipeline.text.grammar import word_set

# Always followed by a name or a number: a stop after them ends nothing.
_TITLES = word_set(
    "mr mrs ms miss mx dr prof rev revd canon fr sr st sir hon rt cllr coun cllrs messrs col lt sgt cpl "
    "capt cmdr maj gen brig adm insp det supt supt ch con pc dc ds di dci asst gov sen rep pres vs v viz "
    "cf eg ie e.g i.e approx dept fig vol pp p ed art para cl s"
)
# Followed by a number when they are abbreviations, by anything when they are words or end a sentence.
_NUMBERED = word_set("no nos art para pp p fig vol ch cl s")
# May end a sentence as well as stand inside one; the next word decides.
_EITHER = word_set(
    "a.m p.m u.k u.s u.n e.u u.s.a ltd inc co plc bros jr etc al est jan feb mar apr aug sept oct nov dec"
)
_ALWAYS_INSIDE = _TITLES - _NUMBERED

# Openers that tell that a new sentence begins after "U.K.", "a.m." and the like.
_OPENERS = word_set(
    "the a an this that these those he she it they we i you his her their its our my in on at for from "
    "but and so yet however if when while as after before there here what why how who which most some "
    "many all no not mr mrs ms dr sir dame lord lady"
)

# "Plan B." is no initial.
_LETTERED = word_set("plan option group vitamin hepatitis schedule annex appendix category band team table part")

_CLOSERS = "\"'”’»)]"
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*")
_LOWER_OR_JOIN = re.compile(r"[a-z,;:)\]–—&-]")
_GLUED = re.compile(r"[\"'“‘(]?[A-Z][a-z’']")
_WORD_BEFORE = re.compile(r"[\w.&’'-]{1,24}\Z")
_WORD_AFTER = re.compile(r"[\"'“‘(\[]*([\w&’'-]{1,30})")
_BULLET = re.compile(r"[ \t](?=[•▪●‣■◦][ \t]?\S)|(?<=;) (?=[–-] \w)|(?<=[.;:?!]) (?=\d{1,2}\. \w)")
# "1." at the head of a line or after a stop numbers what follows.
_LIST_NUMBER = re.compile(r"(?:\A|[\n.;:?!] ?)\d{1,2}\Z")
_LINE = re.compile(r"\n")
_SPEECH_VERBS = (
    "said|says|asked|asks|added|adds|told|replied|replies|cried|shouted|shouts|wondered|wonders|demanded|demands|"
    "wrote|writes|tweeted|continued|continues|exclaimed|joked|quipped|insisted|declared|recalled|answered"
)
# What follows a quotation that ended in ? or ! and belongs to it: “Why?” Ms Holloway asked.
_TAG_AFTER = re.compile(
    r"(?:(?:[A-Z][\w’'.-]{0,29} ){1,5}|[Tt]he (?:[\w’'-]{1,20} ){1,4}|(?:He|She|They|I|We) )"
    rf"(?:has |had |also |later |then )?(?:{_SPEECH_VERBS})"
    r"(?:[.,;:]|\Z| (?:him|her|me|us|them|it|MPs|peers|reporters|viewers|listeners|again|"
    r"later|yesterday|today|on|in|at)\b)"
)
_TAG_WINDOW = 160
# Lines of a hard-wrapped text: long, and broken without regard to the sentence.
_WRAP_MIN, _WRAP_MAX = 45, 100


def segment(text: str, breaks: Sequence[int] = ()) -> list[Span]:
    """Sentences of ``text`` in order, without the white space between them.

    ``breaks`` are offsets at which a sentence ends whatever the text says (a glued dateline, a caption).
    Time is linear in the length of the text.
    """
    cuts = set(_line_cuts(text))
    cuts.update(offset for offset in breaks if 0 < offset < len(text))
    cuts.update(found.end() for found in _BULLET.finditer(text))
    cuts.update(_stops(text))
    spans, start = [], 0
    for cut in [*sorted(cuts), len(text)]:
        trimmed = _trim(text, start, cut)
        if trimmed is not None:
            spans.append(trimmed)
        start = cut
    return spans


def paragraphs(text: str, spans: Sequence[Span]) -> list[int]:
    """Number of the paragraph (counted from 0 by line breaks that are no wraps) of each sentence."""
    cuts = _line_cuts(text)
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


def _line_cuts(text: str) -> list[int]:
    """Offsets after the line breaks that end a paragraph; breaks of a hard-wrapped text are left out."""
    ends = [found.start() for found in _LINE.finditer(text)]
    cuts, start = [], 0
    for number, end in enumerate(ends):
        following = ends[number + 1] if number + 1 < len(ends) else len(text)
        if not _is_wrap(text, start, end, following):
            cuts.append(end + 1)
        start = end + 1
    return cuts


def _is_wrap(text: str, start: int, end: int, following: int) -> bool:
    """Whether the line break at ``end`` only wraps a sentence: full line, no stop, goes on in lower case."""
    if not _WRAP_MIN <= end - start <= _WRAP_MAX or following <= end + 1:
        return False
    return text[end + 1].islower() and text[end - 1] not in '.!?:…”"'


def _stops(text: str) -> Iterator[int]:
    """Offsets after the stops, question marks and ellipses that end a sentence."""
    size = len(text)
    for found in _END.finditer(text):
        end = found.end()
        if end == size:
            return
        if text[end].isspace():
            if _ends_sentence(text, found.start(), end):
                yield end
        elif _glued(text, found.start(), end):
            yield end
        elif end - found.start() > 1 and (inner := _glued_opening(text, found.start(), end)):
            yield inner


def _glued(text: str, start: int, end: int) -> bool:
    """Whether a sentence ends here although the space after it is missing ("appeal.Labour")."""
    if not _GLUED.match(text, end):
        return False
    before = text[max(0, start - 2) : start]
    if len(before) < 2 or not (before.isalnum() and (before[-1].islower() or before.isdigit())):
        return end - start > 1 and text[end - 1] in '"”'
    word = _last_word(text, start)
    return "@" not in word and "www" not in word and word.lower() not in _ALWAYS_INSIDE


def _glued_opening(text: str, start: int, end: int) -> int:
    """Offset of a straight mark that opens the next sentence although it touches this one (``end."We``)."""
    if text[end - 1] in "\"'" and text[start] == "." and end - start == 2 and text[end].isupper():
        return start + 1
    return 0


def _last_word(text: str, end: int) -> str:
    """The word that ends at ``end``, with inner dots."""
    found = _WORD_BEFORE.search(text, max(0, end - 24), end)
    return found.group() if found else ""


def _ends_sentence(text: str, start: int, end: int) -> bool:
    """Whether the marks ``start``–``end``, which white space follows, end a sentence."""
    following = end
    while following < len(text) and text[following].isspace():
        if text[following] == "\n":
            return True
        following += 1
    if following == len(text):
        return True
    head = text[following]
    if _LOWER_OR_JOIN.match(head) and not _lower_name(text, following):
        return False
    marks = text[start:end]
    if marks[0] == "." and not marks.startswith(".."):
        return (len(marks) > 1 and marks[1] in _CLOSERS) or not _is_abbreviation(text, start, following)
    if len(marks) > 1 and marks[-1] in "\"'”’" and marks[0] in "!?…":
        return not _TAG_AFTER.match(text, following, min(len(text), following + _TAG_WINDOW))
    return True


def _lower_name(text: str, start: int) -> bool:
    """Whether a word in lower case may begin a sentence here: "iPhone", "eBay"."""
    return text[start : start + 1].islower() and text[start + 1 : start + 2].isupper()


def _is_abbreviation(text: str, stop: int, following: int) -> bool:
    """Whether the stop belongs to a title, an initial, "No." or the like rather than to the sentence."""
    raw = _last_word(text, stop)
    word = raw.lower().lstrip(".'’-")
    after = _WORD_AFTER.match(text, following)
    next_word = after.group(1) if after else ""
    if word.isdigit() and len(word) < 3 and _LIST_NUMBER.search(text, max(0, stop - 5), stop):
        return True
    if word in _NUMBERED and next_word[:1].isdigit():
        return True
    if word in _ALWAYS_INSIDE:
        return True
    if word in _EITHER:
        return next_word.lower() not in _OPENERS and not (
            word in ("a.m", "p.m", "etc") and next_word[:1].isupper()
        )
    return _is_initial(text, raw, stop, next_word)


def _is_initial(text: str, raw: str, stop: int, next_word: str) -> bool:
    """Whether ``raw`` is a name's initial ("J. R. Marsh"), not a letter that ends a sentence ("Plan B.")."""
    letters = raw.replace(".", "")
    if not (letters.isalpha() and letters.isupper() and len(letters) <= 3) or raw == "I":
        return False
    if len(letters) > 1 and "." not in raw:
        return False
    if not next_word[:1].isupper() or next_word.lower() in _OPENERS:
        return False
    return _last_word(text, max(0, stop - len(raw) - 1)).lower() not in _LETTERED
