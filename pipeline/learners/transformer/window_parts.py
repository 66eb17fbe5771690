"""Which tokens of a window are the sentence's words, which are what is told of its speaker, and which the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.learners.explanation import BEFORE, OTHERS, SETTING, SPEAKER, word_spans
from pipeline.learners.told import SENTENCE_CHARACTERS, told
from pipeline.learners.transformer.windows import SENTENCE_TOKENS, Window, Windower
from pipeline.records import Document, Span

JOINT = ": "  # stands before a sentence, so that tokenizers that mark word beginnings see it where it stands


@dataclass(frozen=True)
class TokenPart:
    """Tokens of a window, by place, that belong to one named part; ``text`` is what they say."""

    name: str
    text: str
    tokens: tuple[int, ...]


@dataclass(frozen=True)
class Partition:
    """Every token of a window but its separators, once. ``words[i]`` are the spans of the sentence's words, and
    ``word_of`` maps a token's place to the number of its word."""

    words: tuple[Span, ...]
    word_of: dict[int, int]
    parts: tuple[TokenPart, ...]


def partition(window: Window, windower: Windower, document: Document, sentence: int) -> Partition:
    """The parts of the window that labels ``sentence``. Raises ``ValueError`` where the tokens of the sentence
    are not found in it."""
    header, *segments = _segments(window.ids, windower.special.sep)
    labelled = [number for number, places in enumerate(segments) if (window.slots[places] >= 0).any()]
    first = int(window.slots[segments[labelled[0]]].max()) - labelled[0]  # the sentence of the first segment
    own = segments[sentence - first]
    entries = told(document)
    entry = entries[sentence]
    starts, length = _tail(window.ids[own], entry.sentence, windower)
    lead, words = own[: len(own) - length], own[len(own) - length :]
    # stand-ins for names leave every word its place
    spans, read = word_spans(document.sentences[sentence].text[:SENTENCE_CHARACTERS]), word_spans(entry.sentence)
    parts = [
        TokenPart(SPEAKER, f"{entry.speaker}, {entry.party}, {entry.kind}", tuple(lead)),
        TokenPart(SETTING, f"{entry.government} government, {entry.genre}: {entry.headline}", tuple(header[1:])),
    ]
    around = {first + number: places for number, places in enumerate(segments)}
    if before := around.pop(sentence - 1, []):
        parts.append(TokenPart(BEFORE, entries[sentence - 1].sentence, tuple(before)))
    del around[sentence]
    if around:
        others = tuple(place for places in around.values() for place in places)
        parts.append(TokenPart(OTHERS, _numbers(list(around)), others))
    number = np.searchsorted([span.start for span in read], starts, side="right") - 1
    return Partition(spans, dict(zip(words, number.clip(min=0).tolist(), strict=True)), tuple(parts))


def _segments(ids: NDArray[np.integer], separator: int) -> list[list[int]]:
    """Places of the tokens between separators; the first segment opens the window."""
    segments: list[list[int]] = [[]]
    for place, token in enumerate(ids.tolist()):
        if token == separator:
            segments.append([])
        else:
            segments[-1].append(place)
    return segments if segments[-1] else segments[:-1]


def _tail(ids: NDArray[np.integer], text: str, windower: Windower) -> tuple[list[int], int]:
    """Where in ``text`` each of its tokens starts, and how many tokens at the end of ``ids`` they
    are: fewer than the text has where the window cut it."""
    encoded = windower.tokenizer.encode(JOINT + text, add_special_tokens=False)
    found = [
        (token, max(start - len(JOINT), 0))
        for token, (start, end) in zip(encoded.ids, encoded.offsets, strict=True)
        if end > len(JOINT)
    ]
    lengths = range(min(len(ids), len(found)), 0, -1)
    fits = (n for n in lengths if ids[-n:].tolist() == [token for token, _ in found[:n]])
    length = next(fits, 0)
    if found and not length and len(ids) < SENTENCE_TOKENS:
        raise ValueError(
            f"the tokens of {text[:40]!r} do not end its part of the window: mend window_parts.py after windows.py"
        )
    return [start for _, start in found[:length]], length


def _numbers(sentences: Sequence[int]) -> str:
    """Sentences as users count them, from 1."""
    return ", ".join(str(number + 1) for number in sentences)
