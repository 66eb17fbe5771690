"""Who may speak in a sentence, and what can be said for each: the candidates among which a ranker decides.

The rules propose: the sources of the sentence's reports, whom it mentions, whom its neighbours were given to, whom
the text is about, the text's own voice, and nobody. Every value is a number that the reading of the article left.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log1p

import numpy as np

from pipeline.records import Article, Sentence
from pipeline.text.entities import Entity
from pipeline.text.grammar import word_set
from pipeline.text.lexicon import Lexicon
from pipeline.text.sources import Source
from pipeline.text.speakers import Evidence, Reading

GENRES = ("news", "explainer", "interview", "opinion", "live_blog", "letter", "debate", "press_release", "speech")
FORMS = (
    *("tag", "inverted", "clause", "participle", "according", "state", "colon", "plan", "minor"),
    *("verb", "relative", "passive", "noun"),
)
CLASSES = ("speech", "report", "position", "state", "phrase", "noun", "other", "plan", "figures")
KINDS = ("direct", "mixed", "indirect", "none")
NATURES = ("person", "body", "description")
GENDERS = ("male", "female")
UNKNOWN, FAR = -1.0, 20.0
# Whom the last sentences mention, and who speaks most, are candidates too: 95 % of the corpus' sentences then have
# the right one, 92 % without.
_BACK, _FREQUENT = 3, 3
_REACH, _AHEAD = 12, 6
_LETTERS = re.compile(r"[a-z]+")
_FIRST_PERSON = word_set("i we my our me us")

SENTENCE_VALUES = (
    *("genre", "quoted", "opens_quoted", "ends_quoted", "length", "index", "place", "same_paragraph_before"),
    *("same_paragraph_after", "reports", "has_rule", "has_before", "has_after", "since_voice", "quoted_before"),
    *(
        "quoted_after",
        "question",
        "first_person",
        "mentions",
        "best_form",
        "best_class",
        "best_rank",
        "best_depth",
    ),
    *("own_voice", "digits", "he", "she", "they"),
)
CANDIDATE_VALUES = (
    *("nobody", "is_rule", "is_before", "is_after", "is_last", "next_source", "previous_source", "is_topic"),
    *("reports_here", "named_by_parse", "best_here", "rank", "depth", "inside", "form", "class", "voiced", "kind"),
    *("content", "cue_place", "source_place", "mention_place", "is_own", "nature", "plural", "drafts", "roles"),
    *("person_noun", "body_noun", "party", "in_headline", "name_words", "gender", "since_mention", "since_speech"),
    *("until_speech", "share", "paragraph"),
)
VALUES = SENTENCE_VALUES + CANDIDATE_VALUES

Rows = Sequence[tuple[float, ...]] | np.ndarray
"""The values of a sentence's candidates."""


@dataclass(frozen=True)
class Candidate:
    """Somebody, or nobody (None), with the numbers for it in the order of ``VALUES``."""

    entity: Entity | None
    values: tuple[float, ...]


def matrix(values: Sequence[Rows], texts: Sequence[str], words: Mapping[str, int]) -> np.ndarray:
    """Rows for a ranker, (candidates of all sentences, len(VALUES) + len(words)) in float32: for each sentence the
    values of its candidates, and whether its text holds each of ``words``, a word's number being its column. What
    a sentence is about tells whether anybody's position is reported."""
    rows = np.zeros((sum(map(len, values)), len(VALUES) + len(words)), dtype=np.float32)
    start = 0
    for own, text in zip(values, texts, strict=True):
        stop = start + len(own)
        rows[start:stop, : len(VALUES)] = own
        rows[start:stop, [len(VALUES) + words[word] for word in words_of(text) if word in words]] = 1
        start = stop
    return rows


def words_of(text: str) -> frozenset[str]:
    """The words of a sentence in lower case, letters alone."""
    return frozenset(_LETTERS.findall(text.lower()))


def candidates(
    article: Article, sentences: Sequence[Sentence], reading: Reading, lexicon: Lexicon
) -> list[list[Candidate]]:
    """The candidates of each sentence, nobody the last of them. Linear in the length of the article."""
    seen = _Seen(article, sentences, reading, lexicon)
    return [list(seen.of(index)) for index in range(len(sentences))]


def _code(value: str, classes: Sequence[str]) -> float:
    return float(classes.index(value)) if value in classes else UNKNOWN


