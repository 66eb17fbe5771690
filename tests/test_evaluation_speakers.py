"""Counts of right, wrong, missed and false speakers."""

import pytest

from pipeline.evaluation.speakers import SpeakerScores, sentence_scores, speaker_scores
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


def test_no_sentences_no_shares() -> None:
    """Empty counts give zero and no error."""
    assert SpeakerScores().accuracy == SpeakerScores().precision == SpeakerScores().party_accuracy == 0.0


def test_shares_from_counts() -> None:
    """Each share has its own denominator."""
    scores = SpeakerScores(voiced=10, right=6, wrong=3, missed=1, silent=5, false=1, party=3, kind=2)
    assert scores.sentences == 15
    assert scores.accuracy == pytest.approx((6 + 4) / 15)
    assert scores.recall == pytest.approx(6 / 10)
    assert scores.precision == pytest.approx(6 / (6 + 3 + 1))
    assert scores.silence == pytest.approx(4 / 5)
    assert scores.party_accuracy == pytest.approx(3 / 6)
    assert scores.kind_accuracy == pytest.approx(2 / 6)


def test_each_sentence_is_scored_in_order() -> None:
    """Counts of the sentences add up to those of the article."""
    document = predicted(Voice("Ms Tully"), None, Voice("Ms Tully"), None)
    labelled = gold("Ann Tully", "Ann Tully", "-", "-")
    scored = list(sentence_scores(labelled, document))
    assert scored == [
        SpeakerScores(voiced=1, right=1),
        SpeakerScores(voiced=1, missed=1),
        SpeakerScores(silent=1, false=1),
        SpeakerScores(silent=1),
    ]
    assert sum(scored, SpeakerScores()) == speaker_scores(labelled, document)
