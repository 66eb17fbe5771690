"""A title and a given name alone ("Sir Keir"), joined to the public figure whose surname the article prints."""

from collections.abc import Sequence

from pipeline.text.actor_files import plain
from pipeline.text.actors import ActorTable
from pipeline.text.entities import Entity

_BY_GIVEN_NAME = frozenset({"sir", "dame", "lady"})


def join_knights(entities: Sequence[Entity], actors: ActorTable) -> None:
    """Give entities that bear a title and a given name the name and roles of whom the table of actors knows so.

    Only a person of the table whose surname another entity of the article bears can be meant.
    """
    persons = {plain(entity.name).split()[-1]: entity for entity in entities if entity.kind == "person"}
    for entity in entities:
        words = plain(entity.name).split()
        if entity.kind != "person" or entity.title not in _BY_GIVEN_NAME or len(words) not in (1, 2):
            continue
        if len(words) == 2 and words[0] != entity.title:
            continue
        fitting = [persons[name] for name in actors.surnames(words[-1]) if name in persons]
        if len(fitting) == 1 and fitting[0] is not entity:
            entity.name = fitting[0].name
            entity.roles.extend(role for role in fitting[0].roles if role not in entity.roles)
