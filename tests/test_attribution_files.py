"""Attribution files: what is written is read again, and every fault is told with file, line and mend."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus.attribution_files import (
    AttributedText,
    AttributionFileError,
    attribution_json,
    attribution_line,
    read_attributions,
)
from pipeline.records import Attribution, Span, Voice

TEXT = "“It is a cruel rule,” Ilse Marwood told the council. “It must go.”"
UNIT = Attribution(
    Voice("Ilse Marwood", "none", "civil_society"),
    "direct",
    (Span(0, 21), Span(53, 66)),
    source=Span(22, 34),
    cue=Span(35, 39),
)
ONE = AttributedText("toy-1", TEXT, (UNIT,))


def changed(**values):
    """The object of the toy article, its attribution changed; ``...`` takes a key out."""
    content = attribution_json(ONE.doc_id, ONE.text, ONE.attributions)
    content["attributions"][0].update(values)
    content["attributions"] = [{k: v for k, v in content["attributions"][0].items() if v is not ...}]
    return content


def written(path, *lines):
    """A file of these objects, or lines as they are."""
    path.write_text("".join((n if isinstance(n, str) else json.dumps(n)) + "\n" for n in lines), encoding="utf-8")
    return path


def fault(path):
    """What is said of a file that cannot be read."""
    with pytest.raises(AttributionFileError) as caught:
        read_attributions(path)
    return str(caught.value)


def test_the_object_of_a_line():
    assert attribution_json("toy-1", TEXT, [UNIT]) == {
        "doc_id": "toy-1",
        "text": TEXT,
        "attributions": [
            {
                "source": [22, 34],
                "cue": [35, 39],
                "content": [[0, 21], [53, 66]],
                "kind": "direct",
                "speaker": "Ilse Marwood",
                "party": "none",
                "actor_kind": "civil_society",
            }
        ],
    }


def test_what_is_written_is_read_again(tmp_path):
    floating = AttributedText("toy-2", TEXT, (Attribution(Voice(), "indirect", (Span(0, 3),)),))
    silent = AttributedText("toy-3", "", ())
    path = written(tmp_path / "a.jsonl", *map(attribution_line, (ONE, floating, silent)))
    assert read_attributions(path) == [ONE, floating, silent]


@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30).filter(str.strip))
def test_any_text_is_one_line_of_utf8(tmp_path_factory, text):
    """Line separators, surrogates, right-to-left marks and emoji leave offsets true."""
    one = AttributedText("x", text, (Attribution(Voice(), "mixed", (Span(0, len(text)),)),))
    path = tmp_path_factory.mktemp("any") / "a.jsonl"
    path.write_bytes(attribution_line(one).encode() + b"\r\n")
    assert read_attributions(path) == [one]


@pytest.mark.parametrize("untold", [None, "", " ", ...])
def test_what_others_do_not_tell_is_empty(tmp_path, untold):
    path = written(tmp_path / "a.jsonl", changed(speaker=untold, party=untold, actor_kind=untold))
    assert read_attributions(path)[0].attributions[0].voice == Voice("", "", "")


def test_further_keys_blank_lines_and_a_byte_order_mark_do_no_harm(tmp_path):
    path = written(tmp_path / "a.jsonl", "\ufeff" + attribution_line(ONE), " ", {**changed(note=1), "doc_id": "b"})
    assert [one.doc_id for one in read_attributions(path)] == ["toy-1", "b"]


@pytest.mark.parametrize(
    ("values", "problem", "mend"),
    [
        ({"source": ...}, "the key 'source' is missing", '"source": null'),
        ({"content": ...}, "the key 'content' is missing", "add it"),
        ({"kind": "quoted"}, "unknown kind 'quoted'", "direct, indirect, mixed"),
        ({"kind": "indirekt"}, "unknown kind 'indirekt'", "did you mean 'indirect'"),
        ({"kind": None}, "unknown kind None", "direct, indirect, mixed"),
        ({"source": [0, 67]}, "source span [0, 67] lies outside the text of 66 characters", "code points"),
        ({"cue": [-1, 3]}, "cue span [-1, 3] lies outside", "code points"),
        ({"content": [[5, 5]]}, "content span [5, 5] holds no character", "greater than the start"),
        ({"content": [[9, 2]]}, "content span [9, 2] holds no character", "greater than the start"),
        ({"content": [[10, 20], [0, 11]]}, "content spans [0, 11] and [10, 20] overlap", "join them"),
        ({"content": [[21, 22]]}, "is white space", "mark the words"),
        ({"content": []}, "content is []", "at least one span"),
        ({"content": [0, 5]}, "content has 0 for a span", "[start, end]"),
        ({"source": [False, True]}, "source has [False, True] for a span", "whole numbers"),
        ({"source": [0, 2.0]}, "source has [0, 2.0] for a span", "whole numbers"),
        ({"speaker": 7}, "speaker is 7", "null where it is not known"),
    ],
)
def test_faults_of_an_attribution(tmp_path, values, problem, mend):
    path = written(tmp_path / "a.jsonl", {**changed(), "doc_id": "fine"}, changed(**values))
    said = fault(path)
    assert said.startswith(f"{path}:2: attribution 1: ")
    assert problem in said
    assert mend in said.split(problem)[1]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "nested too deep"),
        ("[1]", "[1] where an object was expected; write {doc_id, text, attributions}"),
        ('{"doc_id": "a", "text": "b"}', "the key 'attributions' is missing"),
        ('{"doc_id": 4, "text": "b", "attributions": []}', "doc_id is 4"),
        ('{"doc_id": "a", "text": null, "attributions": []}', "text is None"),
        ('{"doc_id": "a", "text": "b", "attributions": {}}', "attributions is {}"),
        ('{"doc_id": "a", "text": "b", "attributions": ["c"]}', "attribution 1: 'c' where an object was expected"),
    ],
)
def test_faults_of_a_line(tmp_path, line, problem):
    path = written(tmp_path / "a.jsonl", line)
    said = fault(path)
    assert said.startswith(f"{path}:1: ")
    assert problem in said


def test_a_message_stays_short(tmp_path):
    assert len(fault(written(tmp_path / "a.jsonl", changed(kind="x" * 1_000_000)))) < 400


def test_bytes_that_are_no_utf8(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(attribution_line(ONE).encode("cp1252"))
    assert re.search(
        r"a\.jsonl:1: byte \d+ of the line is not UTF-8; save the file as UTF-8", fault(tmp_path / "a.jsonl")
    )


def test_one_article_twice(tmp_path):
    said = fault(written(tmp_path / "a.jsonl", changed(), "", changed()))
    assert "a.jsonl:3: the doc_id 'toy-1' is also that of line 1; " in said


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_attributions(tmp_path / "a.jsonl")
