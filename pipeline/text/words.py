"""The words of one sentence with what stands in quotation marks blanked, for the search of source and cue."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.records import Span
from pipeline.text.quotes import Quotation

# Stands for quoted characters; one run of it is one word.
BLANK = "\ufffc"
_WORD = re.compile(
    rf"{BLANK}+|\b[A-Z]\.(?= [A-Z])|\d+(?:,\d{{3}})+|[^\W_]+(?:[’'./&-][^\W_]+)*(?:(?<=s)[’'](?=\s))?|[^\w\s]"
)
# Of a longer sentence only the head is searched, so that time stays linear in texts without any stop.
_LONGEST = 4000
# The hour before an entry of a live blog.
_STAMP = re.compile(r"(?:[•*] ?)?\d{1,2}[.:]\d\d ?(?:am|pm)?(?: (?:GMT|BST))?:? (?=\S)")


@dataclass(frozen=True)
class Words:
    """Words of a sentence with their offsets into the article; ``quoted`` counts the blanked characters."""

    text: tuple[str, ...]
    lower: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    quoted: int = 0

    def __len__(self) -> int:
        return len(self.text)

    def span(self, start: int, end: int) -> Span:
        """Span in the article of the words ``start`` to ``end`` (excluded)."""
        return Span(self.starts[start], self.ends[end - 1])

    def phrase(self, start: int, end: int) -> str:
        """The words ``start`` to ``end`` (excluded) as printed, blanks and line breaks as one blank."""
        found = ""
        for index in range(start, end):
            glued = index > start and self.ends[index - 1] == self.starts[index]
            found += self.text[index] if glued or not found else " " + self.text[index]
        return found

    def without_possessive(self, index: int) -> "Words":
        """The same words, one of them without its possessive ending."""
        cut = 2 if self.lower[index].endswith("'s") else 1
        text, lower, ends = list(self.text), list(self.lower), list(self.ends)
        text[index], lower[index], ends[index] = text[index][:-cut], lower[index][:-cut], ends[index] - cut
        return replace(self, text=tuple(text), lower=tuple(lower), ends=tuple(ends))

    def is_capital(self, index: int) -> bool:
        """Whether the word begins with a capital letter."""
        return self.text[index][0].isupper()


def read_words(article: str, sentence: Span, quoted: Sequence[Quotation]) -> Words:
    """The words of ``sentence``; ``quoted`` are the outermost quotations that touch it, in order."""
    if stamp := _STAMP.match(article, sentence.start, sentence.end):
        sentence = Span(stamp.end(), sentence.end)
    if sentence.end - sentence.start > _LONGEST:
        sentence = Span(sentence.start, sentence.start + _LONGEST)
    frame = article[sentence.start : sentence.end]
    blanked = 0
    for quotation in quoted:
        if quotation.start >= sentence.end:
            break
        start = max(quotation.start, sentence.start) - sentence.start
        end = min(quotation.end, sentence.end) - sentence.start
        if end > start:
            frame = frame[:start] + BLANK * (end - start) + frame[end:]
            blanked += end - start
    found = list(_WORD.finditer(frame))
    text = tuple(BLANK if word.group()[0] == BLANK else word.group() for word in found)
    return Words(
        text=text,
        lower=tuple(word.lower().replace("’", "'") for word in text),
        starts=tuple(sentence.start + word.start() for word in found),
        ends=tuple(sentence.start + word.end() for word in found),
        quoted=blanked,
    )
