"""What the comparators of ``tests.bench.learners`` read of a sentence: the same for all of them, as plain text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import f1_score

from pipeline.labels import heads
from pipeline.learners.contract import LabelledDocument, Probabilities, gold
from pipeline.learners.told import SENTENCE_CHARACTERS, told
from pipeline.records import Document

NAME_CHARACTERS = 60  # of a speaker: the sentence must find room behind it
MOST_TOKENS = 128  # of one text; what is cut off is the end of the sentence before


@dataclass(frozen=True)
class Reading:
    """A sentence, what is told of its speaker, and the sentence before it (the headline before the first)."""

    facts: str
    sentence: str
    previous: str

    @property
    def led(self) -> str:
        """The sentence behind what is told of it."""
        return f"{self.facts} : {self.sentence}"

    @property
    def joined(self) -> str:
        """All of it as one text; the sentence before comes last, since a text too long loses its end."""
        return f"{self.led} | before: {self.previous}"


def readings(documents: Sequence[Document]) -> list[Reading]:
    """One reading a sentence, document by document."""
    found = []
    for document in documents:
        previous = document.article.headline[:SENTENCE_CHARACTERS]
        for sentence, entry in zip(document.sentences, told(document), strict=True):
            speaker = entry.speaker[:NAME_CHARACTERS]
            facts = f"{speaker}, {entry.party}, {entry.kind}, {entry.government} government, {entry.genre}"
            text = sentence.text[:SENTENCE_CHARACTERS]
            found.append(Reading(facts, text, previous))
            previous = text
    return found


def labelled(documents: Sequence[LabelledDocument]) -> tuple[list[Reading], dict[str, np.ndarray]]:
    """The readings that have gold labels, and their class indices: head → (readings,) int64."""
    known = np.array([label is not None for one in documents for label in one.labels], dtype=bool)
    read = readings([one.document for one in documents])
    return [one for one, kept in zip(read, known, strict=True) if kept], {
        head: codes[known] for head, codes in gold(documents).items()
    }


def by_document(documents: Sequence[Document], proba: dict[str, np.ndarray]) -> list[Probabilities]:
    """Probabilities of all sentences, head → (sentences, classes), parted into one dict a document."""
    cuts = np.cumsum([len(document.sentences) for document in documents])[:-1]
    parts = {head: np.split(array.astype(np.float32), cuts) for head, array in proba.items()}
    return [{head: parts[head][i] for head in parts} for i in range(len(documents))]


def macro_f1(target: np.ndarray, chosen: np.ndarray) -> float:
    """Macro-F1 of class indices, as the trained learners choose by it."""
    return float(f1_score(target, chosen, average="macro", zero_division=0))


def class_counts() -> dict[str, int]:
    """Head → its number of classes."""
    return {head: len(classes) for head, classes in heads().items()}
