"""The table of real public actors: its facts hang together, and names are found on the right day."""

import datetime as dt
from collections import Counter
from itertools import pairwise

import pytest

from pipeline import CONFIGS
from pipeline.labels import codebook
from pipeline.records import Voice
from pipeline.text.actor_files import ActorError
from pipeline.text.actors import ActorTable

DAY = dt.date.fromisoformat

SMALL = """
known_until: 2030-01-01
politicians:
  Labour: [Ada Quill | Lady Quill of Tarn; Quill, Bo Marsh]
  Green: [Cy Fenn]
party_changes:
  Bo Marsh: {2012: Independent, 2014-03: Green}
figures:
  civil_society: [Dee Holm | bishop of Tarn]
parties:
  Labour: [Labour Party | Labour]
collectives: [MPs]
organisations:
  minister: [Tarn Office, ministers]
  expert: [Crag]
voices: [spokesman]
offices:
  minister:
    tarn secretary | secretary for tarn: {2011-05-01: Ada Quill, 2013: Bo Marsh, 2015-06: }
  by party:
    shadow tarn secretary: {2011: Cy Fenn}
"""
GOVERNMENTS = """
- {government: Labour, from: 2010-01-01, parties: [Labour]}
- {government: Coalition, from: 2020-01-01, parties: [Conservative, Green]}
"""


@pytest.fixture(scope="module")
def real() -> ActorTable:
    return ActorTable.load(CONFIGS)


def load(folder, actors=SMALL, governments=GOVERNMENTS) -> ActorTable:
    (folder / "actors.yaml").write_text(actors, encoding="utf-8")
    (folder / "governments.yaml").write_text(governments, encoding="utf-8")
    return ActorTable.load(folder)


@pytest.fixture
def small(tmp_path) -> ActorTable:
    return load(tmp_path)


# Facts of the project's own tables


def test_there_are_enough_actors_of_each_type(real):
    count = Counter(actor.type for actor in real.actors)
    assert count["politician"] >= 400
    assert count["figure"] >= 150
    assert count["organisation"] >= 250
    assert count["party"] >= 20


def test_parties_and_kinds_are_those_of_the_codebook(real):
    for actor in real.actors:
        assert set(actor.party.values) <= set(codebook().parties), actor.name
        assert {actor.kind, *(post.kind for post in actor.posts)} <= {"", *codebook().kinds}, actor.name


def test_names_are_unique(real):
    assert [name for name, count in Counter(actor.name for actor in real.actors).items() if count > 1] == []


def test_governments_follow_each_other(real):
    assert [g.name for g in real.governments] == ["Labour", "Coalition", "Conservative", "Labour"]
    assert all(before.start < after.start for before, after in pairwise(real.governments))


def test_ministers_belong_to_a_party_of_the_government(real):
    strays = [
        (actor.name, post.start)
        for actor in real.actors
        for post in actor.posts
        if post.kind == "minister"
        and real.lookup(actor.name, post.start).party not in real.governing_parties(real.government(post.start))
    ]
    assert strays == []


@pytest.mark.parametrize(
    ("office", "party"), [("labour leader", "Labour"), ("conservative leader", "Conservative")]
)
def test_party_leaders_belong_to_their_party(real, office, party):
    succession = real.offices[office]
    for start, holder in zip(succession.starts, succession.values, strict=True):
        assert not holder or real.lookup(holder, start).party == party


def test_shadows_are_in_opposition(real):
    shadows = [office for office in real.offices if office.startswith("shadow") or office == "opposition leader"]
    assert len(shadows) >= 7
    for office in shadows:
        succession = real.offices[office]
        for start, holder in zip(succession.starts, succession.values, strict=True):
            assert not holder or real.lookup(holder, start).kind == "opposition", (office, start)


@pytest.mark.parametrize("office", ["prime minister", "home secretary", "chancellor", "foreign secretary"])
def test_great_offices_are_held_by_one_at_a_time(real, office):
    starts = real.offices[office].starts
    assert all(before < after for before, after in pairwise(starts))
    assert real.office_holder(office, DAY("1997-05-06"))


