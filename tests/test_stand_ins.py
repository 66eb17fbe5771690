"""Stand-ins: persons lose their names, everything else keeps its own, and word i remains word i."""

import time

import pytest

from pipeline.learners.stand_ins import StandIns

OWN, RIVAL = "Marian Holloway", "Dean Pascoe"


def read(text, own=OWN, others=(RIVAL, "Labour MPs")):
    return StandIns([own, *others]).read(text, own)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("“No,” said Marian Holloway.", "“No,” said Alex Smith."),
        ("Ms Holloway told Mr Pascoe off.", "Ms Smith told Mr Jones off."),
        ("Holloway’s plan and Pascoe's reply", "Smith’s plan and Jones's reply"),
        ("the Holloways’ house", "the Holloways’ house"),
        ("a holloway in the woods", "a holloway in the woods"),
        ("Marian alone is nobody", "Marian alone is nobody"),
        ("Labour MPs and the Home Office", "Labour MPs and the Home Office"),
        ("Marian  Holloway", "Alex  Smith"),
        ("HOLLOWAY HITS BACK", "Smith HITS BACK"),
    ],
)
def test_names_become_stand_ins(text, wanted):
    assert read(text) == wanted


@pytest.mark.parametrize(
    "text", ["Ms Holloway, Mr Pascoe", "by Dean Pascoe and Marian Holloway’s aide", "", " \n"]
)
def test_every_word_keeps_its_place(text):
    assert len(read(text).split()) == len(text.split())


def test_what_somebody_is_called_changes_nothing():
    one = read("Pascoe, 61, hit at Holloway: “Cruel,” Dean Pascoe said.")
    other = StandIns(["Amina Yusuf", "Bao Nguyen"]).read(
        "Nguyen, 61, hit at Yusuf: “Cruel,” Bao Nguyen said.", "Amina Yusuf"
    )
    assert one == other


def test_two_who_share_a_surname_are_told_apart_by_given_names():
    text = "Iris Tarn said. Tarn said. Owen Tarn said."
    assert read(text, "Owen Tarn", ["Iris Tarn"]) == "Alex Jones said. Smith said. Alex Smith said."


def test_narration_names_others_alone():
    assert StandIns([OWN]).read("Holloway resigned.", "-") == "Jones resigned."


def test_titles_and_ranks_stay():
    assert read("Lord Tranmere and Sir Alan Mottram", "Lord Tranmere", ["Sir Alan Mottram"]) == (
        "Lord Smith and Sir Alex Jones"
    )


@pytest.mark.parametrize("name", ["Labour MPs", "one minister", "Home Office", "author"])
def test_the_names_of_others_than_persons_are_told(name):
    assert StandIns([]).speaker(name) == name


def test_persons_are_told_as_persons():
    assert StandIns([]).speaker(OWN) == StandIns([]).speaker("Lord Tranmere") == "Alex Smith"


@pytest.mark.parametrize("text", ["Holloway " * 20_000, "Marian " * 20_000, "x" * 200_000, "’s" * 100_000])
def test_long_texts_take_linear_time(text):
    """Ten times the text, a little more than ten times the time; a square would take a hundred."""
    stand_ins = StandIns([f"Marian Holloway{n}" for n in range(300)] + [OWN])
    times = []
    for size in (len(text) // 10, len(text)):
        start = time.process_time()
        stand_ins.read(text[:size], OWN)
        times.append(time.process_time() - start)
    assert times[1] < 40 * max(times[0], 0.002)
