"""Which labelled sentences say nothing of attribution: asides of a text in a single voice."""

from dataclasses import fields, replace

import pytest

from pipeline.corpus.conventions import SINGLE_VOICE, is_convention
from pipeline.records import Article, LabelledArticle, LabelledSentence, Labels, Sentence

SILENT = Labels("none", "none", "none", "none")
ASIDE = LabelledSentence(Sentence(0, 9, "It is so."), "-", SILENT)


def article(genre: str) -> LabelledArticle:
    return LabelledArticle(Article("t", ASIDE.sentence.text, genre=genre), (), (ASIDE,))


@pytest.mark.parametrize("genre", ["opinion", "letter", "speech", "manifesto"])
def test_an_unlabelled_aside_of_one_voice(genre: str) -> None:
    assert genre in SINGLE_VOICE
    assert is_convention(article(genre), ASIDE)


@pytest.mark.parametrize("genre", ["news", "interview", "debate", "press_release", "live_blog", "explainer", ""])
def test_where_many_speak_silence_counts(genre: str) -> None:
    assert not is_convention(article(genre), ASIDE)


@pytest.mark.parametrize("head", [one.name for one in fields(Labels)])
def test_one_label_is_enough_to_count(head: str) -> None:
    labelled = replace(ASIDE, labels=replace(SILENT, **{head: "claim"}))
    assert not is_convention(article("opinion"), labelled)


def test_a_named_speaker_counts() -> None:
    """Whom the annotators named is no convention, whatever the sentence does."""
    assert not is_convention(article("opinion"), replace(ASIDE, speaker="Ann Tully"))
