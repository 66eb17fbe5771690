"""A labelled article as a bundle meets it under the conditions of the evaluation, also where gold labels only a
part of its text."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.learners.examples import gold_document, partners
from pipeline.records import UNTOLD, Document, LabelledArticle, Sentence, Span
from pipeline.text.document import TextPath
from pipeline.text.sentences import paragraphs


@dataclass(frozen=True)
class GoldReading:
    """One article read with gold sentences (``gold`` speakers, or ``attributed`` ones) and ``raw``, as in use.

    Between gold sentences stand the pipeline's own, so that the learner reads the whole text: ``places[i]`` is the
    gold sentence that sentence ``i`` is, or None. ``gold`` is None where gold does not tell every speaker.
    ``partner`` and ``counted`` belong to the sentences of ``raw``: their gold sentence or None, and whether they
    count where they have none.
    """

    labelled: LabelledArticle
    gold: Document | None
    attributed: Document
    places: tuple[int | None, ...]
    raw: Document
    partner: tuple[int | None, ...]
    counted: tuple[bool, ...]


def read_labelled(labelled: LabelledArticle, text_path: TextPath, whole: bool) -> GoldReading:
    """Read an article. With ``whole`` every sentence of its text counts, without only those that share characters
    with a gold one: what lies outside of them was not labelled, and nobody knows whether it is wrong."""
    article = labelled.article
    own = text_path.sentences(article)
    sentences, places = _completed(labelled, own)
    attributed = text_path.attributed(article, sentences)
    gold = [one.sentence.span for one in labelled.sentences]
    told = all(one.speaker != UNTOLD for one in labelled.sentences)
    return GoldReading(
        labelled,
        gold_document(labelled, attributed, places) if told else None,
        attributed,
        places,
        text_path.attributed(article, own),
        partners(labelled, own),
        tuple(whole or bool(_within(one.span, gold)) for one in own),
    )


def _completed(
    labelled: LabelledArticle, own: Sequence[Sentence]
) -> tuple[tuple[Sentence, ...], tuple[int | None, ...]]:
    """The gold sentences and, of the pipeline's own, the parts with words that no gold sentence holds; and which
    gold sentence each is."""
    text = labelled.article.text
    gold = [one.sentence.span for one in labelled.sentences]
    merged: list[tuple[Sentence, int | None]] = [(one.sentence, i) for i, one in enumerate(labelled.sentences)]
    for one in own:
        merged += [(_part(one, span, text), None) for span in _outside(one.span, gold) if _says(span, text)]
    merged.sort(key=lambda item: item[0].start)
    sentences = [sentence for sentence, _ in merged]
    if len(merged) > len(labelled.sentences):
        numbers = paragraphs(text, [sentence.span for sentence in sentences])
        sentences = [replace(one, paragraph=number) for one, number in zip(sentences, numbers, strict=True)]
    return tuple(sentences), tuple(place for _, place in merged)


def _part(sentence: Sentence, span: Span, text: str) -> Sentence:
    content = span.of(text)
    start = span.start + len(content) - len(content.lstrip())
    content = content.strip()
    return replace(sentence, start=start, end=start + len(content), text=content)


def _says(span: Span, text: str) -> bool:
    """Whether there is more than the marks that gold left out at the ends of its sentences."""
    return any(character.isalnum() for character in span.of(text))


def _within(span: Span, gold: Sequence[Span]) -> Sequence[Span]:
    """Those of the gold spans, which are in order, that share characters with a span."""
    first = bisect_right(gold, span.start, key=lambda one: one.end)
    return gold[first : bisect_left(gold, span.end, lo=first, key=lambda one: one.start)]


def _outside(span: Span, gold: Sequence[Span]) -> list[Span]:
    """The parts of a span that no gold span holds."""
    parts, start = [], span.start
    for one in _within(span, gold):
        parts.append(Span(start, max(start, one.start)))
        start = one.end
    return [*parts, Span(start, max(start, span.end))]
