"""The n-grams of a sentence and their TF-IDF weights, as scikit-learn's vectorisers make them, for scoring.

Training uses scikit-learn itself (``tfidf_training.py``); a test holds both together. What makes this reader
faster: no n-gram of characters crosses a blank, so that those of a word are looked up once and remembered; and it
needs neither scikit-learn nor pandas, which take a second to import.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.learners.told import SENTENCE_CHARACTERS, told
from pipeline.records import Document

BLOCKS = ("word", "char", "previous", "speaker", "told")
TOKEN = re.compile(r"\b\w\w+\b")
# Words whose n-grams are remembered. Longer ones hardly come twice, and would let a hostile text fill the memory.
_REMEMBERED, _LONGEST = 1 << 15, 32
_SPEAKERS = 1 << 10
# 1 + ln(count); no n-gram can stand in a text more often than this.
_SUBLINEAR = np.concatenate([[0.0], 1 + np.log(np.arange(1, SENTENCE_CHARACTERS + 2))]).astype(np.float32)


@dataclass(frozen=True)
class Row:
    """What is read of a sentence: its words, those before it, the speaker's name, and facts as joint tokens."""

    sentence: str
    previous: str
    speaker: str
    told: str


def rows_of(document: Document) -> list[Row]:
    """One row a sentence, in order; before the first stands the headline."""
    rows = []
    previous = document.article.headline[:SENTENCE_CHARACTERS]
    for entry in told(document):
        speaker = entry.speaker[:SENTENCE_CHARACTERS]
        rows.append(Row(entry.sentence, previous, speaker, " ".join(entry.facts())))
        previous = entry.sentence
    return rows


@dataclass(frozen=True)
class Block:
    """A part of the features: one of ``BLOCKS``, the least and greatest length of its n-grams, and these in the
    order of the columns."""

    name: str
    sizes: tuple[int, int]
    ngrams: tuple[str, ...]


@dataclass(frozen=True)
class Features:
    """What is not zero in the feature matrix of some sentences: arrays of one length, by sentence and column."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    value: NDArray[np.float32]


def tokens(text: str) -> list[str]:
    """Words of at least two letters in lower case."""
    return TOKEN.findall(text.lower())


def word_ngrams(words: Sequence[str], sizes: tuple[int, int]) -> Iterator[str]:
    """Runs of words, joined by a blank."""
    for size in range(sizes[0], sizes[1] + 1):
        if size == 1:
            yield from words
        else:
            yield from map(" ".join, zip(*(words[start:] for start in range(size)), strict=False))


def character_ngrams(word: str, sizes: tuple[int, int]) -> list[str]:
    """Runs of characters of a word with a blank at both ends; a word that is shorter than a run counts once."""
    padded = f" {word} "
    found = []
    for size in range(sizes[0], sizes[1] + 1):
        found += [padded[start : start + size] for start in range(max(1, len(padded) - size + 1))]
        if len(padded) <= size:
            break
    return found


class Reader:
    """From rows to features. ``idf``: (features,) float32, in the order of the blocks' n-grams."""

    def __init__(self, blocks: Sequence[Block], idf: NDArray[np.float32]) -> None:
        self.blocks = blocks
        self.idf = idf
        self.starts: dict[str, int] = {}
        self.columns: dict[str, dict[str, int]] = {}
        start = 0
        for block in blocks:
            stop = start + len(block.ngrams)
            self.starts[block.name] = start
            self.columns[block.name] = dict(zip(block.ngrams, range(start, stop), strict=True))
            start = stop
        self._sizes: dict[str, tuple[int, int]] = {block.name: block.sizes for block in blocks}
        self._block = np.repeat(np.arange(len(blocks)), [len(block.ngrams) for block in blocks])
        self._tokens = lru_cache(maxsize=2)(tokens)  # what is said now stands before the next sentence
        self._of_speaker = lru_cache(maxsize=_SPEAKERS)(self._about)
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._of_characters)

    def features(self, rows: Sequence[Row]) -> Features:
        """The features of each row; a row's are the same in whatever company."""
        pieces: list[NDArray[np.int64]] = []
        sizes = []
        for row in rows:
            found = self._known(row)
            sizes.append(sum(map(len, found)))
            pieces += found
        width = len(self.idf)
        keys = np.repeat(np.arange(len(rows)), sizes) * width + np.concatenate(pieces or [np.zeros(0, np.int64)])
        keys.sort()
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        row, column = np.divmod(keys[first], width) if width else (first, first)
        return Features(row, column, self._values(row, column, np.diff(first, append=len(keys))))

    def _values(
        self, row: NDArray[np.int64], column: NDArray[np.int64], count: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Sublinear counts times idf, each block of a row of length 1; what is told is counted and no more."""
        block = self._block[column]
        is_told = block == BLOCKS.index("told")
        values = np.where(is_told, count, _SUBLINEAR[count]).astype(np.float32) * self.idf[column]
        group = row * len(BLOCKS) + block
        lengths = np.sqrt(np.bincount(group, weights=np.square(values, dtype=np.float64)))
        return (values / np.where(is_told, 1.0, lengths[group])).astype(np.float32)

    def _known(self, row: Row) -> list[NDArray[np.int64]]:
        """Columns of all n-grams that the model knows, once an occurrence."""
        words = self._tokens(row.sentence)
        listed = [
            *self._listed("word", word_ngrams(words, self._sizes["word"])),
            *self._listed("previous", word_ngrams(self._tokens(row.previous), self._sizes["previous"])),
            *self._of_speaker(row.speaker, row.told),
        ]
        characters = [
            self._remembered(word) if len(word) <= _LONGEST else self._of_characters(word)
            for word in row.sentence.lower().split()
        ]
        return [np.array(listed, dtype=np.int64), *characters]

    def _listed(self, block: str, ngrams: Iterable[str]) -> list[int]:
        known = self.columns[block]
        return [column for column in map(known.get, ngrams) if column is not None]

    def _about(self, speaker: str, told: str) -> list[int]:
        names = self._listed("speaker", word_ngrams(tokens(speaker), self._sizes["speaker"]))
        return names + self._listed("told", told.split())

    def _of_characters(self, word: str) -> NDArray[np.int64]:
        return np.array(self._listed("char", character_ngrams(word, self._sizes["char"])), dtype=np.int64)
