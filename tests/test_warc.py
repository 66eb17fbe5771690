"""Web archives: pages become articles, everything else is passed over, damage costs what is damaged."""

import gzip
import io

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


def test_headers_without_end_are_not_read_to_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(warc, "HEADERS", 100_000)
    content = archive(GOOD) + b"WARC/1.0\r\nA: " + b"x" * 2_000_000
    found = scan(tmp_path / "a.warc", content)
    assert [getattr(item, "reason", "article") for item in found] == ["article", "unreadable"]
    assert "headers" in found[1].detail


def test_an_empty_archive_has_no_article(tmp_path):
    assert scan(tmp_path / "a.warc", b"") == []
