"""Who speaks in each sentence: reports found by their cues, quotations carried on, and the text's own voice.

One pass over the article in reading order. A sentence is first searched for a cue and its source outside quotation
marks; a sentence that is mostly quotation and has no cue belongs to the speaker of its quotation, of its
paragraph, or of the last quotation; a sentence with neither belongs to the text's own voice, if it has one, or to
nobody.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.records import Article, AttributionKind, Sentence, Span
from pipeline.text.appositions import roles_beside
from pipeline.text.cues import Report, reports
from pipeline.text.dialogue import Turn, turns
from pipeline.text.entities import Entity
from pipeline.text.grammar import GOVERNORS, MODALS
from pipeline.text.lexicon import Lexicon
from pipeline.text.mentions import Mention
from pipeline.text.monologue import PRESS_RELEASE, is_first_person, is_prose, voicings
from pipeline.text.noun_phrases import interpret
from pipeline.text.quotes import Quotation, outermost, quotations
from pipeline.text.roster import Roster
from pipeline.text.scanning import scan
from pipeline.text.words import BLANK, Words, read_words

# A sentence is a quotation when this share of its characters is in quotation marks.
_MOSTLY = 0.6
# A quotation with at most this many words of report beside it ("told MPs: “…”") is direct, with more it is mixed.
_STRAY_WORDS = 3
# A quotation without any cue is carried on from the last speaker over at most this many sentences of narration.
_CARRY = 4


@dataclass
class Draft:
    """An attribution being built: its contents grow while the quotation goes on."""

    entity: Entity
    kind: AttributionKind
    content: list[Span] = field(default_factory=list)
    source: Span | None = None
    cue: Span | None = None


@dataclass(frozen=True)
class Reading:
    """Drafts in order of their first sentence, and for each sentence the number of its draft."""

    drafts: tuple[Draft, ...]
    assigned: tuple[int | None, ...]
    roster: Roster
    own: tuple[Entity, ...]


@dataclass(frozen=True)
class _Source:
    """A report in a sentence with the mention and the entity that it comes from."""

    report: Report
    mention: Mention
    entity: Entity


def read_speakers(article: Article, sentences: Sequence[Sentence], lexicon: Lexicon) -> Reading:
    """Attributions of an article with the given sentences."""
    return _Reader(article, sentences, lexicon).read()


class _Reader:
    """The state of one pass over one article."""

    def __init__(self, article: Article, sentences: Sequence[Sentence], lexicon: Lexicon) -> None:
        self.article = article
        self.sentences = sentences
        self.lexicon = lexicon
        self.roster = Roster(lexicon)
        self.quoted = outermost(quotations(article.text))
        self.starts = [quotation.start for quotation in self.quoted]
        self.drafts: list[Draft] = []
        self.assigned: list[int | None] = [None] * len(sentences)
        self.pending: list[int] = []
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
        return Reading(tuple(self.drafts), tuple(self.assigned), self.roster, tuple(self.own))

    # one sentence

    def _sentence(self, index: int, sentence: Sentence) -> None:
        words = read_words(self.article.text, sentence.span, self._quotations(sentence))
        if not len(words):
            return
        found = self._source(words)
        self._note_mentions(words, found)
        if found is not None:
            self._say(index, words, found)
        elif words.quoted >= _MOSTLY * (sentence.end - sentence.start):
            self._carry_on(index, sentence)

    def _quotations(self, sentence: Sentence) -> list[Quotation]:
        """The outermost quotations that touch a sentence."""
        first = bisect_left(self.starts, sentence.start)
        while first > 0 and self.quoted[first - 1].end > sentence.start:
            first -= 1
        last = bisect_left(self.starts, sentence.end)
        return self.quoted[first:last]

    def _source(self, words: Words) -> _Source | None:
        """The best report of the sentence whose source is somebody."""
        for report in reports(words, self.lexicon):
            mention = interpret(words, *report.source, self.lexicon, anything=report.kind == "speech")
            if mention is None:
                continue
            if self.monologue and not _hands_over(words, report, mention, self.lexicon):
                return None
            if mention.name in ("i", "we", "you"):
                continue
            if mention.kind == "description" and report.aside:
                named = interpret(words, *report.aside, self.lexicon)
                if named is not None and named.kind == "person":
                    mention = replace(named, roles=(*named.roles, mention.name))
            entity = self._entity(report, mention)
            if entity is not None:
                return _Source(report, mention, entity)
        return None

    def _entity(self, report: Report, mention: Mention) -> Entity | None:
        if mention.head in self.lexicon.documents and mention.kind == "description":
            return self.roster.behind_document(mention) if report.form != "according" else None
        entity = self.roster.resolve(mention)
        if report.form == "plan" and (entity is None or not self._has_programme(entity)):
            return None
        return entity

    def _has_programme(self, entity: Entity) -> bool:
        """Whether a party, or somebody whom the text places in politics, is meant by "would"."""
        words = set(entity.name.lower().split()) | entity.role_words()
        return any(word in self.lexicon.parties or self.lexicon.people.get(word) == "politician" for word in words)

    def _note_mentions(self, words: Words, found: _Source | None) -> None:
        """Enter the sentence's names and their descriptions; the first one is what the sentence is about."""
        topic = found.entity if found else None
        for mention in scan(words, self.lexicon):
            if mention.kind == "description":
                if topic is None and mention.span.start == words.starts[0]:
                    topic = self.roster.resolve(mention)
                continue
            opens = mention.span.start == words.starts[0] and len(mention.modifiers) == 1 and not mention.title
            if opens and not self.roster.knows(mention.modifiers[0]):
                continue
            entity = self.roster.resolve(mention)
            if entity is None:
                continue
            for role in roles_beside(words, mention, self.lexicon):
                self.roster.describe(entity, role)
            if topic is None and self._leads(words, mention):
                topic = entity
        if topic is not None:
            self.roster.focus(topic)
            if self.interview and self.roster.principal is None and topic.kind == "person":
                self.roster.principal = topic

    def _leads(self, words: Words, mention: Mention) -> bool:
        """Whether a name stands where a subject does: among the first words and behind no preposition."""
        at = bisect_left(words.starts, mention.span.start)
        return at < 8 and (at == 0 or words.lower[at - 1] not in GOVERNORS)

    # quotations

    def _say(self, index: int, words: Words, found: _Source) -> None:
        """Start an attribution at a sentence with source and cue; quotations that waited for it join."""
        cue = words.span(*found.report.cue)
        draft = Draft(
            found.entity, _kind(words, found.report), self._content(words, found.report), found.mention.span, cue
        )
        self.drafts.append(draft)
        self.assigned[index] = len(self.drafts) - 1
        if words.quoted:
            for waiting in self.pending:
                self._append(waiting, len(self.drafts) - 1)
            self.pending.clear()
        self.last = (index, len(self.drafts) - 1)

    def _content(self, words: Words, report: Report) -> list[Span]:
        """What is reported: the quotations and the words on the cue's far side."""
        first, last = min(report.cue[0], report.source[0]), max(report.cue[1], report.source[1])
        spans = []
        if report.form in ("tag", "inverted", "according") and first > 0:
            spans.append(words.span(0, first))
        if last < len(words) and any(text[0].isalnum() or text == BLANK for text in words.text[last:]):
            spans.append(words.span(last, len(words)))
        return spans

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
        touching = self._quotations(sentence)
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


def _hands_over(words: Words, report: Report, mention: Mention, lexicon: Lexicon) -> bool:
    """Whether a text of one voice hands the word to somebody: by quotation, or by saying what they said."""
    if mention.name in ("i", "we", "you"):
        return False
    if words.quoted:
        return report.kind != "position"
    between = words.lower[report.source[1] : report.cue[0]]
    return report.base in lexicon.senses.hands_over and not MODALS & set(between)


def _kind(words: Words, report: Report) -> AttributionKind:
    """Direct when next to nothing is reported in the journalist's own words, mixed when both mix."""
    if not words.quoted:
        return "indirect"
    first, last = min(report.cue[0], report.source[0]), max(report.cue[1], report.source[1])
    if report.form in ("tag", "inverted"):
        reported, introduced = words.text[:first], True
    else:
        reported = words.text[last:]
        marks = [before for before, text in pairwise(words.text[last - 1 :]) if text == BLANK]
        introduced = bool(marks) and (marks[0] in ":," or words.text[last] == BLANK)
    stray = sum(text[0].isalnum() for text in reported)
    return "direct" if introduced and stray <= _STRAY_WORDS else "mixed"
