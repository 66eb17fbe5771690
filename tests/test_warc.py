"""Web archives: pages become articles, everything else is passed over, damage costs what is damaged."""

import gzip
import io
import tracemalloc
import zlib

import pyarrow as pa
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.records import Article
from pipeline.text import warc
from pipeline.text.readers import read

LIMIT = 20_000
HTML = "text/html; charset=utf-8"


def page(words):
    return (
        f"<html><body><article><p>{words} "
        + "Ada Penrose said no to the plan. " * 10
        + "</p></article></body></html>"
    )


def archive(*records, gz=False):
    """Bytes of a WARC of (type, url, status, headers, body)."""
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=gz)
    for kind, url, status, headers, body in records:
        http = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(url, kind, payload=io.BytesIO(body), http_headers=http))
    return stream.getvalue()


def response(url, body, status="200 OK", content=HTML, **more):
    return ("response", url, status, [("Content-Type", content), *more.items()], body)


def scan(path, content):
    path.write_bytes(content)
    return list(read([str(path)], LIMIT))


GOOD = response("https://example.org/a", page("First.").encode())


@pytest.mark.parametrize(("name", "gz"), [("a.warc", False), ("a.warc.gz", True)])
def test_pages_are_articles_and_the_rest_is_passed_over(tmp_path, name, gz):
    records = (
        ("request", "https://example.org/a", "GET / HTTP/1.1", [], b""),
        GOOD,
        response("https://example.org/b.png", b"\x89PNG", content="image/png"),
        response("https://example.org/c", b"gone", status="404 Not Found"),
        response("https://example.org/d", page("Second.").encode(), content="application/xhtml+xml"),
    )
    first, second = scan(tmp_path / name, archive(*records, gz=gz))
    assert (first.id, first.url) == ("https://example.org/a", "https://example.org/a")
    assert first.source.endswith(f"{name}#2")
    assert first.text.startswith("First. Ada Penrose said no")
    assert second.id == "https://example.org/d"
    assert second.date is None, "the day of the capture is not the day of publication"


def test_a_page_captured_twice_is_a_duplicate_and_a_changed_one_is_not(tmp_path):
    changed = response("https://example.org/a", page("Changed.").encode())
    found = scan(tmp_path / "a.warc", archive(GOOD, GOOD, changed))
    assert [getattr(item, "reason", "article") for item in found] == ["article", "duplicate", "article"]
    assert found[2].id == "a.warc#3"


def test_encodings_of_the_transfer_are_undone(tmp_path):
    body = gzip.compress(page("Packed.").encode())
    chunked = b"".join(
        b"%x\r\n%s\r\n" % (len(body[i : i + 50]), body[i : i + 50]) for i in range(0, len(body), 50)
    )
    record = response(
        "https://example.org/z",
        chunked + b"0\r\n\r\n",
        **{"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"},
    )
    (article,) = scan(tmp_path / "a.warc", archive(record))
    assert article.text.startswith("Packed. Ada")


def test_a_page_without_an_article_costs_only_itself(tmp_path):
    found = scan(tmp_path / "a.warc", archive(response("https://example.org/x", b"<html></html>"), GOOD))
    assert [getattr(item, "reason", "article") for item in found] == ["html", "article"]
    assert found[0].source.endswith("#1")


def header(**more):
    return {name.replace("_", "-"): value for name, value in more.items()}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (header(Content_Encoding="gzip"), gzip.compress),
        (header(Content_Encoding="x-gzip"), gzip.compress),
        (header(Content_Encoding="deflate"), zlib.compress),
        (header(Content_Encoding="deflate"), lambda raw: zlib.compress(raw)[2:-4]),
        (header(Content_Encoding="br"), lambda raw: pa.compress(raw, "brotli", asbytes=True)),
        (header(Content_Encoding="zstd"), lambda raw: pa.compress(raw, "zstd", asbytes=True)),
        (header(Content_Encoding="deflate, gzip"), lambda raw: gzip.compress(zlib.compress(raw))),
        (header(Content_Encoding="gzip"), lambda raw: raw),
        (header(Transfer_Encoding="chunked"), lambda raw: raw),
        (header(Transfer_Encoding="Chunked", Content_Encoding="br"), lambda raw: b"\xef\xbb\xbf" + raw),
    ],
)
def test_codings_are_undone_unless_the_archive_has_done_it(tmp_path, headers, body):
    record = response("https://example.org/z", body(page("Packed.").encode()), **headers)
    (article,) = scan(tmp_path / "a.warc", archive(record))
    assert article.text.startswith("Packed. Ada")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (header(Content_Encoding="gzip"), gzip.compress(page("Cut.").encode())[:-9]),
        (header(Content_Encoding="br"), b"no brotli"),
        (header(Content_Encoding="sdch"), b"\x01\x02"),
        (header(Transfer_Encoding="chunked"), b"ff\r\n<html>cut"),
    ],
)
def test_a_body_that_is_not_what_its_headers_say_is_a_reject(tmp_path, headers, body):
    found = scan(tmp_path / "a.warc", archive(response("https://example.org/z", body, **headers), GOOD))
    assert [getattr(item, "reason", "article") for item in found] == ["unreadable", "article"]


def test_a_bomb_in_a_chunk_fills_no_memory(tmp_path):
    bomb = gzip.compress(b"<p>" + b"a" * 50_000_000)
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(bomb), bomb)
    headers = header(Transfer_Encoding="chunked", Content_Encoding="gzip")
    content = archive(response("https://example.org/z", chunk, **headers), GOOD, gz=True)
    tracemalloc.start()
    try:
        found = scan(tmp_path / "a.warc.gz", content)
        assert tracemalloc.get_traced_memory()[1] < 15_000_000
    finally:
        tracemalloc.stop()
    assert [getattr(item, "reason", "article") for item in found] == ["too_long", "article"]


