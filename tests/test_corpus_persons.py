"""Which speakers are named persons."""

import pytest

from pipeline.corpus.persons import named_persons, person_key
from pipeline.records import Actor, Voice


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ottilie Brandreth", "ottilie brandreth"),
        ("Dame Ottilie Brandreth MP", "ottilie brandreth"),
        ("Rt Rev Josiah Penn-Wold", "josiah penn-wold"),
        ("Professor Sir Emlyn ap Rhydderch", "emlyn ap rhydderch"),
        ("Karim al-Sabbagh", "karim al-sabbagh"),
        ("Det Supt Wilma O’Fee", "wilma o’fee"),
        ("Lord Tranmere", "lord tranmere"),
        ("Baroness Tillot of Wye", "baroness tillot"),
        ("Baroness Ama Tillot", "ama tillot"),
        ("Mrs Justice Oakes", "justice oakes"),
        ("D. Pinder", "d pinder"),
    ],
)
def test_full_names_are_keys_without_titles(name: str, key: str):
    assert person_key(name) == key


@pytest.mark.parametrize(
    "name",
    [
        "Home Office",
        "Downing Street",
        "Reform UK",
        "Reform councillor",
        "Green Party",
        "Welsh Labour",
        "Labour MPs",
        "Lib Dem MPs",
        "Prime Minister",
        "Home Secretary",
        "Madam Deputy Speaker",
        "Director General",
        "Bishop of Hexwold",
        "National Audit Office",
        "Quayside Refugee Network",
        "The Courier",
        "voters",
        "senior Home Office source",
        "ally of Ottilie Brandreth",
        "Pete, a shop steward",
        "Denise",
        "Mr Hallow",
        "Dr Hallow",
        "",
        "-",
    ],
)
def test_offices_groups_bodies_and_half_names_are_none(name: str):
    assert person_key(name) == ""


def test_full_names_among_the_forms_count():
    actor = Actor(Voice("Home Secretary", "Labour", "minister"), ("Ottilie Brandreth", "Brandreth", "she"))
    assert named_persons(actor) == {"ottilie brandreth"}


def test_a_hostile_name_is_read_in_linear_time():
    assert person_key("a-" * 2_000_000) == ""
    assert person_key("Lord " * 500_000) == ""
