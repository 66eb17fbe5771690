"""A labelled article as a learner meets it: with gold or predicted sentences, and gold or predicted speakers."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.corpus.alignment import align
from pipeline.learners.contract import LabelledDocument
from pipeline.records import (
    NO_SPEAKER,
    Attribution,
    Document,
    LabelledArticle,
    LabelledSentence,
    Labels,
    Sentence,
    Span,
)


@dataclass(frozen=True)
class Example:
    """One article under the three conditions of the evaluation.

    ``gold``: gold sentences and speakers. ``attributed``: gold sentences, predicted speakers.
    ``raw``: all from the text alone, as in use; ``partner[i]`` is the gold sentence that predicted sentence ``i``
    stands for, or None. No gold sentence has two partners: the one that overlaps it most is kept.
    """

    labelled: LabelledArticle
    gold: Document
    attributed: Document
    raw: Document
    partner: tuple[int | None, ...]

    @property
    def labels(self) -> tuple[Labels, ...]:
        """Gold labels of the gold sentences."""
        return tuple(sentence.labels for sentence in self.labelled.sentences)

    def as_read(self) -> LabelledDocument:
        """The article as the pipeline reads it, with the gold labels that its sentences have."""
        labels = self.labels
        return LabelledDocument(self.raw, tuple(None if p is None else labels[p] for p in self.partner))

    def as_labelled(self) -> LabelledDocument:
        """The article as its annotator read it, gold speakers included."""
        return LabelledDocument(self.gold, self.labels)


def example(labelled: LabelledArticle, attributed: Document, raw: Document) -> Example:
    """An article with what the text path made of its gold sentences (``attributed``) and of its text (``raw``)."""
    return Example(
        labelled, gold_document(labelled, attributed), attributed, raw, partners(labelled, raw.sentences)
    )


def gold_document(
    labelled: LabelledArticle, attributed: Document, places: Sequence[int | None] | None = None
) -> Document:
    """Gold sentences with gold voices. The corpus does not say how a speaker is reported (direct, indirect):
    that is taken from ``attributed``, the same sentences with predicted speakers.

    Where only some sentences of ``attributed`` are labelled, ``places[i]`` is the gold sentence that sentence
    ``i`` is, or None for one that keeps its predicted speaker.
    """
    attributions: list[Attribution] = []
    assigned: list[int | None] = []
    for index, place in enumerate(range(len(labelled.sentences)) if places is None else places):
        seen = attributed.attribution(index)
        if place is not None:
            seen = _told(labelled, labelled.sentences[place], seen)
        assigned.append(None if seen is None else len(attributions))
        attributions += [] if seen is None else [seen]
    return Document(attributed.article, attributed.sentences, tuple(attributions), tuple(assigned))


def _told(labelled: LabelledArticle, one: LabelledSentence, seen: Attribution | None) -> Attribution | None:
    if one.speaker == NO_SPEAKER:
        return None
    return Attribution(labelled.voice(one.speaker), seen.kind if seen else "none", (one.sentence.span,))


def partners(labelled: LabelledArticle, sentences: Sequence[Sentence]) -> tuple[int | None, ...]:
    """For each predicted sentence its gold sentence or None; each gold sentence at most once."""
    gold = [one.sentence.span for one in labelled.sentences]
    found = list(align(gold, [sentence.span for sentence in sentences]))
    best: dict[int, int] = {}
    for index, partner in enumerate(found):
        if partner is None:
            continue
        rival = best.get(partner)
        if rival is None or _shared(sentences, gold, index, partner) > _shared(sentences, gold, rival, partner):
            best[partner] = index
    return tuple(p if p is not None and best[p] == index else None for index, p in enumerate(found))


def _shared(sentences: Sequence[Sentence], gold: Sequence[Span], index: int, partner: int) -> int:
    return sentences[index].span.overlap(gold[partner])
