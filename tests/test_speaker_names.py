"""Whether two names mean one speaker."""

import pytest

from pipeline.records import Actor, Voice
from pipeline.text.speaker_names import plain_name, same_name, same_speaker

TULLY = Actor(Voice("Ann Tully", "Labour", "governing"), ("the Ashfield MP", "she"))


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("The Rt Hon Dame Ann Tully, KC", "ann tully"),
        ("Mr Justice Tully", "justice tully"),
        ("Prof. Ann Tully MP OBE", "ann tully"),
        ("Ann O’Tully", "ann o'tully"),
        ("a Home Office source", "home office source"),
        ("Another minister", "minister"),
        ("two ministers", "ministers"),
        ("200 lawyers", "lawyers"),
        ("1,200 lawyers", "lawyers"),
        ("The", "the"),
        ("Dr", "dr"),
        ("", ""),
    ],
)
def test_plain_name(name: str, plain: str) -> None:
    """Titles, articles and numbers before a name and honours behind it go, but never the last word."""
    assert plain_name(name) == plain


@pytest.mark.parametrize(
    "name",
    ["Ann Tully", "Ms Tully", "Tully", "Dame Ann Tully", "Ashfield MP", "ann tully MP", "A. Tully", "A Tully"],
)
def test_names_of_one_actor(name: str) -> None:
    """Titles, case and declared forms do not matter, nor initials for given names."""
    assert same_speaker(name, TULLY)


@pytest.mark.parametrize(
    "name",
    [
        *("Dean Pascoe", "Ann", "MPs", "author", "Trust", "", "D. Tully", "Dean Tully", "Ann Dean Tully"),
        *("tully", "Tully Trust", "Tullys", "Ann Tully’s spokesman"),
    ],
)
def test_names_of_others(name: str) -> None:
    """Another name is another speaker; so is another given name with the same surname."""
    assert not same_speaker(name, TULLY, "Ann Tully wrote.")


@pytest.mark.parametrize("name", ["Senator Tully", "Mayor Tully", "President Tully"])
def test_an_office_is_no_given_name(name: str) -> None:
    assert same_speaker(name, TULLY)


def test_a_voice_that_the_text_never_names_is_its_author() -> None:
    """Nobody can find a name that is not printed."""
    assert same_speaker("author", TULLY, "The plan is cruel.")
    assert not same_speaker("author", TULLY)
    assert same_speaker("author", Actor(TULLY.voice, ("I",)), "Ann Tully wrote.")
    paper = Actor(Voice("The Marlow Echo"), ("this newspaper",))
    assert same_speaker("this newspaper", paper, "The Marlow Echo says no.")


@pytest.mark.parametrize(
    ("predicted", "gold"),
    [
        *(("Green MPs", "Labour MPs"), ("Refugee Trust", "Harbour Trust"), ("Home Office", "Foreign Office")),
        ("Court", "High Court"),
    ],
)
def test_groups_share_no_surname(predicted: str, gold: str) -> None:
    """ "Labour MPs" and "Green MPs" end alike and differ, and the last word alone means neither."""
    assert not same_speaker(predicted, Actor(Voice(gold)))
    assert not same_speaker(gold.split()[-1], Actor(Voice(gold)))


def test_descriptions_have_no_surname() -> None:
    """What is printed small is no name: its last word means nobody in particular."""
    assert not same_speaker("Drivers", Actor(Voice("lorry drivers")))
    assert same_speaker("lorry drivers", Actor(Voice("Lorry drivers")))
    assert same_speaker("five lorry drivers", Actor(Voice("the lorry drivers")))


SAME = [
    ("Ann Tully", "Ann Tully"),
    ("Ms Tully", "Ann Tully"),
    ("A. J. Tully", "Anna Jane Tully"),
    ("Jane Tully", "Anna Jane Tully"),
    ("Senator Tully", "Ann Tully"),
    ("Senator Ann Tully", "Ann Tully"),
    ("de Souza", "Maria de Souza"),
    ("Ms Souza", "Maria de Souza"),
    ("van der Berg", "Jan van der Berg"),
    ("ann tully", "Dr Ann Tully"),
    ("home office source", "a Home Office source"),
]
OTHERS = [
    ("Dean Tully", "Ann Tully"),
    ("Dean Tully", "Anna Jane Tully"),
    ("D. Tully", "Ann Tully"),
    ("Senator Dean Tully", "Senator Ann Tully"),
    ("aides to Ann Tully", "Ann Tully"),
    ("Ann Tully’s spokesman", "Ann Tully"),
    ("friends of Tully", "Ann Tully"),
    ("lorry drivers", "coach drivers"),
    ("drivers", "lorry drivers"),
    ("Labour MPs", "Green MPs"),
    ("João de Souza", "Maria de Souza"),
    ("", "Ann Tully"),
    ("-", "Ann Tully"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same_name(one: str, other: str) -> None:
    """A longer and a shorter form of one person's name, whichever was predicted."""
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_names(one: str, other: str) -> None:
    """Given names that contradict, and whoever is only described by somebody's name."""
    assert not same_name(one, other)
    assert not same_name(other, one)


def test_a_name_of_a_megabyte_is_compared_once() -> None:
    """Hostile input may hold anything where a name stands."""
    long = "Mr " * 50_000 + "Tully"
    assert plain_name(long) == "tully"
