"""Sentence boundaries in British news, most of all around quotation marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.sentences import paragraphs, segment

# "|" marks where a sentence must end and is not part of the text; white space around it stays.
BOUNDARIES = [
    "Mr. Pascoe met Dr. Aziz and Cllr. Marsh.| They agreed.",
    "The Rev. Ann Tully spoke for Lt. Col. Hugh Marsh.| He did not.",
    "It was written by J. R. Marsh and P. Lowe.| Nobody read it.",
    "There was no plan B.| Ministers had none either.",
    "No. 10 said nothing.| No 10 rarely does.| The answer was no.| She left.",
    "It cost £2.4m.| The rest, 3.5 per cent, went unspent.",
    "The boat left at 4 a.m. on Sunday.| It sank at 5 a.m.| The crew lived.",
    "The U.K. government waited.| He flew to the U.K.| She stayed.",
    "He paused ... and went on.| He paused…| Then he left.",
    "“We tried.| We failed.| We will try again,” she said.| Nobody clapped.",
    "“Why now?” she asked.| “Because we can!” the minister shouted.| He sat down.",
    "“Why now?” Ms Holloway asked MPs.| She had no answer.",
    "“Enough!”| Ms Holloway said the plan was dead before it was born.",
    "'Is it fair?' he said.| 'It's the MPs' plan.'| Nobody laughed.",
    "He called it “a gimmick.”| “Not one plane has left.”| She agreed.",
    "The union will appeal.|Labour did not reply.|“We are done.”|“So are we.”",
    "TAXPAYERS are angry.| MINISTERS are not.",
    "• Hotels will close\n|• Bases will open\n|Ministers met today.",
    "The aims are clear:| 1. Close the hotels.| 2. Open the routes.",
    "A headline without a stop\n|The first sentence.\n|\n|The second one.",
    "He wrote to letters@paper.example about it.| See www.Paper.Example for more.",
    "(He left.)| She stayed (as she had said).| So it went.",
    "Was it fair?| No.| Was it lawful?!| Perhaps.",
    "He told e.g. Mr Marsh, i.e. the chair.| Art. 8 and s. 3 apply.",
]


@pytest.mark.parametrize("marked", BOUNDARIES)
def test_boundaries(marked: str) -> None:
    """Every sentence ends where it should and nowhere else."""
    text = marked.replace("|", "")
    wanted = [piece.strip() for piece in marked.split("|") if piece.strip()]
    assert [span.of(text) for span in segment(text)] == wanted


def test_forced_breaks_end_a_sentence_inside_a_word() -> None:
    """Cleaning knows of glued datelines that no mark shows."""
    text = "20 January, 10:42A minister resigned today."
    assert [span.of(text) for span in segment(text, [17])] == ["20 January, 10:42", "A minister resigned today."]


def test_hard_wrapped_lines_are_one_sentence() -> None:
    """A line break that goes on in lower case after a full line is a wrap."""
    text = "Ministers have set out a plan to close all the hotels that\nthey rent for asylum seekers.\nIt is late."
    spans = segment(text)
    assert len(spans) == 2
    assert paragraphs(text, spans) == [0, 1]


def test_paragraphs_count_lines_that_hold_text() -> None:
    """Blank lines make no paragraph."""
    text = "One. Two.\n\n\nThree.\nFour."
    assert paragraphs(text, segment(text)) == [0, 0, 1, 2]


@given(st.text(alphabet="aA b.!?…\"'“”‘’\n():;•1,£", max_size=80))
def test_sentences_cover_the_text(text: str) -> None:
    """Spans are in order, do not overlap, begin and end with no white space, and leave only white space out."""
    at = 0
    for span in segment(text):
        assert span.start >= at
        assert not text[at : span.start].strip()
        assert span.of(text) == span.of(text).strip() != ""
        at = span.end
    assert not text[at:].strip()


@pytest.mark.parametrize("text", ["", " \n\t ", "\n"])
def test_nothing_has_no_sentences(text: str) -> None:
    """White space alone is no sentence."""
    assert segment(text) == []
