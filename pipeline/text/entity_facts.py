"""What an article says of one of its speakers, gathered for the model that decides party and kind."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from pipeline.records import Article, Sentence, Span
from pipeline.text.affiliation import UNKNOWN, Affiliation, governing_parties, printed_party
from pipeline.text.entities import Entity, plain_word
from pipeline.text.lexicon import Lexicon
from pipeline.text.party_mentions import PartyFinder, PartyMention, standing

# A model looks at this many mentions of a speaker, so that time stays linear in long texts.
_MENTIONS = 8
_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][^\W\d_]+(?:[-’'][^\W\d_]+)*")


@dataclass(frozen=True)
class Setting:
    """One article as the ground on which its speakers stand; ``government`` is empty if unknown."""

    article: Article
    sentences: tuple[Sentence, ...]
    government: str
    parties: tuple[PartyMention, ...]
    headline_parties: tuple[PartyMention, ...]
    starts: tuple[int, ...] = field(repr=False)

    @classmethod
    def of(
        cls, article: Article, sentences: Sequence[Sentence], government: str, finder: PartyFinder
    ) -> "Setting":
        """The setting of an article; once an article, not once a speaker."""
        return cls(
            article,
            tuple(sentences),
            government,
            finder(article.text),
            finder(article.headline),
            tuple(sentence.start for sentence in sentences),
        )

    @cached_property
    def party_starts(self) -> list[int]:
        """Where the party mentions begin, for search."""
        return [mention.start for mention in self.parties]

    @cached_property
    def standing(self) -> dict[str, frozenset[str]]:
        """How each party stands in the whole text."""
        return standing(self.parties, self.headline_parties)

    @cached_property
    def names(self) -> dict[str, list[Span]]:
        """Capitalised word → its first places in the text."""
        places: dict[str, list[Span]] = {}
        for found in _NAME.finditer(self.article.text):
            word = plain_word(found.group())
            spans = places.setdefault(word, [])
            if len(spans) < _MENTIONS:
                spans.append(Span(found.start(), found.start() + len(word)))
        return places

    def sentence_at(self, offset: int) -> Span:
        """The sentence that holds a character; the empty span there if none does."""
        number = bisect_right(self.starts, offset) - 1
        if number < 0 or self.sentences[number].end <= offset:
            return Span(offset, offset)
        return self.sentences[number].span


@dataclass(frozen=True)
class EntityFacts:
    """What decides the party and kind of one speaker.

    ``name``, ``nature`` (the mention kind), ``head``, ``title``, ``plural`` and ``roles`` are the entity's;
    ``owner`` the name and roles of the person whom a mouthpiece speaks for. ``proposal`` is what the rules say.
    ``printed`` is the party that the text prints beside the name, ``given`` what the user says of the text's
    own voice (``own``), ``known`` what the table of public actors says; all empty where there is nothing.
    ``mentions`` are places of the name and of sources, in order; ``said`` the numbers of the sentences spoken.
    ``first``: no speaker comes before it.
    """

    setting: Setting
    name: str
    nature: str
    proposal: Affiliation
    head: str = ""
    title: str = ""
    plural: bool = False
    roles: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    printed: str = ""
    own: bool = False
    given: Affiliation = UNKNOWN
    known: Affiliation = UNKNOWN
    mentions: tuple[Span, ...] = ()
    cues: tuple[str, ...] = ()
    said: tuple[int, ...] = ()
    first: bool = False


def entity_facts(
    setting: Setting,
    entity: Entity,
    proposal: Affiliation,
    lexicon: Lexicon,
    *,
    sources: Sequence[Span | None] = (),
    cues: Sequence[Span | None] = (),
    said: Sequence[int] = (),
    own: bool = False,
    known: Affiliation = UNKNOWN,
    first: bool = False,
) -> EntityFacts:
    """Facts of an entity whose attributions have these sources and cues.

    A party printed beside the name counts only where the rules agree that it is the speaker's own: "Labour
    voters" speak for no party.
    """
    article, text = setting.article, setting.article.text
    printed = printed_party(entity.name, entity.roles, entity.kind, lexicon)
    return EntityFacts(
        setting=setting,
        name=entity.name,
        nature=entity.kind,
        proposal=proposal,
        head=entity.head.lower(),
        title=entity.title,
        plural=entity.plural,
        roles=tuple(entity.roles),
        owner=(entity.owner.name, *entity.owner.roles) if entity.owner else (),
        printed=printed if printed == proposal.party else "",
        own=own,
        given=Affiliation(article.party, article.kind) if own else UNKNOWN,
        known=known,
        mentions=_places(setting, entity, [source for source in sources if source]),
        cues=tuple(cue.of(text).lower() for cue in cues if cue),
        said=tuple(said),
        first=first,
    )


@lru_cache(maxsize=16)
def sides(government: str) -> Mapping[str, str]:
    """Party → its side under a government: ``lead`` or ``junior`` in it, ``rival`` the official opposition."""
    lead, *junior = governing_parties(government) or ("",)
    rival = {"Labour": "Conservative", "Conservative": "Labour"}.get(lead, "")
    found = {lead: "lead", rival: "rival"} | dict.fromkeys(junior, "junior")
    return {party: side for party, side in found.items() if party}


def _places(setting: Setting, entity: Entity, sources: Sequence[Span]) -> tuple[Span, ...]:
    """Where a person's last name stands, and the sources of what an entity says."""
    words = entity.name.split()
    named = setting.names.get(plain_word(words[-1]), []) if words and entity.kind == "person" else []
    return tuple(sorted({*named[:_MENTIONS], *sources[:_MENTIONS]})[:_MENTIONS])