def test_too_long_a_page_is_not_held(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.text.readers.PAGE_ROOM", 1000)
    found = scan(tmp_path / "a.warc", archive(response("https://example.org/x", b"x" * 1_000_000), GOOD))
    assert [getattr(item, "reason", "article") for item in found] == ["too_long", "article"]


@pytest.mark.parametrize(
    "content",
    [
        b"this is no archive\n",
        b"\x00\xff" * 1000,
        b"WARC/1.0\r\n" + b"x" * 3_000_000,
        gzip.compress(archive(GOOD)),
    ],
)
def test_rubbish_is_a_reject(tmp_path, content):
    found = scan(tmp_path / "a.warc", content)
    assert [item.reason for item in found] == ["unreadable"]


def test_what_stands_before_a_break_is_read(tmp_path):
    found = scan(tmp_path / "a.warc", archive(GOOD) + b"no record\r\n" * 5)
    assert isinstance(found[0], Article)
    assert [item.reason for item in found[1:]] == ["unreadable"]


def raw(number, length=None, url=True):
    """A record written by hand, with any Content-Length."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(f"Number {number}.").encode()
    target = b"WARC-Target-URI: https://example.org/%d\r\n" % number if url else b""
    size = b"%d" % len(block) if length is None else length
    head = b"WARC/1.0\r\nWARC-Type: response\r\n" + target + b"Content-Length: " + size
    return head + b"\r\n\r\n" + block + b"\r\n\r\n"


def numbers(found):
    """What came of each record: the number that its page names, or the reason of its reject."""
    return [getattr(item, "reason", None) or int(item.text.split()[1].strip(".")) for item in found]


@pytest.mark.parametrize("length", [b"-5", b"", b"seven", b"9" * 30, b"9" * 12, b"100"])
def test_a_wrong_length_costs_one_record(tmp_path, length):
    content = raw(1) + raw(2, length) + raw(3) + raw(4)
    assert numbers(scan(tmp_path / "a.warc", content)) == [1, "unreadable", 3, 4]


def test_a_length_into_the_next_record_costs_both_and_is_told(tmp_path):
    content = raw(1) + raw(2, b"%d" % (len(raw(2)) + 50)) + raw(3) + raw(4)
    assert numbers(scan(tmp_path / "a.warc", content)) == [1, "unreadable", 4]


@pytest.mark.parametrize("place", [60, -8, -2])
def test_a_damaged_member_costs_one_record(tmp_path, place):
    members = [bytearray(gzip.compress(raw(number))) for number in range(1, 5)]
    members[1][place] ^= 255
    assert numbers(scan(tmp_path / "a.warc.gz", b"".join(members))) == [1, "unreadable", 3, 4]


@pytest.mark.parametrize(("name", "pack"), [("a.warc", bytes), ("a.warc.gz", gzip.compress)])
@pytest.mark.parametrize("cut", [5, 60, 300])
def test_a_record_that_is_cut_off_is_a_reject_and_no_half_article(tmp_path, name, pack, cut):
    second = pack(raw(2))
    assert numbers(scan(tmp_path / name, pack(raw(1)) + second[: len(second) * 3 // 4 - cut // 5])) == [
        1,
        "unreadable",
    ]


def test_a_gzip_archive_in_one_member_and_zstandard_are_read(tmp_path):
    content = raw(1) + raw(2)
    assert numbers(scan(tmp_path / "a.warc.gz", gzip.compress(content))) == [1, 2]
    (tmp_path / "a.warc.gz").unlink()
    assert numbers(scan(tmp_path / "b.warc.zst", pa.compress(content, "zstd", asbytes=True))) == [1, 2]


def test_an_answer_to_no_url_is_passed_over(tmp_path):
    assert numbers(scan(tmp_path / "a.warc", raw(1, url=False) + raw(2))) == [2]


def test_a_url_that_can_be_no_id_gives_none(tmp_path):
    target = b"https://example.org/"
    content = raw(1).replace(target, target + b"a" * 3000) + raw(2).replace(target, target + b"\0")
    found = scan(tmp_path / "a.warc", content)
    assert [(item.id, item.url) for item in found] == [("a#1", ""), ("a#2", "")]


def test_a_space_in_a_url_is_written_as_in_a_link(tmp_path, caplog, capfd):
    content = raw(1).replace(b"https://example.org/1", b"<https://example.org/a b>")
    assert scan(tmp_path / "a.warc", content)[0].url == "https://example.org/a%20b"
    assert not caplog.records
    assert capfd.readouterr().err == ""


def test_no_damage_breaks_the_reader(tmp_path):
    content = gzip.compress(raw(1), mtime=0) + gzip.compress(raw(2), mtime=0)
    for place in range(len(content)):
        spoilt = content[:place] + bytes([content[place] ^ 85]) + content[place + 1 :]
        found = scan(tmp_path / "a.warc.gz", spoilt)
        assert len(found) > 1, f"byte {place}"
        assert any(isinstance(item, Article) for item in found), f"byte {place}"


def test_headers_without_end_are_not_read_to_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(warc, "HEADERS", 100_000)
    content = archive(GOOD) + b"WARC/1.0\r\nA: " + b"x" * 2_000_000
    found = scan(tmp_path / "a.warc", content)
    assert [getattr(item, "reason", "article") for item in found] == ["article", "unreadable"]
    assert "headers" in found[1].detail


def test_an_empty_archive_has_no_article(tmp_path):
    assert scan(tmp_path / "a.warc", b"") == []
