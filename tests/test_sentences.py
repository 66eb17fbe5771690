"""Sentence boundaries in British news, most of all around quotation marks."""

import pytest
from golden_rules import GoldenRule, golden_rules
from hypothesis import given
from hypothesis import strategies as st

from pipeline import ROOT
from pipeline.corpus.alignment import BoundaryScores, Hits, boundary_scores
from pipeline.corpus.reading import read_corpus
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
AMERICAN = [
    "FRESNO, Calif. (Wire) — Sen. Una Tregear, D-Calif., voted no.| Rep. Tom Lowe (R-Pa.) voted yes.",
    "Gov. Dee Pascoe, Lt. Gov. Una Marsh and Atty. Gen. Hugh Lowe met on Jan. 5.| They parted.",
    "She was raised in Scranton, Pa., until Sept. 3, 1999.| Lowe was born in Gary, Ind.| Tregear was not.",
    "Sen. Una Tregear (D-N.Y.) Tuesday met the press.| Lowe moved to Washington, D.C.| He wept.",
    "Ohio St. beat Penn St. by six points.| The crowd left.",
    "He left the U.S.| “It was time,” he said.| The U.S. Senate rose.",
    "The talks run to 9 p.m. Friday.| They begin at 3 p.m. Eastern.| Doors open at 2 p.m.| Lowe will speak.",
    "Robert F. “Sparky” Lowe sang.| J. A. Marsh danced.",
    "Acme Inc. Chief Executive Una Marsh resigned.| It was bought by Lowe Ltd.| The price is unknown.",
    "W.H.O. officials agreed.| He has a Ph.D. in law.| She holds an M.A.| Nobody asked.",
]
TAGS = [
    "“Are you mad?” Dean Lowe, the Reform MP for Marlow, asked.| Nobody answered.",
    "“Is it fair?”| A Home Office spokesman said: “We will act.”",
    "“Is it fair?” one Labour MP asked.| “Is it legal?” A second shouted.",
    "“Enough!”| Mr Lowe told MPs that the plan was dead.| “Enough!” Mr Lowe told MPs.| They laughed.",
    '"Where is it?" Marsh, 54, said Monday.| "Here."',
]
GLUED = [
    "I left.|A man shouted.|It ended.| Labour lost.|Reform won.",
    'He said: "We lost."|"We won," she said.| They fell by 13.|"The reason is clear," he said.',
    "They were told 'stop the boats'.|The boats came.| See Booking.Com and una.Lowe@marlow.example for more.",
]
OTHERS = [
    "“I… I cannot say,” he said.| “We tried…| We failed.”",
    "He left . . . and came back.| He left . . . .| She stayed.",
    "The post read: “Gone at last. #Marlow #ferry”| Nobody liked it.",
    "“He said ‘no.’ ”| She said ‘yes.’",
    "He was a con.| It was a near miss.| The right hon. Member rose.| Several hon. Members sat.",
    "He went to No. 10.| She left.| Nos. 3 and 4 are let.",
    "Prices fell.| eBay rose.| iPhones did not.",
    "LONDON (Wire) — The ferry sank.| Nobody drowned.",
]


@pytest.mark.parametrize("marked", [*BOUNDARIES, *AMERICAN, *TAGS, *GLUED, *OTHERS])
def test_boundaries(marked: str) -> None:
    """Every sentence ends where it should and nowhere else."""
    text = marked.replace("|", "")
    wanted = [piece.strip() for piece in marked.split("|") if piece.strip()]
    assert [span.of(text) for span in segment(text)] == wanted


@pytest.mark.parametrize("rule", golden_rules(), ids=lambda rule: rule.name)
def test_golden_rules(rule: GoldenRule) -> None:
    """All are met. One that can no longer be is to be marked as a strict expected failure, with its reason."""
    assert [span.of(rule.text) for span in segment(rule.text)] == [span.of(rule.text) for span in rule.spans]


def test_golden_rules_are_well_formed() -> None:
    """48 kinds of case, none twice, whose sentences hold all of the input but white space."""
    rules = golden_rules()
    assert len({rule.name for rule in rules}) == len({rule.text for rule in rules}) == 48
    for rule in rules:
        assert "".join("".join(span.of(rule.text) for span in rule.spans).split()) == "".join(rule.text.split())


def test_floor_on_the_corpus() -> None:
    """F1 on the batches whose errors nobody read; measured .9881 and .9657. Lower it only for a better corpus."""
    nothing = Hits(0, 0, 0)
    total = BoundaryScores(nothing, nothing)
    for batch in "bdfhjlnpr":
        for one in read_corpus(ROOT / "seeds" / "articles" / batch):
            gold = [labelled.sentence.span for labelled in one.sentences]
            total += boundary_scores(gold, segment(one.article.text), one.article.text)
    assert total.boundaries.f1 >= 0.987
    assert total.sentences.f1 >= 0.964


@pytest.mark.parametrize(
    "unit", [". ", '."A', "1. A ", "- A. ", "?” Aa the ", "#a. ", "A. B ", " . . ", "\n", '"']
)
def test_long_lines_take_linear_time(unit: str) -> None:
    """A long line of one mark comes back; with time quadratic in its length it would not."""
    text = unit * (300_000 // len(unit))
    spans = segment(text)
    assert sum(len(span.of(text).split()) for span in spans) == len(text.split())


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


@given(st.text(alphabet="aA b.!?…\"'“”‘’\n\r\u2028():;•-12,£#@\U0001f600ש\x00", max_size=80))
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