@pytest.mark.parametrize(
    ("office", "day", "holder"),
    [
        ("home secretary", "1999-01-01", "Jack Straw"),
        ("home secretary", "2003-02-01", "David Blunkett"),
        ("Home Secretary", "2012-10-01", "Theresa May"),
        ("home secretary", "2018-04-29", "Amber Rudd"),
        ("home secretary", "2022-10-24", "Grant Shapps"),
        ("home secretary", "2022-10-25", "Suella Braverman"),
        ("the Home Secretary", "2025-11-17", "Shabana Mahmood"),
        ("prime minister", "2022-10-01", "Liz Truss"),
        ("foreign secretary", "2024-01-10", "David Cameron"),
        ("chancellor of the exchequer", "2008-09-15", "Alistair Darling"),
        ("immigration minister", "2023-03-07", "Robert Jenrick"),
        ("minister for border security and asylum", "2025-12-01", "Alex Norris"),
        ("shadow home secretary", "2014-06-01", "Yvette Cooper"),
        ("shadow home secretary", "2025-06-01", "Chris Philp"),
        ("shadow justice secretary", "2026-01-16", "Nick Timothy"),
        ("leader of the opposition", "2002-01-01", "Iain Duncan Smith"),
        ("lib dem home affairs spokesman", "2008-05-01", "Chris Huhne"),
        ("prime minister", "1996-01-01", None),
        ("deputy prime minister", "2018-01-01", None),
        ("keeper of the moats", "2018-01-01", None),
    ],
)
def test_office_holders(real, office, day, holder):
    assert real.office_holder(office, DAY(day)) == holder


@pytest.mark.parametrize(
    ("day", "government"),
    [
        ("1997-05-01", ""),
        ("1997-05-02", "Labour"),
        ("2010-05-12", "Coalition"),
        ("2015-05-07", "Coalition"),
        ("2015-05-08", "Conservative"),
        ("2024-07-04", "Conservative"),
        ("2024-07-05", "Labour"),
    ],
)
def test_government_of_the_day(real, day, government):
    assert real.government(DAY(day)) == government


@pytest.mark.parametrize(
    ("name", "day", "party", "kind"),
    [
        ("Sir Keir Starmer", "2023-01-01", "Labour", "opposition"),
        ("Keir Starmer", "2025-01-01", "Labour", "minister"),
        ("Suella Braverman", "2023-03-07", "Conservative", "minister"),
        ("Suella Braverman", "2024-02-01", "Conservative", "governing"),
        ("Suella Braverman", "2026-01-25", "Conservative", "opposition"),
        ("Suella Braverman", "2026-01-26", "Reform UK", "opposition"),
        ("Robert Jenrick", "2026-01-14", "Conservative", "opposition"),
        ("Robert Jenrick", "2026-02-01", "Reform UK", "opposition"),
        ("Lee Anderson", "2023-08-08", "Conservative", "governing"),
        ("Lee Anderson", "2024-03-01", "Independent", "opposition"),
        ("Lee Anderson", "2024-03-11", "Reform UK", "opposition"),
        ("Nigel Farage", "2014-05-01", "other", "opposition"),
        ("Nick Clegg", "2013-01-01", "Liberal Democrat", "minister"),
        ("Tim Farron", "2013-01-01", "Liberal Democrat", "governing"),
        ("Jeremy Corbyn", "2025-11-01", "Your Party", "opposition"),
        ("Lord Dubs", "2025-11-01", "Labour", "governing"),
        ("First Minister", "2025-11-01", None, None),
        ("UKIP", "2014-05-01", "other", "opposition"),
        ("the Brexit Party", "2019-05-01", "Reform UK", "opposition"),
        ("Sinn Fein", "2019-05-01", "Sinn Féin", "opposition"),
        ("Tory backbenchers", "2022-11-01", "Conservative", "governing"),
        ("Home Office", "2012-01-01", "Conservative", "minister"),
        ("a Home Office spokesperson", "2025-01-01", "Labour", "minister"),
        ("Refugee Council", "2025-01-01", "none", "civil_society"),
        ("UNHCR", "2025-01-01", "none", "foreign"),
        ("the Migration Observatory", "2025-01-01", "none", "expert"),
        ("the Supreme Court", "2023-11-15", "none", "official"),
        ("The Guardian", "2025-01-01", "none", "media"),
    ],
)
def test_who_is_what_on_a_day(real, name, day, party, kind):
    voice = real.lookup(name, DAY(day))
    assert (voice.party, voice.kind) == (party, kind) if party else voice is None


# Behaviour, on invented people


@pytest.mark.parametrize(
    "name", ["Ada Quill", "Dame Ada Quill", "Rt. Hon. Ada Quill KC MP", "the Ada  Quill", "ÁDA QUILL", "Ms Quill"]
)
def test_titles_honours_accents_and_spaces_do_not_matter(small, name):
    assert small.lookup(name, DAY("2016-01-01")) == Voice("Ada Quill", "Labour", "governing")


def test_a_peerage_of_one_name_is_not_the_commoner(small):
    assert small.lookup("Lady Quill", None) is None
    assert small.lookup("Lady Quill of Tarn", None).speaker == "Ada Quill"
    assert small.lookup("Lady Ada Quill", None).speaker == "Ada Quill"


