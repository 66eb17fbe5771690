"""Hostile input through the whole path: no text stops it, offsets stay true, lines read back the same."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import CONFIGS
from pipeline.corpus.attribution_files import AttributedText, attribution_line, read_attributions
from pipeline.records import UNTOLD, Article, Attribution
from pipeline.scoring.attribute import attribute, units
from pipeline.text.document import TextPath

PATH = TextPath.load(CONFIGS)
PATHS = {"chosen": PATH, "baseline": PATH.baseline()}
GENRES = ("", "news", "opinion", "letter", "debate", "interview", "press_release", "speech")

MARKS = ["“", "”", "‘", "’", '"', "'", "«", "»", "„", "‟", "`", "´", "''", "‘‘", "“‘", "’”"]
CUES = ["said", "said that", "says", "according to", "told", "claims", "claim that", "is said to", "furious that"]
PEOPLE = ["Ann Marsh", "Ms Marsh", "she", "his spokesman", "the minister", "MPs", "O’Brien-Khan", "J. Holm", "who"]
STOPS = [".", ",", "?", "!", ":", ";", "…", "–", "(", ")", "\n", "\n\n", "\r\n", " "]
STRANGE = [
    *("\u202e", "\u202d", "\u2066", "\u2069", "\u200e", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u00a0"),
    *("\x00", "\x01", "\x07", "\x0b", "\x0c", "\x1f", "\x7f", "\x85", "\u2028", "\u2029", "\ufffc", "\ufffd"),
    *("😀", "👩‍👧", "🇬🇧", "e\u0301", "ﬁ", "İ", "ß", "שלום", "אמר", "مرحبا", "中文", "𝒳", "\ud800"),
]
WORDS = ["the plan", "is late", "and", "by", "to", "would", "letter", "Labour", "12:30", "4.5", "•", "No 10", "a"]


def check(text: str, path: TextPath = PATH, genre: str = "") -> tuple[Attribution, ...]:
    """Attribute a text and check every offset; returns its units."""
    document = path(Article("t", text, genre=genre))
    assert document.article.text == text
    assert [one.text for one in document.sentences] == [text[one.start : one.end] for one in document.sentences]
    for one in document.attributions:
        for span in (*one.content, *filter(None, (one.source, one.cue))):
            assert 0 <= span.start < span.end <= len(text)
    found = units(document)
    for one in found:
        assert all(before.end <= after.start for before, after in pairwise(one.content)), one
    return found


def texts(*alphabets: list[str], glue: str = " ", size: int = 30) -> st.SearchStrategy[str]:
    """Pieces of the alphabets in any order."""
    pieces = [piece for alphabet in alphabets for piece in alphabet]
    return st.lists(st.sampled_from(pieces), max_size=size).map(glue.join)


many = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(texts(MARKS, CUES, PEOPLE, STOPS, WORDS), st.sampled_from(GENRES), st.sampled_from(sorted(PATHS)))
def test_marks_in_any_order(text: str, genre: str, path: str) -> None:
    """Unbalanced, crossed and nested marks of all kinds among words of reporting."""
    check(text, PATHS[path], genre)


@many
@given(texts(MARKS, STOPS, WORDS, glue="", size=40))
def test_marks_without_blanks(text: str) -> None:
    """Marks that touch each other and the words."""
    check(text)


@many
@given(texts(STRANGE, MARKS, CUES, PEOPLE, STOPS), st.sampled_from(GENRES))
def test_strange_characters(text: str, genre: str) -> None:
    """Right-to-left text and overrides, emoji, control and zero-width characters, half a surrogate pair."""
    check(text, genre=genre)


@many
@given(texts(STRANGE, PEOPLE, CUES, glue=""))
def test_strange_characters_inside_words(text: str) -> None:
    """The same without blanks: names and cues that are cut by what nobody sees."""
    check(text)


@many
@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    """Whatever Unicode holds."""
    check(text)


@many
@given(texts(CUES, PEOPLE, WORDS, size=60))
def test_no_punctuation(text: str) -> None:
    """One sentence without any mark."""
    check(text)


EXTREMES: dict[str, Callable[[], str]] = {
    "5,000 words, one sentence": lambda: "Ann Marsh said that " + "the plan is late and " * 1000 + "so on.",
    "5,000 words in one quotation": lambda: "“" + "The plan is late and " * 1000 + "so on,” said Ann Marsh.",
    "5,000 cues": lambda: "said " * 5000,
    "nested reports": lambda: "Ann Marsh said that Dean Pascoe said that " * 400 + "it is late.",
    "a quotation in every word": lambda: "Ann Marsh said " + "“so” " * 2000,
    "opening marks alone": lambda: "“" * 3000,
    "closing marks alone": lambda: "”’\"'" * 1000,
    "marks nested deep": lambda: "“‘" * 500 + "no" + "’”" * 500,
    "opening marks over lines": lambda: "“\n" * 2000,
    "quotations nested at the end of lines": lambda: "“He said ‘no’ twice.”\n" * 1000,
    "one quotation over all paragraphs": lambda: "Ann Marsh said: " + "“It is late. So it is.\n" * 700 + "“Yes.”",
    "straight single marks": lambda: "' '' ' 's' " * 800,
    "line breaks alone": lambda: "\n" * 5000,
    "blanks alone": lambda: " \t\u00a0" * 2000,
    "one word without end": lambda: "a" * 20000,
    "one name without end": lambda: "Ann " * 3000 + "said no.",
    "brackets": lambda: "(" * 3000 + ")" * 3000,
    "full stops": lambda: "." * 5000,
    "capitals": lambda: "ANN MARSH SAID THAT IT IS LATE " * 300,
    "right to left": lambda: "\u202e" + "אמר ה״שר ‘לא’. " * 500,
    "emoji": lambda: "😀 said “😀”. " * 500,
    "control characters": lambda: "\x00\x01\x02 said “\x03”.\x04 " * 500,
    "zero-width": lambda: "A\u200bn\u200bn said\u200d “no”. " * 500,
    "transcript": lambda: "Ann Marsh: “No.”\nDean Pascoe: yes.\n" * 400,
}


@pytest.mark.parametrize("name", EXTREMES)
@pytest.mark.parametrize("path", PATHS)
def test_extremes(name: str, path: str) -> None:
    """Thousands of the same: read in one go, offsets true."""
    check(EXTREMES[name](), PATHS[path])


@pytest.mark.parametrize("genre", GENRES)
def test_extremes_in_every_genre(genre: str) -> None:
    """Each genre has rules of its own over the whole text."""
    for name in ("one quotation over all paragraphs", "line breaks alone", "transcript", "capitals", "emoji"):
        check(EXTREMES[name]()[:4000], genre=genre)


@many
@given(texts(STRANGE, MARKS, CUES, PEOPLE, STOPS, WORDS))
def test_lines_read_back_equal(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """What is written of any text is a valid line, and says the same when it is read."""
    written = AttributedText("t", text, check(text))
    file = tmp_path_factory.mktemp("lines") / "one.jsonl"
    file.write_bytes(attribution_line(written).encode() + b"\n")
    (read,) = read_attributions(file)
    assert (read.doc_id, read.text) == (written.doc_id, written.text)
    assert read.attributions == tuple(_as_read(one) for one in written.attributions)


def _as_read(one: Attribution) -> Attribution:
    """An attribution as a file tells it: names without white space around them."""
    voice = one.voice
    return replace(
        one,
        voice=replace(
            voice, speaker=voice.speaker.strip() or UNTOLD, party=voice.party.strip(), kind=voice.kind.strip()
        ),
    )


@pytest.mark.parametrize(
    "name", ["marks nested deep", "right to left", "emoji", "zero-width", "straight single marks"]
)
def test_plain_text_files_keep_their_text(tmp_path, name: str) -> None:
    """The text of an output line is the input's, character for character."""
    text = EXTREMES[name]()[:2000]
    file = tmp_path / "article.txt"
    file.write_bytes(text.encode())
    (one,) = attribute([str(file)], PATH, 1_000_000)
    assert isinstance(one, AttributedText)
    assert one.text == text
