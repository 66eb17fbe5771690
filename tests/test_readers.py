"""Readers: every format gives the same article, offsets are the file's own, and bad input gets a named reject."""

import csv
import datetime as dt
import gzip
import io
import json
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.records import Article
from pipeline.text.inputs import SUFFIXES
from pipeline.text.readers import NoArticles, NoSuchInput, read
from pipeline.text.rejects import REASONS, Reject

LIMIT = 20_000
TEXT = "The minister said: “We will not move.”\r\nNobody in the hall believed her."
RECORD = {"title": "Hall laughs", "date": "2025-03-04", "outlet": "Fenland Post", "party": "labour", "text": TEXT}


def read_all(*paths, limit=LIMIT, stdin=None):
    return list(read([str(path) for path in paths], limit, stdin))


def only(*paths, limit=LIMIT, stdin=None):
    (result,) = read_all(*paths, limit=limit, stdin=stdin)
    return result


def reason(path, content, limit=LIMIT):
    """The reason for which the file is rejected."""
    path.write_bytes(content)
    result = only(path, limit=limit)
    assert isinstance(result, Reject), result
    assert result.reason in REASONS
    assert len(result.detail.split()) > 4
    return result.reason


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8-sig", b""), ("utf-16", b""), ("utf-16-le", b"\xff\xfe"), ("cp1252", b"")],
)
def test_text_is_the_decoded_file_unchanged(tmp_path, encoding, mark):
    path = tmp_path / "story.txt"
    path.write_bytes(mark + TEXT.encode(encoding))
    article = only(path)
    assert article.text == TEXT
    assert article.id == "story"
    assert article.source == str(path)


def test_side_file_gives_fields_and_is_no_article(tmp_path):
    (tmp_path / "speech.txt").write_text(TEXT)
    (tmp_path / "speech.meta.json").write_text('{"speaker": "Ada Quill", "kind": "minister", "text": "not this"}')
    article = only(tmp_path)
    assert (article.speaker, article.kind) == ("Ada Quill", "minister")
    assert article.text.startswith("The minister")


def test_markdown_front_matter_and_heading(tmp_path):
    path = tmp_path / "note.md"
    path.write_text("---\nspeaker: Ada Quill\ndate: 2025-03-04\n---\n\n# Hall laughs\n\nThe body.\n\n---\nA rule.")
    article = only(path)
    assert (article.headline, article.date) == ("Hall laughs", dt.date(2025, 3, 4))
    assert article.text == "The body.\n\n---\nA rule."


@pytest.mark.parametrize("front", ["date: 2024-13-45", "a: [", "- a list", "date: [1, 2]", "title: " + "[" * 3000])
def test_bad_front_matter_is_a_metadata_reject(tmp_path, front):
    assert reason(tmp_path / "x.md", f"---\n{front}\n---\nBody.".encode()) == "metadata"


def write_tables(folder):
    records = [RECORD, RECORD | {"id": "own-id", "text": "Another text."}]
    (folder / "a.json").write_text(json.dumps(records))
    (folder / "b.jsonl").write_text("\n\n".join(json.dumps(record) for record in records))
    with (folder / "c.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, ["id", *RECORD], delimiter=";")
        writer.writeheader()
        writer.writerows(records)
    dated = [record | {"date": dt.date(2025, 3, 4), "pages": 3} for record in records]
    pq.write_table(pa.Table.from_pylist([dated[0] | {"id": None}, dated[1]]), folder / "d.parquet")


@pytest.mark.parametrize("name", ["a.json", "b.jsonl", "c.csv", "d.parquet"])
def test_tables_give_the_same_articles(tmp_path, name):
    write_tables(tmp_path)
    first, second = read_all(tmp_path / name)
    assert first.id == f"{name[0]}#1"
    assert first.source.endswith(f"{name}#1")
    assert (first.text, first.headline, first.date) == (TEXT, "Hall laughs", dt.date(2025, 3, 4))
    assert (first.outlet, first.party) == ("Fenland Post", "Labour")
    assert second.id == "own-id"


def test_one_object_in_a_json_file_takes_the_files_name(tmp_path):
    (tmp_path / "piece.json").write_text(json.dumps({"headline": "Old name", "body": "The text.", "x": [1]}))
    article = only(tmp_path)
    assert (article.id, article.headline, article.text) == ("piece", "Old name", "The text.")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.txt", b"", "empty"),
        ("x.txt", b" \n\t", "empty"),
        ("x.txt", b"\x00\x01\x02 text", "binary"),
        ("x.txt", b"\x01\x02\x03\x04 text", "binary"),
        ("x.txt", b"%PDF-1.7 ...", "binary"),
        ("x.txt", gzip.compress(b"a text"), "binary"),
        ("x.txt", "“Good” “quotes” “here” and one ".encode() + b"\x9d broken byte", "encoding"),
        ("x.txt", b"\xff\xfea", "encoding"),
        ("x.txt", b"a" * (LIMIT + 1), "too_long"),
        ("x.txt", b"a" * 10_000_000, "too_long"),
        ("x.docx", b"PK\x03\x04", "unsupported"),
        ("x.meta.json", b"{}", "unsupported"),
        ("x.json", b'{"text": "cut off', "json"),
        ("x.json", b'["a string"]', "json"),
        ("x.json", b'{"text": "a\\ud800b"}', "encoding"),
        ("x.json", b'{"text": "a\\u0000b"}', "binary"),
        ("x.json", b'{"a": ' * 100_000, "json"),
        ("x.json", b'{"text": "' + b"a" * 10_000_000, "too_long"),
        ("x.json", b'{"articles": []}', "missing_text"),
        ("x.json", b'{"text": 7}', "missing_text"),
        ("x.json", b'{"text": " "}', "empty"),
        ("x.json", b'{"text": "a", "date": "04/03/2025"}', "metadata"),
        ("x.json", b'{"text": "a", "party": "Whigs"}', "metadata"),
        ("x.jsonl", b"[" * 100_000, "json"),
        ("x.jsonl", b'{"text": "\xff"}', "encoding"),
        ("x.csv", b"", "empty"),
        ("x.csv", b"name,words\na,b\n", "missing_text"),
        ("x.csv", b"text,title\na,b,c\n", "table"),
        ("x.csv", b'text\n"' + b"never closed\n" * 50_000, "table"),
        ("x.parquet", b"PAR1 broken PAR1", "table"),
    ],
)
def test_bad_input_has_a_named_reason(tmp_path, name, content, expected):
    assert reason(tmp_path / name, content) == expected


