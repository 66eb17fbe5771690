"""Documents → windows of tokens. A window is a run of sentences, each led by what is told of its speaker,
after a header with government, genre and headline, and after the last sentences of the window before it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from tokenizers import Tokenizer

from pipeline.learners.told import UNKNOWN, Told, told
from pipeline.records import NO_SPEAKER, Document

HEADER_TOKENS = 48
SENTENCE_TOKENS = 110  # with its lead; 1 % of the corpus' sentences are longer
LEAD_CHARACTERS = 60  # of a name: party, kind and the sentence must find room behind it
MOST_TOKENS = 512  # what the encoder has positions for


@dataclass(frozen=True)
class SpecialTokens:
    """Ids of the tokens that open, part and pad."""

    cls: int
    sep: int
    pad: int


@dataclass(frozen=True)
class Window:
    """``ids``: token ids. ``slots``: for each token the number of its sentence in the document, or -1.

    ``document`` is the position of the document in the batch that was asked for.
    """

    ids: np.ndarray
    slots: np.ndarray
    document: int


class Windower:
    """Cuts documents into windows. A window labels as many sentences as fit into ``max_tokens`` tokens, at least
    one, and reads ``before`` sentences before them. Raises ``ValueError`` where a
    window could outgrow the encoder."""

    def __init__(self, tokenizer: Tokenizer, special: SpecialTokens, max_tokens: int, before: int) -> None:
        least = HEADER_TOKENS + 2 + (before + 1) * (SENTENCE_TOKENS + 1)
        if max_tokens > MOST_TOKENS or least > MOST_TOKENS:
            raise ValueError(
                f"a window holds at most {MOST_TOKENS} tokens: transformer.max_tokens is {max_tokens}, and "
                f"transformer.before = {before} may need {least}; lower them"
            )
        self.tokenizer = tokenizer
        self.tokenizer.encode_special_tokens = True  # "[SEP]" in an article is a word, not the end of a sentence
        self.special = special
        self.max_tokens = max_tokens
        self.before = before

    def windows(
        self, documents: Sequence[Document], forget: float = 0.0, random: np.random.Generator | None = None
    ) -> list[Window]:
        """Windows of all documents in order. With ``forget``, each of name, party and kind is hidden with that
        probability (``random`` must be given), so that an unknown speaker does no harm later."""
        found = []
        for number, document in enumerate(documents):
            found.extend(self._cut(number, *self._encode(document, forget, random)))
        return found

    def _encode(
        self, document: Document, forget: float, random: np.random.Generator | None
    ) -> tuple[list[int], list[list[int]]]:
        entries = told(document)
        if random is not None and forget > 0:
            entries = [_forget(entry, forget, random) for entry in entries]
        texts = [_header(entries[0])] if entries else []
        texts += [f"{_lead(entry)} : {entry.sentence}" for entry in entries]
        encoded = [e.ids for e in self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        if not encoded:
            return [], []
        header = [self.special.cls, *encoded[0][:HEADER_TOKENS], self.special.sep]
        return header, [ids[:SENTENCE_TOKENS] for ids in encoded[1:]]

    def _cut(self, number: int, header: list[int], sentences: list[list[int]]) -> Iterator[Window]:
        first = 0
        while first < len(sentences):
            ids, slots = list(header), [-1] * len(header)

            def add(index: int, slot: int, ids: list[int] = ids, slots: list[int] = slots) -> None:
                ids += [*sentences[index], self.special.sep]
                slots += [slot] * len(sentences[index]) + [-1]

            for index in range(max(0, first - self.before), first):
                add(index, -1)
            last = first
            while last < len(sentences) and (last == first or len(ids) + len(sentences[last]) < self.max_tokens):
                add(last, last)
                last += 1
            yield Window(np.array(ids[:MOST_TOKENS]), np.array(slots[:MOST_TOKENS]), number)
            first = last


def places(units: np.ndarray, documents: Sequence[Document]) -> np.ndarray:
    """Where sentences stand: (sentences, 3) of document, place in it, and number of the speaker in it, -1 for
    narration. ``units``: (sentences, 2) of document and sentence."""
    speakers = [_numbers([voice.speaker for voice in document.voices()]) for document in documents]
    spoken = [speakers[document][sentence] for document, sentence in units]
    return np.column_stack([units.reshape(-1, 2), np.array(spoken, dtype=np.int64)])


def _numbers(speakers: Sequence[str]) -> list[int]:
    known: dict[str, int] = {}
    return [-1 if name == NO_SPEAKER else known.setdefault(name, len(known)) for name in speakers]


def _header(entry: Told) -> str:
    return f"{entry.government} government , {entry.genre} : {entry.headline}"


def _lead(entry: Told) -> str:
    return f"{entry.speaker[:LEAD_CHARACTERS]} , {entry.party} , {entry.kind}"


def _forget(entry: Told, share: float, random: np.random.Generator) -> Told:
    """Name, party and kind hidden independently; a narrator stays one."""
    if entry.speaker == "narrator":
        return entry
    name, party, kind = random.random(3) < share
    return replace(
        entry,
        speaker="speaker" if name else entry.speaker,
        party=UNKNOWN if party else entry.party,
        kind=UNKNOWN if kind else entry.kind,
    )