class _Seen:
    """The article's reading, arranged so that each look-up takes constant time."""

    def __init__(
        self, article: Article, sentences: Sequence[Sentence], reading: Reading, lexicon: Lexicon
    ) -> None:
        self.sentences = sentences
        self.reading = reading
        self.lexicon = lexicon
        self.genre = _code(article.genre.lower(), GENRES)
        self.headline = article.headline.lower()
        numbers = reading.assigned
        self.given = [None if number is None else reading.drafts[number].entity for number in numbers]
        self.drafts = Counter(id(draft.entity) for draft in reading.drafts)
        self.own = {id(entity) for entity in reading.own}
        self.first_sources = [
            next((one.entity for one in evidence.sources if one.entity is not None), None)
            for evidence in reading.evidence
        ]
        self.standing: dict[int, tuple[float, ...]] = {}
        self.spoken: dict[int, list[int]] = {}
        for index, entity in enumerate(self.given):
            if entity is not None:
                self.spoken.setdefault(id(entity), []).append(index)
        self.places: dict[int, list[int]] = {}
        for index, evidence in enumerate(reading.evidence):
            seen = {id(entity) for entity, _ in evidence.mentioned} | {id(one.entity) for one in evidence.sources}
            for entity in seen:
                self.places.setdefault(entity, []).append(index)

    @cached_property
    def frequent(self) -> tuple[Entity, ...]:
        """Who makes the most attributions of the article."""
        by_id = {id(draft.entity): draft.entity for draft in self.reading.drafts}
        return tuple(
            entity for number, _ in self.drafts.most_common(_FREQUENT) if (entity := by_id.get(number)) is not None
        )

    def of(self, index: int) -> Iterator[Candidate]:
        """The candidates of one sentence."""
        evidence, last = self._evidence(index), self._last(index)
        common = self._sentence_values(index, last[1])
        related = (
            self._given(index),
            self._given(index - 1),
            self._given(index + 1),
            last[0],
            self._source(index + 1),
            self._source(index - 1),
            evidence.topic,
        )
        mentioned = [id(entity) for entity, _ in evidence.mentioned]
        for entity in self._entities(index, last[0]):
            relations = [float(entity is one) for one in related]
            values = (*common, 0.0, *relations, *self._values(index, entity, mentioned))
            yield Candidate(entity, values)
        yield Candidate(None, common + self._nobody(index))

    def _evidence(self, index: int) -> Evidence:
        return self.reading.evidence[index] if 0 <= index < len(self.sentences) else Evidence()

    def _given(self, index: int) -> Entity | None:
        return self.given[index] if 0 <= index < len(self.given) else None

    def _last(self, index: int) -> tuple[Entity | None, int]:
        """Who spoke last before a sentence, and how many sentences ago."""
        for back in range(1, 6):
            if (entity := self._given(index - back)) is not None:
                return entity, back
        return None, 9

    def _source(self, index: int) -> Entity | None:
        return self.first_sources[index] if 0 <= index < len(self.sentences) else None

    def _entities(self, index: int, last: Entity | None) -> list[Entity]:
        found: dict[int, Entity] = {}
        for one in self._proposed(index, self._evidence(index), last):
            if one is not None:
                found.setdefault(id(one), one)
        return list(found.values())

    def _proposed(self, index: int, evidence: Evidence, last: Entity | None) -> Iterator[Entity | None]:
        for source in evidence.sources:
            yield source.entity
            yield source.other
        yield self._given(index)
        yield from (entity for entity, _ in evidence.mentioned)
        yield from (self._given(index - 1), last, self._given(index + 1), self._source(index + 1))
        yield evidence.topic
        yield from self.reading.own[:_FREQUENT]  # a page of letters has a voice for each
        for back in range(1, _BACK + 1):
            earlier = self._evidence(index - back)
            yield from (entity for entity, _ in earlier.mentioned if entity.kind != "description")
            yield from (source.entity for source in earlier.sources)
        yield from self.frequent

    def _sentence_values(self, index: int, since_voice: int) -> tuple[float, ...]:
        sentence, evidence = self.sentences[index], self._evidence(index)
        text = sentence.text
        words = words_of(text)  # whatever marks stand beside them
        best = evidence.sources[0] if evidence.sources else None
        after = self.sentences[index + 1] if index + 1 < len(self.sentences) else None
        return (
            self.genre,
            evidence.quoted,
            float(text[0] in "“\"‘'"),
            float(text[-1] in "”\"’'"),
            log1p(len(text)),
            log1p(index),
            index / len(self.sentences),
            float(index > 0 and self.sentences[index - 1].paragraph == sentence.paragraph),
            float(after is not None and after.paragraph == sentence.paragraph),
            float(len(evidence.sources)),
            float(self._given(index) is not None),
            float(self._given(index - 1) is not None),
            float(self._given(index + 1) is not None),
            float(since_voice),
            self._evidence(index - 1).quoted if index else UNKNOWN,
            self._evidence(index + 1).quoted if after is not None else UNKNOWN,
            float("?" in text),
            float(bool(words & _FIRST_PERSON)),
            float(len(evidence.mentioned)),
            _code(best.form, FORMS) if best else UNKNOWN,
            _code(best.cue_class, CLASSES) if best else UNKNOWN,
            float(best.rank) if best else -2.0,
            float(best.depth) if best else -2.0,
            float(bool(self.own)),
            float(any(map(str.isdigit, text))),
            float(bool(words & {"he", "his", "him"})),
            float(bool(words & {"she", "her"})),
            float(bool(words & {"they", "their"})),
        )

    def _nobody(self, index: int) -> tuple[float, ...]:
        flags = (1.0, float(self._given(index) is None))
        return flags + (UNKNOWN,) * (len(CANDIDATE_VALUES) - len(flags))

    def _values(self, index: int, entity: Entity, mentioned: Sequence[int]) -> tuple[float, ...]:
        number = id(entity)
        return (
            *self._report_values(index, entity),
            float(mentioned.index(number)) if number in mentioned else -1.0,
            *self._standing(entity),
            self._since_mention(index, number),
            *self._speech_values(index, number),
        )

    def _report_values(self, index: int, entity: Entity) -> tuple[float, ...]:
        """What the sentence's reports say for an entity."""
        found = self._evidence(index).sources
        here: Source | None = next((one for one in found if one.entity is entity), None)
        parsed = next((one for one in found if one.other is entity), None)
        report = here or parsed
        flags = (float(here is not None), float(parsed is not None), float(here is not None and here is found[0]))
        if report is None:
            return (*flags, -2.0, -2.0, *((UNKNOWN,) * 8))
        sentence = self.sentences[index]
        size = max(1, sentence.end - sentence.start)
        return (
            *flags,
            float(report.rank),
            float(report.depth),
            float(report.inside),
            _code(report.form, FORMS),
            _code(report.cue_class, CLASSES),
            float(report.voiced),
            _code(report.kind, KINDS),
            sum(span.end - span.start for span in report.content) / size,
            (report.cue.start - sentence.start) / size,
            (report.source.start - sentence.start) / size if report.source else UNKNOWN,
        )

    def _standing(self, entity: Entity) -> tuple[float, ...]:
        """What holds for an entity in every sentence."""
        if (known := self.standing.get(id(entity))) is not None:
            return known
        name = entity.name.split()
        last_word = name[-1].lower() if name else ""
        found = (
            float(id(entity) in self.own),
            _code(entity.kind, NATURES),
            float(entity.plural),
            float(self.drafts[id(entity)]),
            float(len(entity.roles)),
            float(entity.head in self.lexicon.people),
            float(entity.head in self.lexicon.bodies),
            float(entity.name.lower() in self.lexicon.parties),
            float(bool(last_word) and last_word in self.headline),
            float(min(FAR, len(name))),
            _code(entity.gender, GENDERS),
        )
        return self.standing.setdefault(id(entity), found)

    def _since_mention(self, index: int, entity: int) -> float:
        """Sentences since the entity was last mentioned or reported, this one included."""
        places = self.places.get(entity, ())
        at = bisect_right(places, index) - 1
        back = index - places[at] if at >= 0 else _REACH
        return float(back) if back < _REACH else FAR

    def _speech_values(self, index: int, entity: int) -> tuple[float, ...]:
        """How far back and ahead the entity was given a sentence, its share of them all, and whether it was given
        one nearby in this paragraph."""
        spoken = self.spoken.get(entity)
        if spoken is None:
            return FAR, FAR, 0.0, 0.0
        before, after = bisect_left(spoken, index), bisect_right(spoken, index)
        since = index - spoken[before - 1] if before else _REACH
        until = spoken[after] - index if after < len(spoken) else _AHEAD
        near = spoken[bisect_left(spoken, index - 4, 0, before) : before]
        near += spoken[after : bisect_right(spoken, index + 4, after)]
        paragraph = self.sentences[index].paragraph
        return (
            float(since) if since < _REACH else FAR,
            float(until) if until < _AHEAD else FAR,
            len(spoken) / len(self.sentences),
            float(any(self.sentences[other].paragraph == paragraph for other in near)),
        )
