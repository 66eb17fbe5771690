"""The text path as a whole: offsets, attributions, boilerplate, hostile input."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import CONFIGS
from pipeline.records import NO_SPEAKER, Article, Document, Sentence, Span
from pipeline.text.document import TextPath

PATH = TextPath.load(CONFIGS)
TEXT = (
    "The home secretary, Marian Holloway, told MPs that order was being restored. “I make no apology,” she said. "
    "“None at all.”\nDean Pascoe of Reform UK called it “a gimmick”."
)


def check_offsets(document: Document) -> None:
    """Every span lies in the text and says what it says; every sentence's attribution covers a part of it."""
    text = document.article.text
    assert len(document.assigned) == len(document.sentences)
    for sentence in document.sentences:
        assert text[sentence.start : sentence.end] == sentence.text
    for attribution in document.attributions:
        for span in (*attribution.content, attribution.source, attribution.cue):
            assert span is None or 0 <= span.start < span.end <= len(text)
    assert all(
        document.attributions[number].voice.speaker != NO_SPEAKER
        for number in document.assigned
        if number is not None
    )


def test_source_cue_and_content() -> None:
    """Attributions carry the spans that PARC and PolNeAR call source, cue and content."""
    document = PATH(Article(id="t", text=TEXT, government="Labour"))
    check_offsets(document)
    first, second, third = document.attributions
    assert (first.source or Span(0, 0)).of(TEXT) == "Marian Holloway"
    assert (first.cue or Span(0, 0)).of(TEXT) == "told"
    assert [attribution.kind for attribution in document.attributions] == ["indirect", "direct", "mixed"]
    assert [span.of(TEXT) for span in second.content] == ["“I make no apology,”", "“None at all.”"]
    assert (second.source or Span(0, 0)).of(TEXT) == "she"
    assert third.voice.party == "Reform UK"
    assert document.assigned == (0, 1, 1, 2)


def test_given_sentences_are_kept() -> None:
    """Evaluation attributes gold sentences, whatever the segmenter would do."""
    sentence = Sentence(0, len(TEXT), TEXT)
    document = PATH.attributed(Article(id="t", text=TEXT), [sentence])
    assert document.sentences == (sentence,)
    assert document.attribution(0) is not None


def test_government_follows_from_the_date() -> None:
    """Without a stated government the date decides who governs."""
    article = Article(id="t", text="The home secretary said no.", date=dt.date(2018, 3, 1))
    voices = [next(PATH(one).voices()) for one in (article, replace(article, date=dt.date(2025, 3, 1)))]
    assert [voice.party for voice in voices] == ["Conservative", "Labour"]


def test_real_holders_come_from_the_table() -> None:
    """A name that the text leaves bare gets party and kind from the table of public actors."""
    article = Article(id="t", text="Theresa May spoke. Theresa May said no.", date=dt.date(2012, 3, 1))
    voice = list(PATH(article).voices())[1]
    assert (voice.speaker, voice.party, voice.kind) == ("Theresa May", "Conservative", "minister")


def test_boilerplate_speaks_for_nobody() -> None:
    """Lines that scraping left are marked and carry no speaker."""
    text = f"{TEXT}\nRead more: Minister says hotels will close"
    document = PATH(Article(id="t", text=text))
    assert document.sentences[-1].boilerplate
    assert document.assigned[-1] is None


# One text a line; the escapes are read as Python's.
HOSTILE = [""] + [
    line.encode("latin-1", "backslashreplace").decode("unicode_escape")
    for line in r"""
“
'
\"\"\"
…
‘’“”\"'
said
said said said
Mr
Mr.\x20
\n\n
\x20
He said: “
: “x”
x: “
\u202e\u05d4\u05e9\u05e8 “\u05dc\u05d0”.
\U0001f600 said \U0001f600. “\U0001f600,” she said.
\x00\x01 said\x02.
,,,, said,
(((
The , said
•\x20
A:
Q1 Q2: Q3:
said the
to say
and said
According to
in his view
By\x20
Ms said.
’s said
of of said
12:30\x20
12:30 said
the the the said
ONE. said “X
is furious
they would
one of said
""".strip().splitlines()
]


@pytest.mark.parametrize("genre", ["", "news", "opinion", "letter", "debate", "interview", "press_release"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_read(text: str, genre: str) -> None:
    """Nothing in a text stops the path, and offsets stay true."""
    check_offsets(PATH(Article(id="t", text=text, genre=genre)))


WORDS = [
    *(
        "said",
        "Ms Lowe",
        "he",
        "the minister",
        ",",
        ".",
        "“",
        "”",
        "'",
        '"',
        "and",
        "who",
        "to",
        "\n",
        ":",
        "(",
        ")",
    ),
    *(
        "would",
        "according to",
        "Labour",
        "is",
        "furious",
        "letter",
        "by",
        "of",
        "The",
        "her",
        "spokesman",
        "?",
        "–",
        "Q1",
    ),
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), max_size=40),
    st.sampled_from(["", "opinion", "letter", "debate", "interview"]),
)
def test_any_order_of_words_is_read(words: list[str], genre: str) -> None:
    """The rules meet words in every order."""
    check_offsets(PATH(Article(id="t", text=" ".join(words), genre=genre)))


def test_a_sentence_without_end_is_read_in_part() -> None:
    """A line of 200,000 words is one sentence whose head is searched; the span is whole."""
    text = "Ann Tully said that " + "the minister said and " * 50_000
    document = PATH.attributed(Article(id="t", text=text), [Sentence(0, len(text), text)])
    assert document.sentences[0].span == Span(0, len(text))
    assert next(document.voices()).speaker == "Ann Tully"


KINDS = [
    ("Ann Tully said: “It is late.”", "direct"),
    ("Ann Tully told MPs: “It is late.”", "direct"),
    ("“It is late,” said Ann Tully during a visit to the port of Dover.", "direct"),
    ("Ann Tully said that the plan was “a gimmick” which nobody wanted.", "mixed"),
    ("Ann Tully said that it was late.", "indirect"),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_kind_of_attribution(text: str, kind: str) -> None:
    """Who wrote the words that are reported decides the kind."""
    assert PATH(Article(id="t", text=text)).attributions[0].kind == kind


@pytest.mark.parametrize(
    ("party", "day", "kind"),
    [
        ("Labour", dt.date(2021, 3, 1), "opposition"),
        ("Labour", dt.date(2025, 3, 1), "governing"),
        ("Liberal Democrat", dt.date(2012, 3, 1), "governing"),
        ("none", dt.date(2025, 3, 1), ""),
    ],
)
def test_the_party_of_a_speech_tells_on_which_side_its_speaker_sits(text_path, party, day, kind):
    text = "I cannot vote for this bill. It is not the right answer to the boats."
    article = Article("s", text, date=day, genre="speech", speaker="Ona Field", party=party)
    assert {(voice.speaker, voice.kind) for voice in text_path(article).voices()} == {("Ona Field", kind)}
