"""A title and a given name alone: joined to the public figure whose surname the article prints, and to nobody
else."""

import pytest

from pipeline.text.actors import ActorTable
from pipeline.text.entities import Entity
from pipeline.text.knights import join_knights

ACTORS = """
known_until: 2030-01-01
politicians: {Labour: [Bo Marsh, Ada Quill]}
party_changes: {}
figures: {}
parties: {}
collectives: []
organisations: {}
voices: []
offices: {}
"""
GOVERNMENTS = "- {government: Labour, from: 2010-01-01, parties: [Labour]}\n"


@pytest.fixture
def actors(tmp_path) -> ActorTable:
    (tmp_path / "actors.yaml").write_text(ACTORS, encoding="utf-8")
    (tmp_path / "governments.yaml").write_text(GOVERNMENTS, encoding="utf-8")
    return ActorTable.load(tmp_path)


def person(name: str, title: str = "", *roles: str) -> Entity:
    return Entity("person", name, title=title, roles=list(roles))


def test_a_title_and_a_given_name_are_the_figure_whose_surname_is_printed(actors):
    knight, other = person("Sir Bo", "sir", "the leader"), person("Marsh", "", "Tarn MP")
    join_knights([other, knight], actors)
    assert knight.name == "Marsh"
    assert knight.roles == ["the leader", "Tarn MP"]
    assert other.roles == ["Tarn MP"]


def test_the_longer_name_is_taken(actors):
    knight = person("Sir Bo", "sir")
    join_knights([knight, person("Bo Marsh")], actors)
    assert knight.name == "Bo Marsh"


@pytest.mark.parametrize(
    "entities",
    [
        [person("Sir Bo", "sir")],
        [person("Sir Bo", "sir"), person("Quill")],
        [person("Sir Cy", "sir"), person("Marsh")],
        [person("Ms Bo", "ms"), person("Marsh")],
        [person("Sir Bo Fenn", "sir"), person("Marsh")],
        [Entity("body", "Bo", title="sir"), person("Marsh")],
    ],
)
def test_nobody_else_is_joined(actors, entities):
    names = [entity.name for entity in entities]
    join_knights(entities, actors)
    assert [entity.name for entity in entities] == names
