"""A labelled article as a learner meets it: with gold or predicted sentences, and gold or predicted speakers."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.corpus.alignment import align
from pipeline.learners.contract import LabelledDocument
from pipeline.records import NO_SPEAKER, Attribution, Document, LabelledArticle, Labels, Sentence, Span


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


def gold_document(labelled: LabelledArticle, attributed: Document) -> Document:
    """Gold sentences with gold voices. The corpus does not say how a speaker is reported (direct, indirect):
    that is taken from ``attributed``, the same sentences with predicted speakers."""
    attributions: list[Attribution] = []
    assigned: list[int | None] = []
    for index, one in enumerate(labelled.sentences):
        if one.speaker == NO_SPEAKER:
            assigned.append(None)
            continue
        seen = attributed.attribution(index)
        voice = labelled.voice(one.speaker)
        kind = seen.kind if seen else "none"
        attributions.append(Attribution(voice, kind, (one.sentence.span,)))
        assigned.append(len(attributions) - 1)
    sentences = tuple(one.sentence for one in labelled.sentences)
    return Document(attributed.article, sentences, tuple(attributions), tuple(assigned))


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
