"""The text path: an article with its sentences, boilerplate marks, attributions and voices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from pipeline.labels import NONE
from pipeline.records import NOBODY, Article, Attribution, Document, Sentence, Span, Voice
from pipeline.text.actors import ActorTable
from pipeline.text.affiliation import Affiliation
from pipeline.text.affiliation_model import AffiliationModel
from pipeline.text.clauses import parsed_clauses
from pipeline.text.cleaning import CleaningRules, mark
from pipeline.text.decisions import decide
from pipeline.text.entity_facts import EntityFacts, Setting
from pipeline.text.knights import join_knights
from pipeline.text.lexicon import Lexicon, load_lexicon
from pipeline.text.party_mentions import PartyFinder
from pipeline.text.ranker import SpeakerRanker
from pipeline.text.reading_facts import reading_facts
from pipeline.text.sentences import paragraphs, segment
from pipeline.text.speakers import Reading, read_speakers

RANKER, AFFILIATIONS = "speaker_ranker.txt", "affiliation.json"


@dataclass(frozen=True)
class Learned:
    """What the text path learned from the corpus: who speaks among the candidates, and whose side they are on."""

    ranker: SpeakerRanker
    affiliations: AffiliationModel

    def save(self, folder: Path) -> None:
        """Write both into a folder."""
        self.ranker.save(folder / RANKER)
        self.affiliations.save(folder / AFFILIATIONS)

    @classmethod
    def load(cls, folder: Path, lexicon: Lexicon) -> "Learned | None":
        """What a folder holds; None where it holds neither. Raises ``RankerError``,
        ``AffiliationError`` and ``FileNotFoundError``."""
        ranker, affiliations = folder / RANKER, folder / AFFILIATIONS
        if not (ranker.exists() or affiliations.exists()):
            return None
        return cls(SpeakerRanker.load(ranker), AffiliationModel.load(affiliations, lexicon))


@dataclass(frozen=True)
class TextPath:
    """The one way from an article to a document, for training and for scoring.

    Rules over the order of words and over the parse propose speakers, parties and kinds; what was ``learned``
    decides among them. Without a parse and without anything learned the path is the plain ``baseline``.
    """

    cleaning: CleaningRules
    lexicon: Lexicon
    actors: ActorTable
    learned: Learned | None = None
    parsing: bool = True

    @classmethod
    def load(cls, folder: Path) -> "TextPath":
        """Read ``cleaning.yaml``, ``reporting.yaml``, ``actors.yaml`` and ``governments.yaml`` of a folder, and
        what was learned where that is beside them."""
        cleaning = CleaningRules.load(folder / "cleaning.yaml")
        lexicon = load_lexicon(folder / "reporting.yaml")
        return cls(cleaning, lexicon, ActorTable.load(folder), Learned.load(folder, lexicon))

    def baseline(self) -> "TextPath":
        """The same path by the order of words and the rules alone."""
        return replace(self, learned=None, parsing=False)

    def __call__(self, article: Article) -> Document:
        """Clean, segment and attribute an article."""
        return self.attributed(article, self.sentences(article))

    def sentences(self, article: Article) -> tuple[Sentence, ...]:
        """The sentences of an article, boilerplate marked."""
        marked = mark(article, self.cleaning)
        return _sentences(article.text, segment(article.text, marked.breaks), marked.boilerplate)

    def attributed(self, article: Article, sentences: Sequence[Sentence]) -> Document:
        """Attribute an article whose sentences are given."""
        return self.document(article, sentences, self.reading(article, sentences))

    def reading(self, article: Article, sentences: Sequence[Sentence]) -> Reading:
        """What the rules propose."""
        parsed = parsed_clauses(article.text, sentences, self.lexicon) if self.parsing else None
        reading = read_speakers(article, sentences, self.lexicon, parsed)
        join_knights(reading.roster.entities, self.actors)
        return reading

    def document(self, article: Article, sentences: Sequence[Sentence], reading: Reading) -> Document:
        """The document that a reading gives once it is decided who speaks, and for whom."""
        if self.learned is not None:
            reading = decide(article, sentences, reading, self.lexicon, self.learned.ranker)
        setting = self.setting(article, sentences)
        voices = {
            id(entity): self._voice(facts)
            for entity, facts in reading_facts(reading, setting, self.lexicon, self.actors)
        }
        attributions = tuple(
            Attribution(
                voices.get(id(draft.entity), NOBODY), draft.kind, tuple(draft.content), draft.source, draft.cue
            )
            for draft in reading.drafts
        )
        told = replace(article, government=setting.government)
        return Document(told, tuple(sentences), attributions, reading.assigned)

    def setting(self, article: Article, sentences: Sequence[Sentence]) -> Setting:
        """The ground on which an article's speakers stand. An undated article is read as one of the last day that
        the table of actors knows."""
        government = article.government or self.actors.government(article.date or self.actors.known_until)
        return Setting.of(article, sentences, government, self._parties)

    @cached_property
    def _parties(self) -> PartyFinder:
        return PartyFinder(self.lexicon)

    def _voice(self, facts: EntityFacts) -> Voice:
        given = facts.given
        if given.party or given.kind:
            kind = given.kind or self._side(given.party, facts.setting.government)
            return Voice(facts.name, given.party, kind)
        if self.learned is not None:
            found = self.learned.affiliations.decide(facts)
        else:
            proposal, known = facts.proposal, facts.known
            found = Affiliation(proposal.party or known.party, proposal.kind or known.kind)
        return Voice(facts.name, found.party, found.kind)

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
