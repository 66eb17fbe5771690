"""Dependency parses of sentences: spaCy's small English parser behind a record of plain tuples.

The parser is the slowest part of the text path, so it reads only the sentences that hold a word of reporting, all
those of an article in one batch.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from pipeline.records import Span
from pipeline.text.parser import Parser

if TYPE_CHECKING:
    from spacy.tokens import Doc

# Memory grows with the longest sentence; a longer sentence is cut, its tail is not parsed.
_LONGEST = 1200
# Half a surrogate pair, as broken JSON may hold: spaCy cannot read it.
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Parse:
    """Tokens of one sentence in order: lower-case ``words``, offsets into the article, part-of-speech ``tags``
    (Penn Treebank), index of the ``heads`` (a root is its own head), dependency labels ``deps`` (ClearNLP)."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    tags: tuple[str, ...]
    heads: tuple[int, ...]
    deps: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """The dependents of each token in order."""
        found: list[list[int]] = [[] for _ in self.words]
        for index, head in enumerate(self.heads):
            if head != index:
                found[head].append(index)
        return tuple(tuple(one) for one in found)

    @cached_property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """First and last token of each token's subtree."""
        left, right = list(range(len(self))), list(range(len(self)))
        for index in self._upwards:
            head = self.heads[index]
            left[head], right[head] = min(left[head], left[index]), max(right[head], right[index])
        return tuple(zip(left, right, strict=True))

    @cached_property
    def _upwards(self) -> tuple[int, ...]:
        """All tokens, dependents before their heads."""
        order: list[int] = []
        waiting = [index for index, head in enumerate(self.heads) if head == index]
        while waiting:
            index = waiting.pop()
            order.append(index)
            waiting.extend(self.children[index])
        return tuple(reversed(order))

    def child(self, index: int, *deps: str) -> int | None:
        """The first dependent with one of the labels."""
        return next((one for one in self.children[index] if self.deps[one] in deps), None)

    def depth(self, index: int) -> int:
        """Arcs between a token and its root."""
        steps = 0
        while self.heads[index] != index:
            index, steps = self.heads[index], steps + 1
        return steps

    def tokens(self, span: Span) -> tuple[int, int] | None:
        """First and last token that touch a span of the article; None where none does."""
        first, last = bisect_right(self.ends, span.start), bisect_left(self.starts, span.end) - 1
        return (first, last) if first <= last else None

    def span(self, first: int, last: int) -> Span:
        """Span in the article of the tokens ``first`` to ``last`` (included)."""
        return Span(self.starts[first], self.ends[last])


@cache
def _parser() -> Parser:
    """The parser, loaded once a process."""
    return Parser.load()


def parse(text: str, sentences: Sequence[Span]) -> list[Parse]:
    """Parses of these sentences of ``text``."""
    pieces = [
        _SURROGATE.sub("\ufffd", text[span.start : min(span.end, span.start + _LONGEST)]) for span in sentences
    ]
    return [_record(document, span.start) for span, document in zip(sentences, _parser()(pieces), strict=True)]


def _record(document: "Doc", start: int) -> Parse:
    """The parse of a document whose text begins at ``start`` in the article."""
    values = document.to_array(["HEAD", "IDX", "LENGTH"]).astype("int64").T.tolist()
    heads, starts, lengths = values if len(document) else ([], [], [])
    return Parse(
        words=tuple(token.lower_.replace("’", "'") for token in document),
        starts=tuple(start + at for at in starts),
        ends=tuple(start + at + length for at, length in zip(starts, lengths, strict=True)),
        tags=tuple(token.tag_ for token in document),
        heads=tuple(index + step for index, step in enumerate(heads)),
        deps=tuple(token.dep_ for token in document),
    )
