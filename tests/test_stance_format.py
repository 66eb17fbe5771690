"""The .stance format: what is read, what is written back, and what an author is told."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import ROOT
from pipeline.corpus.problems import MOST_FAULTS, StanceError
from pipeline.corpus.stance_format import CONTROL, parse, parse_located, read, render
from pipeline.labels import codebook, heads
from pipeline.records import Actor, LabelledArticle, Voice

HEAD = """\
id: t-1
date: 2026-03-09
outlet: local
leaning: centre
genre: news
government: Labour
headline: Harbour town divided: who decides?
speaker: Ottilie Brandreth | Labour | minister | Brandreth; the minister
speaker: Quayside Welcome | none | civil_society
"""
BODY = """\
“We close the gate,” Brandreth said. || Ottilie Brandreth | supports | none | claim | control
The quay was quiet. || - | none | none | none | none

“Nobody asked us || here,” said Quayside Welcome. || Quayside Welcome | opposes | left | claim | humanitarian
~It has run for nine years. || - | none | none | none | none
"""
GOOD = f"{HEAD}---\n{BODY}"
ARTICLES = sorted((ROOT / "seeds" / "articles").rglob("*.stance"))


def attempt(text: str) -> LabelledArticle | StanceError:
    """The article, or the error in its place."""
    try:
        return parse(text, "t.stance")
    except StanceError as error:
        return error


def faults(text: str) -> list[str]:
    """Line and rule of every fault of a text."""
    read_as = attempt(text)
    assert isinstance(read_as, StanceError)
    return [f"{problem.line} {problem.rule}" for problem in read_as.problems]


def test_text_is_rebuilt_and_sentences_are_spans_into_it():
    labelled = parse(GOOD, "seeds/t.stance")
    assert labelled.article.text == (
        "“We close the gate,” Brandreth said. The quay was quiet.\n"
        "“Nobody asked us || here,” said Quayside Welcome.It has run for nine years."
    )
    for gold in labelled.sentences:
        assert gold.sentence.span.of(labelled.article.text) == gold.sentence.text
    assert [gold.sentence.paragraph for gold in labelled.sentences] == [0, 0, 1, 1]
    assert labelled.article.date == dt.date(2026, 3, 9)
    assert labelled.article.headline == "Harbour town divided: who decides?"
    assert labelled.article.source == "seeds/t.stance"


def test_speakers_and_labels_are_read():
    labelled = parse(GOOD, "t.stance")
    assert labelled.actors == (
        Actor(Voice("Ottilie Brandreth", "Labour", "minister"), ("Brandreth", "the minister")),
        Actor(Voice("Quayside Welcome", "none", "civil_society")),
    )
    third = labelled.sentences[2]
    assert (third.speaker, dataclasses.astuple(third.labels)) == (
        "Quayside Welcome",
        ("opposes", "left", "claim", "humanitarian"),
    )


def test_optional_keys_are_read_and_written():
    extra = "url: https://harbour.example/1\nauthor: P. Quill\nvoice: Quayside Welcome\n"
    text = GOOD.replace("speaker: Ott", extra + "speaker: Ott")
    facts = parse(text, "t.stance").article
    assert (facts.url, facts.author) == ("https://harbour.example/1", "P. Quill")
    assert (facts.speaker, facts.party, facts.kind) == ("Quayside Welcome", "none", "civil_society")
    assert render(parse(text, "t.stance")) == text


@pytest.mark.parametrize("path", [None, *ARTICLES[:: max(1, len(ARTICLES) // 8)]], ids=str)
def test_written_back_to_the_byte(path: Path | None):
    text = path.read_bytes().decode() if path else GOOD
    expected = "\n".join(line.rstrip() for line in text.split("\n"))
    assert render(parse(text, "t.stance")) == expected


def test_the_whole_corpus_is_written_back_to_the_byte():
    assert len(ARTICLES) >= 552
    changed = []
    for path in ARTICLES:
        expected = "\n".join(line.rstrip() for line in path.read_bytes().decode().split("\n"))
        if render(read(path)) != expected:
            changed.append(path)
    assert changed == []


def test_an_empty_field_for_forms_and_blanks_after_a_sentence_survive():
    text = GOOD.replace("civil_society\n", "civil_society |\n").replace("quiet. ||", "quiet.   ||")
    labelled = parse(text, "t.stance")
    assert labelled.sentences[1].sentence.text == "The quay was quiet."
    assert render(labelled) == text


def test_windows_line_ends_byte_order_mark_and_loose_layout_are_read():
    loose = "\ufeff" + GOOD.replace("\n\n", "\n\n\n").replace("id: t-1", "id:t-1").replace("\n", "\r\n")
    assert parse(loose, "t.stance") == parse(GOOD, "t.stance")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("outlet: local\n", "", "9 missing-key"),
        ("outlet: local", "outlet:", "3 empty-value"),
        ("outlet: local", "outlett: local", "3 unknown-key"),
        ("outlet: local\n", "outlet: local\noutlet: wire\n", "4 duplicate-key"),
        ("outlet: local", "outlet local", "3 head-line"),
        ("2026-03-09", "9 March 2026", "2 bad-date"),
        ("2026-03-09", "2026-02-30", "2 bad-date"),
        ("2026-03-09", "20260309", "2 bad-date"),
        ("id: t-1", "id: ../t", "1 bad-id"),
        ("leaning: centre", "leaning: center", "4 unknown-leaning"),
        ("government: Labour", "government: Tory", "6 unknown-government"),
        ("headline:", "url: javascript:alert(1)\nheadline:", "7 bad-url"),
        ("headline:", "voice: Nobody Known\nheadline:", "7 undeclared-voice"),
        ("| Labour | minister", "| Labor | minister", "8 unknown-party"),
        ("| Labour | minister", "| Labour | ministers", "8 unknown-kind"),
        ("| none | civil_society", "| none", "9 speaker-fields"),
        ("speaker: Quayside Welcome", "speaker: -", "9 speaker-name"),
        ("speaker: Quayside Welcome", "speaker: Ottilie Brandreth", "9 duplicate-speaker"),
        ("---\n", "", "0 no-separator"),
        (BODY, "\n\n", "10 empty-body"),
        ("|| Ottilie Brandreth", "|| Otilie Brandreth", "11 undeclared-speaker"),
        ("| supports |", "| support |", "11 unknown-label"),
        ("| supports | none", "| none | supports", "11 unknown-label"),
        ("| none | claim | control", "| claim | control", "11 label-fields"),
        ("The quay was quiet. ||", "The quay was quiet. |", "12 label-fields"),
        ("The quay was quiet. ||", "||", "12 empty-text"),
        ("“Nobody", "~“Nobody", "14 glue-at-start"),
        ("quiet", "qui\x0bet", "12 control-character"),
        ("quiet", "qui\u2028et", "12 control-character"),
    ],
)
def test_each_fault_is_named_with_its_line(old: str, new: str, expected: str):
    assert old in GOOD
    assert expected in faults(GOOD.replace(old, new, 1))


def test_every_fault_of_a_file_is_told_in_order_of_line():
    text = GOOD.replace("2026-03-09", "soon").replace("| Labour | minister", "| Labor | minister")
    text = text.replace("| control", "| controll").replace("| humanitarian", "| humane")
    assert faults(text) == ["2 bad-date", "8 unknown-party", "11 unknown-label", "14 unknown-label"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("| control", "| controll", "t.stance:11: unknown frame 'controll'; did you mean 'control'?"),
        ("leaning: centre", "leaning: up", "t.stance:4: unknown leaning 'up'; write one of left, centre, right"),
        (
            "|| Ottilie Brandreth",
            "|| Brandreth",
            "t.stance:11: the speaker 'Brandreth' is not declared; did you mean 'Ottilie Brandreth'?",
        ),
        (
            "| supports | none",
            "| left | none",
            "t.stance:11: unknown stance 'left'; it belongs to pressure; "
            "the order is speaker | stance | pressure | role | frame",
        ),
    ],
)
def test_messages_are_sentences_with_the_mend(old: str, new: str, sentence: str):
    with pytest.raises(StanceError) as caught:
        parse(GOOD.replace(old, new, 1), "t.stance")
    assert str(caught.value) == sentence


def test_a_file_that_is_not_utf8_is_named_with_the_line_of_the_byte(tmp_path: Path):
    path = tmp_path / "t.stance"
    path.write_bytes(GOOD.replace("The quay", "The \x92quay").encode("latin-1", "replace"))
    with pytest.raises(StanceError, match=r"t\.stance:12: not UTF-8: byte 0x92 .*; save the file as UTF-8"):
        read(path)


def test_a_file_of_another_kind_is_given_up_after_enough_faults():
    text = f"{HEAD}---\n" + "no label here\n" * 10_000
    told = faults(text)
    assert len(told) == MOST_FAULTS + 1
    assert told[-1].endswith("too-many")


@pytest.mark.parametrize("filler", ["a", "|", "~", " ", "; ", ":", "a | "])
def test_a_line_of_ten_megabytes_is_read_in_linear_time(filler: str):
    size = 10_000_000 // len(filler)
    # quadratic work would hang here
    for text in (GOOD.replace("quiet", filler * size), GOOD.replace("the minister", filler * size)):
        read_as = attempt(text)
        assert len(str(read_as)) < 1_000 if isinstance(read_as, StanceError) else read_as.sentences


def test_what_cannot_be_read_back_is_not_written():
    labelled = parse(GOOD, "t.stance")
    facts = labelled.article
    gap = dataclasses.replace(labelled, article=dataclasses.replace(facts, text="Lost. " + facts.text))
    with pytest.raises(StanceError, match="cannot be written"):
        render(gap)
    undated = dataclasses.replace(labelled, article=dataclasses.replace(facts, date=None))
    with pytest.raises(StanceError, match="'date' has no value"):
        render(undated)


def test_lines_are_located():
    located = parse_located(GOOD, "t.stance")
    assert (located.id_line, located.actor_lines, located.sentence_lines) == (1, (8, 9), (11, 12, 14, 15))


def writable(text: str) -> bool:
    """Whether the format can hold the text of a sentence as it is."""
    return bool(text.strip(" \t")) and not CONTROL.search(text) and text == text.strip(" \t") and text[0] != "~"


CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\n")
SENTENCES = st.text(CHARACTERS, min_size=1, max_size=60).filter(writable)
NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
LABELS = st.tuples(*(st.sampled_from(classes) for classes in heads().values()))


@st.composite
def stance_texts(draw: st.DrawFn) -> str:
    """A file as the grammar has it."""
    names = draw(st.lists(NAMES, max_size=3, unique=True))
    lines = HEAD.splitlines()[:7]
    for name in names:
        forms = draw(st.lists(NAMES, max_size=2))
        party, kind = draw(st.sampled_from(codebook().parties)), draw(st.sampled_from(codebook().kinds))
        tail = " | " + "; ".join(forms) if forms else draw(st.sampled_from(["", " |"]))
        lines.append(f"speaker: {name} | {party} | {kind}{tail}")
    lines.append("---")
    for number in range(draw(st.integers(1, 5))):
        joint = draw(st.sampled_from(["", "~", "\n"])) if number else ""
        speaker = draw(st.sampled_from(["-", *names]))
        labels = " | ".join((speaker, *draw(LABELS)))
        lines.append(f"{joint}{draw(SENTENCES)} || {labels}")
    return "\n".join(lines) + "\n"


@given(stance_texts())
def test_any_file_of_the_grammar_is_written_back_to_the_byte(text: str):
    labelled = parse(text, "t.stance")
    assert render(labelled) == text
    for gold in labelled.sentences:
        assert gold.sentence.span.of(labelled.article.text) == gold.sentence.text


@given(st.text(max_size=300))
def test_no_text_whatever_breaks_the_parser(text: str):
    for content in (text, f"{HEAD}---\n{text}", f"{HEAD}{text}\n---\n{BODY}"):
        read_as = attempt(content)
        if isinstance(read_as, StanceError):
            assert read_as.problems
        else:
            assert parse(render(read_as), "t.stance") == read_as


def test_the_example_of_the_documentation_is_in_the_format():
    page = (ROOT / "docs" / "stance-format.md").read_text(encoding="utf-8")
    example = page.split("```\n")[1]
    assert render(parse(example, "harbour-001.stance")) == example
