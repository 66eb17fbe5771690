"""Texts of unknown genre: an opinion piece is told from a report by what stands outside quotation marks."""

import pytest

from pipeline.records import Article
from pipeline.text.monologue import is_first_person, speaks_for_itself
from pipeline.text.quotes import OutermostQuotations

ESSAY = (
    "The harbour has been closed for a year. Nobody in the council seems to mind. The cranes rust. "
    "The quay empties. Trade goes where trade is wanted. I have watched it go. There is a cure. "
    "A dredger would do in a week what a committee will not do in ten. I would start on Monday."
)
REPORT = (
    "The harbour has been closed for a year, the council said. Ann Marsh told members that the cranes rust. "
    "Dean Pascoe said trade had gone. We were told of a cure, he added. According to the board it is not dear. "
    "A dredger was asked for. The vote is on Monday, Ms Marsh said. Our reporter was there."
)
QUOTED = " ".join(f"“I saw it myself on day {day} and I was not glad of it.” It rained." for day in range(6))


@pytest.mark.parametrize(
    ("text", "own"), [(ESSAY, True), (REPORT, False), (QUOTED, False), ("I saw it. I did.", False)]
)
def test_an_essay_is_told_from_a_report(text_path, text: str, own: bool) -> None:
    sentences = text_path.sentences(Article("t", text))
    assert speaks_for_itself(text, sentences, OutermostQuotations(text)) is own


def test_it_needs_fewer_first_persons_than_a_speech(text_path) -> None:
    sentences = text_path.sentences(Article("t", ESSAY))
    assert not is_first_person(ESSAY, sentences, OutermostQuotations(ESSAY))


def test_the_author_speaks_in_an_essay_without_genre(text_path) -> None:
    assert {voice.speaker for voice in text_path(Article("t", ESSAY)).voices()} == {"author"}
    assert "author" not in {voice.speaker for voice in text_path(Article("t", REPORT)).voices()}
