"""Who speaks in each sentence: reports found by their cues, quotations carried on, and the text's own voice.

One pass over the article in reading order. A sentence is first searched for a cue and its source outside quotation
marks; a sentence that is mostly quotation and has no cue belongs to the speaker of its quotation, of its
paragraph, or of the last quotation; a sentence with neither belongs to the text's own voice, if it has one, or to
nobody.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.records import Article, AttributionKind, Sentence, Span
from pipeline.text.appositions import roles_beside
from pipeline.text.clauses import Clause
from pipeline.text.dialogue import Turn, turns
from pipeline.text.entities import Entity
from pipeline.text.grammar import GOVERNORS
from pipeline.text.lexicon import Lexicon
from pipeline.text.mentions import Mention
from pipeline.text.monologue import PRESS_RELEASE, is_first_person, is_prose, voicings
from pipeline.text.noun_phrases import interpret
from pipeline.text.quotes import OutermostQuotations
from pipeline.text.roster import Roster
from pipeline.text.scanning import scan
from pipeline.text.sources import SURE, Source, sources
from pipeline.text.words import Words, read_words

# A sentence is a quotation when this share of its characters is in quotation marks.
_MOSTLY = 0.6
# A quotation without any cue is carried on from the last speaker over at most this many sentences of narration.
_CARRY = 4


@dataclass
class Draft:
    """An attribution being built: its contents grow while the quotation goes on. Without an entity nobody that the
    article names makes it ("is believed to")."""

    entity: Entity | None
    kind: AttributionKind
    content: list[Span] = field(default_factory=list)
    source: Span | None = None
    cue: Span | None = None


@dataclass(frozen=True)
class Evidence:
    """What was seen in one sentence: its reports, whom it mentions, whom it is about, and the share of its
    characters in quotation marks."""

    sources: tuple[Source, ...] = ()
    mentioned: tuple[tuple[Entity, Span], ...] = ()
    topic: Entity | None = None
    quoted: float = 0.0


@dataclass(frozen=True)
class Reading:
    """Drafts in order of their first sentence, for each sentence the number of its draft, and what was seen in
    it."""

    drafts: tuple[Draft, ...]
    assigned: tuple[int | None, ...]
    roster: Roster
    own: tuple[Entity, ...]
    evidence: tuple[Evidence, ...] = ()


def read_speakers(
    article: Article,
    sentences: Sequence[Sentence],
    lexicon: Lexicon,
    parsed: Mapping[int, Sequence[Clause]] | None = None,
) -> Reading:
    """Attributions of an article with the given sentences: by the order of words, and by the clauses of the
    sentences that were ``parsed``, by number."""
    return _Reader(article, sentences, lexicon, parsed or {}).read()


class _Reader:
    """The state of one pass over one article."""

    def __init__(
        self,
        article: Article,
        sentences: Sequence[Sentence],
        lexicon: Lexicon,
        parsed: Mapping[int, Sequence[Clause]],
    ) -> None:
        self.article = article
        self.sentences = sentences
        self.lexicon = lexicon
        self.parsed = parsed
        self.roster = Roster(lexicon)
        self.quoted = OutermostQuotations(article.text)
        self.drafts: list[Draft] = []
        self.assigned: list[int | None] = [None] * len(sentences)
        self.pending: list[int] = []
        self.evidence = [Evidence() for _ in sentences]
        self.last: tuple[int, int] | None = None
        self.own: list[Entity] = []
        self.first = 0
        self.interview = article.genre == "interview"
        self.waiting_for: Entity | None = None
        self.voicings = voicings(article, sentences, self.quoted)
        speech = article.genre != PRESS_RELEASE or is_first_person(article.text, sentences, self.quoted)
        self.monologue = bool(self.voicings) and speech

    def read(self) -> Reading:
        """Read every sentence in order."""
        transcript = turns(self.article.text, self.sentences, self.article.genre)
        if any(turn is not None for turn in transcript):
            self.voicings = []
        paragraph = -1
        for index, sentence in enumerate(self.sentences):
            self.roster.sentence = index
            if sentence.paragraph != paragraph:
                self._settle()
                paragraph, self.first = sentence.paragraph, index
            turn = transcript[index]
            if turn is not None:
                self._turn(index, turn)
            elif not sentence.boilerplate:
                self._sentence(index, sentence)
        self._settle()
        self._own_voice()
        return Reading(
            tuple(self.drafts), tuple(self.assigned), self.roster, tuple(self.own), tuple(self.evidence)
        )

    # one sentence

    def _sentence(self, index: int, sentence: Sentence) -> None:
        quoted = self.quoted.touching(sentence.span)
        words = read_words(self.article.text, sentence.span, quoted)
        if not len(words):
            return
        parsed = self.parsed.get(index)
        found = sources(self.article.text, words, quoted, parsed, self.roster, self.lexicon, self.monologue)
        main = _main(found)
        mentioned = self._note_mentions(words, main)
        topic = self.roster.topic(index + 1, self.first)
        share = words.quoted / (sentence.end - sentence.start)
        self.evidence[index] = Evidence(tuple(found), mentioned, topic, share)
        if main is not None:
            self._say(index, words, main)
        self._note_units(found, main)
        if main is None and share >= _MOSTLY:
            self._carry_on(index, sentence)

    def _note_mentions(self, words: Words, found: Source | None) -> tuple[tuple[Entity, Span], ...]:
        """Enter the sentence's names and their descriptions; the first one is what the sentence is about. Returns
        whom it mentions, in order."""
        topic = found.entity if found else None
        mentioned: list[tuple[Entity, Span]] = []
        opening: Mention | None = None
        for mention in scan(words, self.lexicon):
            if mention.kind == "description":
                if topic is None and mention.span.start == words.starts[0]:
                    opening = mention
                continue
            opens = mention.span.start == words.starts[0] and len(mention.modifiers) == 1 and not mention.title
            if opens and not self.roster.knows(mention.modifiers[0]):
                continue
            entity = self.roster.resolve(mention)
            if entity is None:
                continue
            mentioned.append((entity, mention.span))
            for role in roles_beside(words, mention, self.lexicon):
                self.roster.describe(entity, role)
                if opening is not None and role.startswith(opening.span.of(self.article.text)):
                    opening, topic = None, entity  # "The mayor of Marlow, Ann Marsh, …" is about one person
            if topic is None and opening is None and self._leads(words, mention):
                topic = entity
        if opening is not None:
            topic = self.roster.resolve(opening)
            mentioned.extend([(topic, opening.span)] if topic else [])
        if topic is not None:
            self.roster.focus(topic)
            if self.interview and self.roster.principal is None and topic.kind == "person":
                self.roster.principal = topic
        return tuple(mentioned)

    def _leads(self, words: Words, mention: Mention) -> bool:
        """Whether a name stands where a subject does: among the first words and behind no preposition."""
        at = bisect_left(words.starts, mention.span.start)
        return at < 8 and (at == 0 or words.lower[at - 1] not in GOVERNORS)

    # quotations

    def _say(self, index: int, words: Words, found: Source) -> None:
        """Start an attribution at a sentence with source and cue; quotations that waited for it join."""
        draft = Draft(found.entity, found.kind, list(found.content), found.source, found.cue)
        self.drafts.append(draft)
        if not _announces(words, found):
            self.assigned[index] = len(self.drafts) - 1
        if words.quoted:
            for waiting in self.pending:
                self._append(waiting, len(self.drafts) - 1)
            self.pending.clear()
        self.last = (index, len(self.drafts) - 1)

    def _note_units(self, found: Sequence[Source], main: Source | None) -> None:
        """Keep the sentence's other attributions: those of the parse, and of the order of words where none is."""
        for one in found:
            if one is not main and one.content and (one.depth >= 0 or one.form in SURE):
                self.drafts.append(Draft(one.entity, one.kind, list(one.content), one.source, one.cue))

    def _carry_on(self, index: int, sentence: Sentence) -> None:
        """A quotation without cue: the speaker of its paragraph, a speaker still to come, or the last one."""
        previous = self.last
        same = previous is not None and self.sentences[previous[0]].paragraph == sentence.paragraph
        if previous is not None and (same or self._continues(previous[0], sentence)):
            self._append(index, previous[1])
            self.last = (index, previous[1])
            self.roster.focus(self.drafts[previous[1]].entity)
        else:
            self.pending.append(index)
            if self.waiting_for is None and (topic := self.roster.topic(index, self.first)) is not None:
                self.waiting_for = topic

    def _continues(self, before: int, sentence: Sentence) -> bool:
        """Whether the sentence stands in a quotation that the sentence ``before`` opened and nobody closed."""
        touching = self.quoted.touching(sentence.span)
        return bool(touching) and touching[0].start < self.sentences[before].end

    def _append(self, index: int, number: int) -> None:
        sentence = self.sentences[index]
        self.drafts[number].content.append(sentence.span)
        self.assigned[index] = number

    def _settle(self) -> None:
        """Give quotations that found no speaker in their paragraph to the last one."""
        if self.pending and self.waiting_for is not None and self.pending[0] > self.first:
            self.drafts.append(Draft(self.waiting_for, "direct"))
            self.last = (self.pending[0], len(self.drafts) - 1)
        if self.pending and self.last is not None and self.pending[0] - self.last[0] <= _CARRY:
            for index in self.pending:
                self._append(index, self.last[1])
            self.last = (self.pending[-1], self.last[1])
        self.pending.clear()
        self.waiting_for = None

    # transcripts and texts of one voice

    def _turn(self, index: int, turn: Turn) -> None:
        if not turn.label or turn.span is None:
            return
        if (
            index
            and self.last is not None
            and self.last[0] == index - 1
            and self.drafts[self.last[1]].source == turn.span
        ):
            self._append(index, self.last[1])
            self.last = (index, self.last[1])
            return
        words = read_words(turn.label, Span(0, len(turn.label)), ())
        mention = interpret(words, 0, len(words), self.lexicon, anything=True)
        if mention is None:
            return
        entity = self.roster.resolve(mention)
        if entity is None:
            return
        for note in turn.notes:
            self.roster.describe(entity, note)
        self.drafts.append(Draft(entity, "direct", [self.sentences[index].span], turn.span))
        self.assigned[index] = len(self.drafts) - 1
        self.last = (index, len(self.drafts) - 1)

    def _own_voice(self) -> None:
        """Give what nobody is quoted for to the text's own voice."""
        for voicing in self.voicings:
            entity = self._own_entity(voicing.name, voicing.role)
            free = [index for index in range(voicing.start, voicing.end) if self.assigned[index] is None]
            said = [index for index in free if is_prose(self.sentences[index])]
            if said:
                self.drafts.append(Draft(entity, "direct"))
            for index in said:
                self._append(index, len(self.drafts) - 1)

    def _own_entity(self, name: str, role: str) -> Entity:
        words = read_words(name, Span(0, len(name)), ())
        mention = interpret(words, 0, len(words), self.lexicon)
        entity = self.roster.resolve(mention) if mention is not None and mention.kind != "pronoun" else None
        if entity is None:
            entity = Entity("description", name, head=name)
            self.roster.entities.append(entity)
        self.roster.describe(entity, role)
        self.own.append(entity)
        return entity


def _main(found: Sequence[Source]) -> Source | None:
    """The report whose source the sentence is given to."""
    return next((one for one in found if one.entity is not None and one.voiced), None)


def _announces(words: Words, found: Source) -> bool:
    """Whether a sentence only says who speaks in the next paragraph: "Ms Marsh, of Haven, said:"."""
    return words.text[-1] == ":" and not words.quoted and found.cue.end == words.ends[-2]