def test_small_letters_match_no_proper_name(small):
    assert small.lookup("the crag", None) is None
    assert small.lookup("the Crag", None).kind == "expert"
    assert small.lookup("ministers", None).kind == "minister"


@pytest.mark.parametrize("name", ["", "  ", "the", "Mr", "Nobody Known", "Quill Ada"])
def test_unknown_names_are_none(small, name):
    assert small.lookup(name, None) is None


def test_dates_of_year_and_month_mean_their_first_day(small):
    parties = [small.lookup("Bo Marsh", DAY(day)).party for day in ("2011-12-31", "2012-01-01", "2014-03-01")]
    assert parties == ["Labour", "Independent", "Green"]


def test_an_office_gives_its_kind_from_its_first_day_until_the_next(small):
    kinds = [
        small.lookup("Ada Quill", DAY(day)).kind
        for day in ("2011-04-30", "2011-05-01", "2012-12-31", "2013-01-01")
    ]
    assert kinds == ["governing", "minister", "minister", "governing"]
    assert small.office_holder("secretary for Tarn", DAY("2016-01-01")) is None


def test_no_office_outlives_its_partys_government(small):
    assert small.lookup("Ada Quill", DAY("2011-06-01"), "Labour").kind == "minister"
    assert small.lookup("Ada Quill", DAY("2011-06-01"), "Coalition").kind == "opposition"


def test_an_office_by_party_gives_no_kind(small):
    assert small.lookup("Cy Fenn", DAY("2012-01-01")).kind == "opposition"


def test_without_a_date_the_last_known_day_counts(small):
    assert small.lookup("Cy Fenn", None) == Voice("Cy Fenn", "Green", "governing")


def test_without_a_date_a_fallen_government_counts_on_its_last_day(small):
    assert small.lookup("Cy Fenn", None, "Labour").kind == "opposition"
    assert small.lookup("Tarn Office", None, "Labour").party == "Labour"


def test_a_given_government_decides_who_governs(small):
    assert small.lookup("Ada Quill", DAY("2016-01-01"), "Coalition").kind == "opposition"


def test_before_the_first_government_the_kind_of_politicians_is_unknown(small):
    assert small.lookup("Ada Quill", DAY("2001-01-01")) == Voice("Ada Quill", "Labour", "")
    assert small.lookup("Dee Holm", DAY("2001-01-01")).kind == "civil_society"


def test_described_sources_keep_their_description(small):
    assert small.lookup("Labour MPs", DAY("2016-01-01")) == Voice("Labour MPs", "Labour", "governing")
    assert small.lookup("a spokesman for the Tarn Office", DAY("2016-01-01")).kind == "minister"


def test_a_very_long_name_is_read(small):
    assert small.lookup("Lord " * 400_000, None) is None  # a quadratic reading would not come to an end


# Errors


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Green: [Cy Fenn]", "Grene: [Cy Fenn]", "unknown party 'Grene'"),
        ("expert: [Crag]", "wizard: [Crag]", "unknown kind 'wizard'"),
        ("2011-05-01: Ada Quill", "2011-05-01: Ada Quil", "Ada Quil is not listed"),
        ("2014-03: Green", "2014-03: Grene", "party_changes, Bo Marsh: unknown party"),
        ("2013: Bo Marsh", "2010: Bo Marsh", "offices, tarn secretary: 2010-01-01 stands after 2011-05-01"),
        ("2013: Bo Marsh", "2013-13: Bo Marsh", "'2013-13' is no day"),
        ("[Cy Fenn]", "[Cy Fenn | Quill]", "the form 'Quill' already means Ada Quill"),
        ("Bo Marsh: {", "Bo Marsh: {2012: Green, ", "2012 is given twice"),
        ("shadow tarn secretary", "tarn secretary", "'tarn secretary' already names an office"),
        ("voices: [spokesman]", "voces: [spokesman]", "expected exactly the sections"),
        ("known_until: 2030-01-01", "known_until: [", "not YAML"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path, old, new, message):
    assert old in SMALL
    with pytest.raises(ActorError, match=r"^actors\.yaml") as error:
        load(tmp_path, actors=SMALL.replace(old, new))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("government: Coalition", "government: Junta", "entry 2: unknown government 'Junta'"),
        ("Conservative, Green", "Conservative, Grene", "entry 2: unknown party"),
        ("2020-01-01", "2009-01-01", "put the days in order"),
        ("from: 2020-01-01, ", "", "entry 2: expected"),
    ],
)
def test_a_wrong_government_is_named(tmp_path, old, new, message):
    with pytest.raises(ActorError, match=r"^governments\.yaml") as error:
        load(tmp_path, governments=GOVERNMENTS.replace(old, new))
    assert message in str(error.value)


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(ActorError, match=r"governments\.yaml: no such file"):
        ActorTable.load(tmp_path)