def test_metadata_reject_names_the_allowed_values(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"text": "a", "kind": "wizard"}')
    assert "civil_society" in only(path).detail


def test_a_bad_record_costs_only_itself(tmp_path):
    good = json.dumps(RECORD)
    long = json.dumps({"text": "a" * 400_000})
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join([good, "{broken", long, good.replace("Nobody", "Someone")]))
    results = read_all(path)
    assert [getattr(result, "reason", "article") for result in results] == [
        "article",
        "json",
        "too_long",
        "article",
    ]
    assert results[3].id == "x#4"


def test_long_json_list_is_read_through_a_window(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps([{"text": f"Text {n} " + "word " * 200} for n in range(300)], indent=1))
    results = read_all(path)
    assert len(results) == 300
    assert results[299].text.startswith("Text 299 ")


def test_json_list_gives_what_stands_before_the_break(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('[{"text": "One."}, {"text": "Two."} {"text": "Three."}]')
    results = read_all(path)
    assert [result.source.rpartition("#")[2] for result in results] == ["1", "2", "3"]
    assert results[2].reason == "json"


@pytest.mark.parametrize(("rest", "expected"), [('{"text": "Two."}', "Two."), ("trailing", "json"), ("{", "json")])
def test_objects_one_after_the_other_in_a_json_file(tmp_path, rest, expected):
    path = tmp_path / "x.json"
    path.write_text('{"text": "One."}\n' + rest)
    first, second = read_all(path)
    assert (first.id, first.text) == ("x#1", "One.")
    assert expected == (second.reason if isinstance(second, Reject) else second.text)


def test_folder_is_walked_in_order_without_hidden_and_unknown_files(tmp_path):
    for name in ("b/late.txt", "a.txt", "b/.hidden.txt", ".git/x.txt", "b/photo.jpg", "b/early.TXT"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"The text of {name}.")
    assert [article.id for article in read_all(tmp_path)] == ["a", "b/early", "b/late"]


def test_ids_stay_unique(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text(f"Text of {folder}.")
    (tmp_path / "one" / "x.md").write_text("Markdown.")
    results = read_all(tmp_path / "one", tmp_path / "two", tmp_path / "one" / "x.txt")
    assert [article.id for article in results] == ["x", "x.txt", "x~2"]


def test_same_id_and_text_is_a_duplicate(tmp_path):
    (tmp_path / "x.jsonl").write_text('{"id": "1", "text": "Same."}\n' * 2)
    article, reject = read_all(tmp_path)
    assert isinstance(article, Article)
    assert reject.reason == "duplicate"


def test_globs(tmp_path):
    for name in ("a.txt", "b.txt", "c.md"):
        (tmp_path / name).write_text(f"Text {name}")
    assert [article.id for article in read_all(tmp_path / "*.txt")] == ["a", "b"]
    with pytest.raises(NoArticles, match="nothing matches"):
        read([str(tmp_path / "*.csv")], LIMIT)


def test_wrong_paths_fail_before_anything_is_read(tmp_path):
    with pytest.raises(NoSuchInput, match="no such file"):
        read([str(tmp_path / "missing.txt")], LIMIT)
    (tmp_path / "photo.jpg").write_bytes(b"x")
    with pytest.raises(NoArticles, match=r"\.parquet"):
        read([str(tmp_path)], LIMIT)
    assert ".html" in SUFFIXES


def test_broken_link_and_pipe_are_rejects(tmp_path):
    (tmp_path / "link.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    assert [result.reason for result in read_all(tmp_path)] == ["unreadable", "unreadable"]


def test_file_name_of_odd_bytes_can_be_written(tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9.txt")
    with open(path, "w") as stream:
        stream.write("Text.")
    article = only(tmp_path)
    assert article.id == "caf�"
    article.source.encode("utf-8")


def test_standard_input(tmp_path):
    assert only("-", stdin=io.BytesIO(TEXT.encode())).text == TEXT
    lines = b"\n" + json.dumps(RECORD).encode() + b"\n" + json.dumps(RECORD | {"text": "Second."}).encode()
    assert [article.id for article in read_all("-", stdin=io.BytesIO(lines))] == ["stdin#1", "stdin#2"]
    assert only("-", stdin=io.BytesIO(b"")).reason == "empty"
    assert only("-", stdin=io.BytesIO(b"a" * 1_000_000)).reason == "too_long"


def test_reading_is_lazy(tmp_path):
    (tmp_path / "a.txt").write_text("First.")
    (tmp_path / "b.txt").write_text("Second.")
    results = read([str(tmp_path)], LIMIT)
    assert next(results).text == "First."
    (tmp_path / "b.txt").write_text("Changed.")
    assert next(results).text == "Changed."
