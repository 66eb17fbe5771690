"""From a reading of an article to the facts of each of its speakers, the rules' proposal among them."""

from collections.abc import Iterator

from pipeline.labels import NONE
from pipeline.records import AUTHOR
from pipeline.text.actors import ActorTable
from pipeline.text.affiliation import UNKNOWN, Affiliation, affiliate
from pipeline.text.entities import Entity
from pipeline.text.entity_facts import EntityFacts, Setting, entity_facts
from pipeline.text.lexicon import Lexicon
from pipeline.text.speakers import Reading

# What an author is of whom the text says nothing: columnists write opinion pieces, readers write letters.
_WRITERS = {"letter": Affiliation(NONE, "public")} | dict.fromkeys(
    ("", "opinion", "editorial"), Affiliation(NONE, "media")
)


def reading_facts(
    reading: Reading, setting: Setting, lexicon: Lexicon, actors: ActorTable, *, everybody: bool = False
) -> Iterator[tuple[Entity, EntityFacts]]:
    """Each entity that speaks, in the order in which they begin; with ``everybody`` then also those that are only
    mentioned, for a model to learn from."""
    numbers: dict[int, list[int]] = {}
    for number, draft in enumerate(reading.drafts):
        if draft.entity is not None:
            numbers.setdefault(id(draft.entity), []).append(number)
    said: dict[int, list[int]] = {}
    for index, number in enumerate(reading.assigned):
        if number is not None:
            said.setdefault(id(reading.drafts[number].entity), []).append(index)
    own = {id(entity) for entity in reading.own}
    speaking = {id(draft.entity): draft.entity for draft in reading.drafts if draft.entity is not None}
    silent = [entity for entity in reading.roster.entities if id(entity) not in speaking] if everybody else []
    for order, entity in enumerate([*speaking.values(), *silent]):
        drafts = [reading.drafts[number] for number in numbers.get(id(entity), ())]
        yield (
            entity,
            entity_facts(
                setting,
                entity,
                propose(entity, id(entity) in own, setting, lexicon),
                lexicon,
                sources=[draft.source for draft in drafts],
                cues=[draft.cue for draft in drafts],
                said=said.get(id(entity), ()),
                own=id(entity) in own,
                known=_known(entity, setting, actors),
                first=order == 0,
            ),
        )


def propose(entity: Entity, own: bool, setting: Setting, lexicon: Lexicon) -> Affiliation:
    """What the rules say: a mouthpiece without party has its owner's, an unknown author its genre's."""
    government, genre = setting.government, setting.article.genre
    found = affiliate(entity.name, entity.roles, entity.kind, government, lexicon)
    owner = entity.owner
    if owner is not None and not found.party and entity.head in lexicon.senses.mouthpieces:
        found = affiliate(owner.name, owner.roles, owner.kind, government, lexicon)
    if own and (entity.name == AUTHOR or not found.kind):
        found = _WRITERS.get(genre, UNKNOWN)
    return found


def _known(entity: Entity, setting: Setting, actors: ActorTable) -> Affiliation:
    voice = actors.lookup(entity.name, setting.article.date, setting.government)
    return Affiliation(voice.party, voice.kind) if voice else UNKNOWN
