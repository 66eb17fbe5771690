"""Files packed with gzip and Zstandard are read as they would be unpacked; broken ones become rejects."""

import gzip
import hashlib
import json
import tracemalloc

import pyarrow as pa
import pytest

from pipeline.records import Article
from pipeline.text import compressed
from pipeline.text.compressed import opened, plain_name
from pipeline.text.readers import read
from pipeline.text.rejects import Refusal, Reject

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


@pytest.mark.parametrize("name", ["lines.jsonl", "list.json", "table.csv"])
@pytest.mark.parametrize("suffix", PACK)
def test_a_cut_archive_gives_what_stands_before_the_cut(tmp_path, name, suffix):
    path = tmp_path / f"{name}{suffix}"
    # two parts, cut in the second, of which gzip still gives the beginning
    path.write_bytes(PACK[suffix](CONTENTS[name][:-60]) + PACK[suffix](CONTENTS[name][-60:])[:-9])
    *whole, last = read([str(path)], LIMIT)
    assert len(whole) >= len(ROWS) - 2
    assert [(item.id, item.text) for item in whole] == [(row["id"], row["text"]) for row in ROWS][: len(whole)]
    assert (last.reason, "cut off" in last.detail) == ("unreadable", True)
    assert last.source == f"{path}#{len(whole) + 1}"


def test_what_zlib_holds_back_at_damage_is_given(tmp_path):
    rows = "".join(
        json.dumps({"id": str(n), "text": hashlib.sha256(b"%d" % n).hexdigest()}) + "\n" for n in range(99)
    )
    packed = bytearray(gzip.compress(rows.encode()))
    packed[-8] ^= 255  # the sum of the bytes
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(packed)
    *whole, last = read([str(path)], LIMIT)
    assert (len(whole), last.reason) == (98, "unreadable"), "all but the line whose end was not given"


def test_zeros_after_the_last_member_are_padding(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(LINES) + b"\0" * 600)
    assert len(found(tmp_path)) == len(ROWS)
    assert not any(isinstance(item, Reject) for item in found(tmp_path))


def test_resuming_goes_to_the_next_member(tmp_path):
    first = gzip.compress(b"one\n" * 9)
    path = tmp_path / "a.gz"
    path.write_bytes(first[:-9] + compressed.MAGIC + first[-6:] + gzip.compress(b"two\n"))
    with opened(path) as stream:
        with pytest.raises(Refusal, match="broken"):
            stream.read()
        assert compressed.resume(stream)
        assert stream.read() == b"two\n"
        assert compressed.resume(stream), "without damage a stream goes on as it is"


def test_resuming_never_comes_to_the_same_place_again(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"one")[:-3] + compressed.MAGIC)
    places = 0
    with opened(path) as stream:
        while places < 9:
            with pytest.raises(Refusal, match="broken"):
                stream.read()
            if not compressed.resume(stream):
                break
            places += 1
    assert places == 1


def test_zstandard_has_no_place_to_resume_at(tmp_path):
    path = tmp_path / "a.zst"
    path.write_bytes(zst(b"one")[:-3] + zst(b"two"))
    with opened(path) as stream:
        with pytest.raises(Refusal, match="broken"):
            stream.read()
        assert not compressed.resume(stream)


def test_a_frame_with_a_giant_window_is_refused(tmp_path):
    path = tmp_path / "a.txt.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd" + bytes([0, (31 - 10) << 3]) + b"\x01\0\0x")  # of two gigabytes
    (reject,) = read([str(path)], LIMIT)
    assert (reject.reason, "memory" in reject.detail) == ("unreadable", True)


@pytest.mark.parametrize(
    ("name", "head", "unit", "reasons"),
    [
        ("a.jsonl", b"", b"a" * 1000, {"too_long", "unreadable"}),
        ("a.csv", b"text,title\n", b"a" * 1000, {"table"}),
        ("a.csv", b"text,title\n", b'"\n",' * 250, {"table"}),
        ("a.json", b'{"text": "', b"a" * 1000, {"too_long"}),
        ("a.json", b"", b" " * 1000, {"unreadable"}),
    ],
)
def test_a_bomb_in_a_table_fills_no_memory(tmp_path, monkeypatch, name, head, unit, reasons):
    monkeypatch.setattr(compressed, "BOMB", 20_000_000)
    path = tmp_path / f"{name}.zst"
    path.write_bytes(zst(head) + zst(unit * 40_000))
    tracemalloc.start()
    try:
        assert {item.reason for item in read([str(path)], LIMIT)} == reasons
        assert tracemalloc.get_traced_memory()[1] < 15_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["lines.jsonl", "list.json", "table.csv"])
@pytest.mark.parametrize("suffix", PACK)
def test_no_damage_breaks_the_reader(tmp_path, name, suffix):
    packed = PACK[suffix](CONTENTS[name])
    path = tmp_path / f"{name}{suffix}"
    for place in range(0, len(packed), 7):
        path.write_bytes(packed[:place] + bytes([packed[place] ^ 85]) + packed[place + 1 :])
        assert list(read([str(path)], LIMIT))


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
    assert reject.detail.startswith("Parquet compresses itself")


@pytest.mark.parametrize("inner", [gzip.compress, zst])
def test_an_archive_in_an_archive_is_named_as_what_it_is(tmp_path, inner):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(inner(b"Ada Penrose said no.")))
    (reject,) = found(tmp_path)
    assert (reject.reason, "archive" in reject.detail) == ("binary", True)


def test_metadata_may_be_packed_too_and_is_short(tmp_path):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"Ada Penrose said no."))
    side = tmp_path / "a.meta.json.gz"
    side.write_bytes(gzip.compress(b'{"outlet": "The Wold Mail"}'))
    (article,) = read([str(tmp_path)], LIMIT)
    assert article.outlet == "The Wold Mail"
    side.write_bytes(gzip.compress(b" " * 1_000_000))
    assert [item.reason for item in read([str(tmp_path)], LIMIT)] == ["metadata"]


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
