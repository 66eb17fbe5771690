"""The text path: an article with its sentences, boilerplate marks, attributions and voices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.labels import NONE
from pipeline.records import AUTHOR, Article, Attribution, Document, Sentence, Span, Voice
from pipeline.text.actors import ActorTable
from pipeline.text.affiliation import Affiliation, affiliate
from pipeline.text.cleaning import CleaningRules, mark
from pipeline.text.entities import Entity
from pipeline.text.lexicon import Lexicon, load_lexicon
from pipeline.text.sentences import paragraphs, segment
from pipeline.text.speakers import Reading, read_speakers

# What an author is of whom the text says nothing: columnists write opinion pieces, readers write letters.
_WRITERS = {"letter": Affiliation(NONE, "public")} | dict.fromkeys(
    ("", "opinion", "editorial"), Affiliation(NONE, "media")
)


@dataclass(frozen=True)
class TextPath:
    """The one way from an article to a document, for training and for scoring."""

    cleaning: CleaningRules
    lexicon: Lexicon
    actors: ActorTable

    @classmethod
    def load(cls, folder: Path) -> "TextPath":
        """Read ``cleaning.yaml``, ``reporting.yaml``, ``actors.yaml`` and ``governments.yaml`` of a folder."""
        cleaning = CleaningRules.load(folder / "cleaning.yaml")
        return cls(cleaning, load_lexicon(folder / "reporting.yaml"), ActorTable.load(folder))

    def __call__(self, article: Article) -> Document:
        """Clean, segment and attribute an article."""
        marked = mark(article, self.cleaning)
        spans = segment(article.text, marked.breaks)
        return self.attributed(article, _sentences(article.text, spans, marked.boilerplate))

    def attributed(self, article: Article, sentences: Sequence[Sentence]) -> Document:
        """Attribute an article whose sentences are given. An undated article is read as one of the last day that
        the table of actors knows."""
        reading = read_speakers(article, sentences, self.lexicon)
        government = article.government or self.actors.government(article.date or self.actors.known_until)
        voices = {
            id(draft.entity): self._voice(article, draft.entity, reading, government) for draft in reading.drafts
        }
        attributions = tuple(
            Attribution(voices[id(draft.entity)], draft.kind, tuple(draft.content), draft.source, draft.cue)
            for draft in reading.drafts
        )
        return Document(replace(article, government=government), tuple(sentences), attributions, reading.assigned)

    def _voice(self, article: Article, entity: Entity, reading: Reading, government: str) -> Voice:
        own = any(entity is known for known in reading.own)
        if own and (article.party or article.kind):
            return Voice(entity.name, article.party, article.kind or self._side(article.party, government))
        found = affiliate(entity.name, entity.roles, entity.kind, government, self.lexicon)
        owner = entity.owner
        if owner is not None and not found.party and entity.head in self.lexicon.senses.mouthpieces:
            found = affiliate(owner.name, owner.roles, owner.kind, government, self.lexicon)
        if not (found.party and found.kind):
            known = self.actors.lookup(entity.name, article.date, government)
            if known is not None:
                found = Affiliation(found.party or known.party, found.kind or known.kind)
        if own and (entity.name == AUTHOR or not found.kind):
            found = _WRITERS.get(article.genre, Affiliation())
        return Voice(entity.name, found.party, found.kind)

    def _side(self, party: str, government: str) -> str:
        """The kind of a politician of whom only the party is known; empty without a party or a government."""
        if party in ("", NONE) or not government:
            return ""
        return "governing" if party in self.actors.governing_parties(government) else "opposition"


def _sentences(text: str, spans: Sequence[Span], boilerplate: Sequence[Span]) -> tuple[Sentence, ...]:
    """Sentence records; one that lies mostly in boilerplate is marked."""
    numbers = paragraphs(text, spans)
    marks, found = sorted(boilerplate), []
    first = 0
    for span, number in zip(spans, numbers, strict=True):
        while first < len(marks) and marks[first].end <= span.start:
            first += 1
        covered, at = 0, first
        while at < len(marks) and marks[at].start < span.end:
            covered += span.overlap(marks[at])
            at += 1
        found.append(Sentence(span.start, span.end, span.of(text), number, 2 * covered > span.end - span.start))
    return tuple(found)
