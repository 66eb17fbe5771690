"""Files packed with gzip and Zstandard are read as they would be unpacked; broken ones become rejects."""

import gzip
import json

import pyarrow as pa
import pytest

from pipeline.records import Article
from pipeline.text.compressed import PIECE, opened, plain_name
from pipeline.text.readers import read
from pipeline.text.rejects import Reject

LIMIT = 10_000
ROWS = [{"id": f"r{number}", "text": f"Ada Penrose said no to plan {number}."} for number in range(50)]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def zst(content):
    return pa.Codec("zstd").compress(content, asbytes=True)


PACK = {".gz": gzip.compress, ".zst": zst}
CONTENTS = {
    "lines.jsonl": LINES,
    "list.json": json.dumps(ROWS).encode(),
    "table.csv": ("id,text\n" + "".join(f"{row['id']},{row['text']}\n" for row in ROWS)).encode(),
    "one.txt": b"Ada Penrose said no.",
    "two.md": b"---\ntitle: The plan\n---\nAda Penrose said no.",
    "page.html": b"<html><body><article><p>"
    + b"Ada Penrose said no to it. " * 20
    + b"</p></article></body></html>",
}


def found(folder):
    return [(item.id, item.text) if isinstance(item, Article) else item for item in read([str(folder)], LIMIT)]


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("name", CONTENTS)
def test_packed_is_as_good_as_plain(tmp_path, name, suffix):
    for folder in ("plain", "packed"):
        (tmp_path / folder).mkdir()
    (tmp_path / "plain" / name).write_bytes(CONTENTS[name])
    (tmp_path / "packed" / f"{name}{suffix}").write_bytes(PACK[suffix](CONTENTS[name]))
    assert found(tmp_path / "packed") == found(tmp_path / "plain")
    assert not any(isinstance(item, Reject) for item in found(tmp_path / "packed"))


@pytest.mark.parametrize("suffix", PACK)
def test_archives_of_several_parts_are_read_whole(tmp_path, suffix):
    half = LINES.index(b"\n", len(LINES) // 2) + 1
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(PACK[suffix](LINES[:half]) + PACK[suffix](LINES[half:]))
    assert len(found(path)) == len(ROWS)


@pytest.mark.parametrize("suffix", PACK)
def test_a_cut_archive_gives_what_stands_before_the_cut(tmp_path, suffix):
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(PACK[suffix](LINES) + PACK[suffix](LINES)[:-9])
    *whole, last = read([str(path)], LIMIT)
    sure = LINES[: len(LINES) - PIECE].count(b"\n")  # what lies in the piece with the break may be lost
    assert [item.id for item in whole if isinstance(item, Article)][:sure] == [row["id"] for row in ROWS][:sure]
    assert (last.reason, "cut off" in last.detail) == ("unreadable", True)


@pytest.mark.parametrize("suffix", PACK)
def test_rubbish_is_a_reject(tmp_path, suffix):
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(b"no archive at all")
    (reject,) = read([str(path)], LIMIT)
    assert reject.reason == "unreadable"


@pytest.mark.parametrize("suffix", PACK)
def test_a_bomb_is_too_long_and_not_unpacked(tmp_path, suffix):
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(PACK[suffix](b"a" * 50_000_000))
    (reject,) = read([str(path)], LIMIT)
    assert reject.reason == "too_long"
    with opened(path) as stream:
        stream.read(10)
        assert stream.raw.tell() < 1_000_000, "more was unpacked than was asked for"


def test_parquet_is_not_packed_once_more(tmp_path):
    path = tmp_path / "a.parquet.gz"
    path.write_bytes(gzip.compress(b"PAR1"))
    (reject,) = read([str(path)], LIMIT)
    assert reject.reason == "unsupported"
    assert ".gz" in reject.detail


def test_metadata_lies_beside_a_packed_file_as_beside_a_plain_one(tmp_path):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"Ada Penrose said no."))
    (tmp_path / "a.meta.json").write_text('{"outlet": "The Wold Mail"}')
    (article,) = read([str(tmp_path)], LIMIT)
    assert (article.id, article.outlet) == ("a", "The Wold Mail")


@pytest.mark.parametrize(
    ("name", "plain"), [("a.txt.gz", "a.txt"), ("a.b.ZST", "a.b"), ("a.gzip", "a.gzip"), (".gz", "")]
)
def test_plain_names(name, plain):
    assert plain_name(name) == plain
