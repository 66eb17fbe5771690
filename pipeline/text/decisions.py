"""A ranker's choices put into a reading: sentences move from the attribution that rules gave them to another."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from pipeline.records import Article, Sentence, Span
from pipeline.text.candidates import candidates, matrix
from pipeline.text.clauses import content_kind
from pipeline.text.entities import Entity
from pipeline.text.lexicon import Lexicon
from pipeline.text.quotes import OutermostQuotations
from pipeline.text.ranker import SpeakerRanker
from pipeline.text.speaker_names import same_name
from pipeline.text.speakers import Draft, Reading

# A sentence is all quotation when this share of its characters is in quotation marks.
_ALL = 0.9


def decide(
    article: Article, sentences: Sequence[Sentence], reading: Reading, lexicon: Lexicon, ranker: SpeakerRanker
) -> Reading:
    """The reading with the speakers that the ranker prefers; boilerplate keeps none.

    Where a text came with its own ``speaker``, what the rules gave to that voice is never nobody's: a sentence of
    a manifesto by itself has no other sign of who speaks.
    """
    listed = candidates(article, sentences, reading, lexicon)
    if not listed:
        return reading
    values = [[one.values for one in found] for found in listed]
    scores = ranker.scores(matrix(values, [sentence.text for sentence in sentences], ranker.words))
    chosen: list[Entity | None] = []
    start = 0
    for sentence, found in zip(sentences, listed, strict=True):
        best = int(scores[start : start + len(found)].argmax())
        chosen.append(None if sentence.boilerplate else found[best].entity)
        start += len(found)
    if article.speaker:
        _keep_own_voice(article.speaker, sentences, reading, chosen)
    _hold_together(sentences, reading, chosen)
    return _Moves(article.text, sentences, reading).apply(chosen)


def _keep_own_voice(
    name: str, sentences: Sequence[Sentence], reading: Reading, chosen: list[Entity | None]
) -> None:
    """Give back to a text's own voice what the ranker gave to nobody."""
    for index, number in enumerate(reading.assigned):
        if chosen[index] is None and number is not None and not sentences[index].boilerplate:
            entity = reading.drafts[number].entity
            chosen[index] = entity if same_name(entity.name, name) else None


def _hold_together(sentences: Sequence[Sentence], reading: Reading, chosen: list[Entity | None]) -> None:
    """Give a sentence that is all quotation and goes on with the one before it the speaker of that one."""
    for index in range(1, len(sentences)):
        number, evidence = reading.assigned[index], reading.evidence[index]
        goes_on = number is not None and number == reading.assigned[index - 1] and not evidence.sources
        one = sentences[index]
        together = one.paragraph == sentences[index - 1].paragraph and not one.boilerplate
        if goes_on and together and evidence.quoted >= _ALL and chosen[index - 1] is not None:
            chosen[index] = chosen[index - 1]


class _Moves:
    """The drafts of a reading while sentences move between them."""

    def __init__(self, text: str, sentences: Sequence[Sentence], reading: Reading) -> None:
        self.text = text
        self.sentences = sentences
        self.reading = reading
        self.drafts = [replace(draft, content=list(draft.content)) for draft in reading.drafts]
        self.assigned = list(reading.assigned)
        self.quoted = OutermostQuotations(text)
        self.born = self._births()
        self.taken: set[tuple[int, Span]] = set()

    def _births(self) -> dict[int, list[int]]:
        """For each sentence the drafts whose cue stands in it."""
        starts = [sentence.start for sentence in self.sentences]
        born: dict[int, list[int]] = {}
        for number, draft in enumerate(self.drafts):
            if (place := draft.cue or draft.source) is not None:
                born.setdefault(bisect_right(starts, place.start) - 1, []).append(number)
        return born

    def apply(self, chosen: Sequence[Entity | None]) -> Reading:
        for index, entity in enumerate(chosen):
            number = self.assigned[index]
            if (None if number is None else self.drafts[number].entity) is entity:
                continue
            self._take(index)
            self.assigned[index] = None if entity is None else self._give(index, entity)
        for number, draft in enumerate(self.drafts):
            draft.content = sorted(span for span in draft.content if (number, span) not in self.taken)
        return replace(self.reading, drafts=tuple(self.drafts), assigned=tuple(self.assigned))

    def _take(self, index: int) -> None:
        """Take a sentence that was carried on to a draft out of its content."""
        number, span = self.assigned[index], self.sentences[index].span
        if number is not None and number not in self.born.get(index, ()):
            self.taken.add((number, span))

    def _give(self, index: int, entity: Entity) -> int:
        """The draft by which an entity speaks in a sentence: one born there, the previous sentence's, or a new
        one."""
        for number in self.born.get(index, ()):
            if self.drafts[number].entity is entity:
                return number
        span = self.sentences[index].span
        before = self.assigned[index - 1] if index else None
        if before is not None and self.drafts[before].entity is entity:
            self.drafts[before].content.append(span)
            return before
        self.drafts.append(Draft(entity, content_kind(self.text, [span], self.quoted), [span]))
        return len(self.drafts) - 1
