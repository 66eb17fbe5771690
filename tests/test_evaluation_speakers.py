"""Counts of right, wrong, missed and false speakers."""

import pytest

from pipeline.evaluation.speakers import SpeakerScores, speaker_scores
from pipeline.records import (
    Actor,
    Article,
    Attribution,
    Document,
    LabelledArticle,
    LabelledSentence,
    Labels,
    Sentence,
    Voice,
)
from pipeline.text.speaker_names import plain_name, same_speaker

NOTHING = Labels("none", "none", "none", "none")
CLAIM = Labels("opposes", "left", "claim", "policy")
TULLY = Actor(Voice("Ann Tully", "Labour", "governing"), ("the Ashfield MP", "she"))
TEXT = "One. Two. Three. Four."
SENTENCES = tuple(Sentence(start, end, TEXT[start:end]) for start, end in ((0, 4), (5, 9), (10, 16), (17, 22)))


def gold(*speakers: str, labels: Labels = CLAIM, genre: str = "news") -> LabelledArticle:
    """An article with these speakers."""
    sentences = tuple(LabelledSentence(one, who, labels) for one, who in zip(SENTENCES, speakers, strict=False))
    return LabelledArticle(Article(id="t", text=TEXT, genre=genre), (TULLY,), sentences)


def predicted(*voices: Voice | None, sentences: tuple[Sentence, ...] = SENTENCES) -> Document:
    """A document in which each sentence carries its own voice."""
    attributions = tuple(Attribution(voice, "direct", ()) for voice in voices if voice)
    numbers = iter(range(len(attributions)))
    return Document(
        Article(id="t", text=TEXT),
        sentences,
        attributions,
        tuple(next(numbers) if voice else None for voice in voices),
    )


def test_each_outcome_is_counted() -> None:
    """Right, wrong, missed, false; party and kind among the right."""
    document = predicted(Voice("Ms Tully", "Labour", "minister"), Voice("Pascoe"), None, Voice("Pascoe"))
    scores = speaker_scores(gold("Ann Tully", "Ann Tully", "Ann Tully", "-"), document)
    assert scores == SpeakerScores(voiced=3, right=1, wrong=1, missed=1, silent=1, false=1, party=1, kind=0)
    assert scores.accuracy == pytest.approx(1 / 4)
    assert scores.recall == pytest.approx(1 / 3)
    assert scores.precision == pytest.approx(1 / 3)
    assert (scores + scores).voiced == 6


def test_missed_sentences_count() -> None:
    """A gold sentence that no predicted sentence touches has no speaker."""
    document = predicted(Voice("Ann Tully"), sentences=SENTENCES[:1])
    assert speaker_scores(gold("Ann Tully", "Ann Tully"), document) == SpeakerScores(voiced=2, right=1, missed=1)


def test_the_sentence_that_covers_most_is_compared() -> None:
    """Sentences of other bounds are compared by their overlap."""
    parts = (Sentence(0, 6, TEXT[0:6]), Sentence(6, 9, TEXT[6:9]))
    document = predicted(None, Voice("Ann Tully"), sentences=parts)
    assert speaker_scores(gold("-", "Ann Tully"), document) == SpeakerScores(voiced=1, right=1, silent=1)


def test_unlabelled_sentences_of_one_voice_are_not_scored() -> None:
    """Who speaks in an aside of an opinion piece is a convention."""
    document = predicted(Voice("author"), None, None, None)
    assert speaker_scores(gold("-", labels=NOTHING, genre="opinion"), document) == SpeakerScores()
    assert speaker_scores(gold("-", labels=NOTHING, genre="news"), document) == SpeakerScores(silent=1, false=1)


@pytest.mark.parametrize(
    "name", ["Ann Tully", "Ms Tully", "Tully", "Dame Ann Tully", "Ashfield MP", "ann tully MP"]
)
def test_names_of_one_actor(name: str) -> None:
    """Titles, case and declared forms do not matter."""
    assert same_speaker(name, TULLY)


@pytest.mark.parametrize("name", ["Dean Pascoe", "Ann", "MPs", "author", "Trust"])
def test_names_of_others(name: str) -> None:
    """Another name is another speaker."""
    assert not same_speaker(name, TULLY, "Ann Tully wrote.")


def test_a_voice_that_the_text_never_names_is_its_author() -> None:
    """Nobody can find a name that is not printed."""
    assert same_speaker("author", TULLY, "The plan is cruel.")
    assert same_speaker("author", Actor(TULLY.voice, ("I",)), "Ann Tully wrote.")


def test_groups_share_no_surname() -> None:
    """ "Labour MPs" and "Green MPs" end alike and differ."""
    assert not same_speaker("Green MPs", Actor(Voice("Labour MPs")))


def test_no_sentences_no_shares() -> None:
    """Empty counts give zero and no error."""
    assert SpeakerScores().accuracy == SpeakerScores().precision == SpeakerScores().party_accuracy == 0.0


def test_plain_name() -> None:
    """Titles before and honours behind a name go."""
    assert plain_name("The Rt Hon Dame Ann Tully, KC") == "ann tully"
