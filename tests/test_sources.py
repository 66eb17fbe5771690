"""The reports of one sentence with their entities: the order of words and the parse merged."""

import pytest

from pipeline import CONFIGS
from pipeline.records import Span
from pipeline.text.clauses import clauses
from pipeline.text.lexicon import load_lexicon
from pipeline.text.parses import parse
from pipeline.text.quotes import OutermostQuotations
from pipeline.text.roster import Roster
from pipeline.text.scanning import scan
from pipeline.text.sources import Source, sources
from pipeline.text.words import read_words

LEXICON = load_lexicon(CONFIGS / "reporting.yaml")


def read(text: str, *, parsing: bool = True, before: str = "", monologue: bool = False) -> list[Source]:
    """The reports of a text that is one sentence; ``before`` names people whom the article knows by then."""
    roster = Roster(LEXICON)
    for mention in scan(read_words(before, Span(0, len(before)), ()), LEXICON):
        entity = roster.resolve(mention)
        assert entity is not None
        roster.focus(entity)
    roster.sentence = 1
    whole = Span(0, len(text))
    quoted = OutermostQuotations(text).touching(whole)
    words = read_words(text, whole, quoted)
    parsed = clauses(parse(text, [whole])[0], quoted, LEXICON) if parsing else None
    return sources(text, words, quoted, parsed, roster, LEXICON, monologue)


def names(found: list[Source]) -> list[str]:
    """Who reports, in the order in which they are preferred."""
    return [one.entity.name if one.entity else "-" for one in found]


def contents(text: str, one: Source) -> list[str]:
    """What is reported, as text."""
    return [span.of(text) for span in one.content]


def test_a_report_found_twice_is_one() -> None:
    """The order of words ranks it, the parse says how deep it stands and what is reported."""
    text = "Ann Marsh said in March that the gate was shut."
    (one,) = read(text)
    assert (one.rank >= 0, one.depth) == (True, 0)
    assert one.source is not None
    assert (one.source.of(text), one.cue.of(text), contents(text, one)) == (
        "Ann Marsh",
        "said",
        ["that the gate was shut"],
    )
    assert one.other is one.entity


def test_without_a_parse_the_far_side_is_the_content() -> None:
    """The order of words alone takes all that stands behind or before the cue."""
    text = "Ann Marsh said in March that the gate was shut."
    (one,) = read(text, parsing=False)
    assert (one.depth, one.other) == (-1, None)
    assert contents(text, one) == ["in March that the gate was shut."]


def test_what_only_the_parse_finds_comes_last() -> None:
    """A passive with its agent has no subject that speaks; it ranks behind whatever the order of words tells."""
    text = "The bill was described by the bishop as cruel, and Ann Marsh said that it was late."
    found = read(text)
    assert names(found) == ["Ann Marsh", "bishop"]
    assert [one.rank >= 0 for one in found] == [True, False]
    assert contents(text, found[1])[0] == "The bill"
    assert names(read(text, parsing=False)) == ["Ann Marsh"]


def test_hearsay_has_no_entity() -> None:
    """What "is understood" is reported, by nobody whom the article names."""
    text = "The minister is understood to be furious."
    one = next(one for one in read(text) if one.base == "understand")
    assert (one.entity, one.source) == (None, None)
    assert contents(text, one) == ["The minister", "to be furious"]


def test_a_report_inside_another_has_no_content_of_its_own() -> None:
    """The outer one is whose words the sentence reports."""
    text = "According to the council, ministers say that jobs will go."
    outer, inner = read(text)
    assert names([outer, inner]) == ["council", "ministers"]
    assert (outer.inside, inner.inside) == (False, True)
    assert contents(text, outer) == ["ministers say that jobs will go"]
    assert inner.content == ()


def test_a_clause_that_the_parse_does_not_know_reports_nothing() -> None:
    """A verb of a list in another sense keeps its source for the ranker and loses what it would report."""
    text = "The hall holds that record and the minister read the letter."
    assert all(one.content == () for one in read(text) if one.form == "clause")


APPOSITIONS = [
    "“The gate is shut,” said the spokeswoman, Fiona Marsh.",
    "The spokeswoman, Fiona Marsh, said that the gate was shut.",
    "The gate was shut, said the charity’s spokeswoman, Fiona Marsh.",
    "Fiona Marsh, the spokeswoman, said that the gate was shut.",
    "The plan was described by the spokeswoman, Fiona Marsh, as cruel.",
    pytest.param(
        "According to the spokeswoman, Fiona Marsh, the gate was shut.",
        marks=pytest.mark.xfail(strict=True, reason="the parse gives the name to the clause that is reported"),
    ),
]


@pytest.mark.parametrize("text", APPOSITIONS)
def test_a_description_with_a_name_is_the_person(text: str) -> None:
    """ "The spokeswoman, Fiona Marsh" is Fiona Marsh, and the description is kept as what she is."""
    entity = read(text)[0].entity
    assert entity is not None
    assert (entity.kind, entity.name) == ("person", "Fiona Marsh")


@pytest.mark.parametrize("text", APPOSITIONS[:3])
def test_the_description_becomes_a_role(text: str) -> None:
    """What the person is called helps to find party and kind."""
    entity = read(text)[0].entity
    assert entity is not None
    assert any("spokeswoman" in role for role in entity.roles)


@pytest.mark.parametrize(
    "text", ["I said that the gate was shut.", "We think that it is late.", "You say that it is."]
)
def test_first_and_second_person_are_no_sources(text: str) -> None:
    """Outside quotation marks they are the text's own voice."""
    assert [one.entity for one in read(text) if one.entity] == []


def test_possessive_ending_is_no_part_of_the_name() -> None:
    """ "The council's claim" is the council's."""
    found = read("Harbour Council's claim that the gate was shut was false.")
    assert names(found) == ["Harbour Council"]


def test_a_document_speaks_for_whoever_wrote_it() -> None:
    """ "Its report" is the body's of which the text has just spoken."""
    text = "The report found that few claims failed."
    assert names(read(text, before="Harbour Refugee Trust")) == ["Harbour Refugee Trust"]


def test_a_pronoun_is_resolved_in_both_ways_of_reading() -> None:
    """The parse names the same entity as the order of words."""
    (one,) = read("She said that the gate was shut.", before="Ann Marsh")
    assert one.entity is one.other
    assert names([one]) == ["Ann Marsh"]


def test_surnames_tell_people_apart() -> None:
    """Two sources in one sentence are two entities."""
    found = read("Ann Marsh said that it was late, but Peter Marsh said that it was not.")
    assert sorted(names(found)) == ["Ann Marsh", "Peter Marsh"]


KINDS = [
    ("“The gate is shut,” said Ann Marsh.", "direct"),
    ("Ann Marsh told MPs: “The gate is shut.”", "direct"),
    ("Ann Marsh said that the gate was “firmly shut” again.", "mixed"),
    ("Ann Marsh said that the gate was shut.", "indirect"),
]


@pytest.mark.parametrize("parsing", [True, False])
@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_both_ways_of_reading_agree_on_the_kind(text: str, kind: str, parsing: bool) -> None:
    """Direct, mixed or indirect, by the marks, with a parse and without."""
    assert read(text, parsing=parsing)[0].kind == kind


def test_a_text_of_one_voice_hands_the_word_over_by_quoting() -> None:
    """In an opinion piece a mere opinion of others is the author's telling; a quotation is theirs."""
    quoted = read("“The gate is shut,” said Ann Marsh.", monologue=True)
    assert [one.voiced for one in quoted] == [True]
    assert not any(one.voiced for one in read("Ministers want the gate shut.", monologue=True))
