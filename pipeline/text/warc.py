"""Web archives (WARC, ISO 28500) → article pages, by the parsers of warcio. Nothing is fetched.

Each ``response`` that brought a page of HTML (status 200) is one; requests, metadata, images, redirects and
revisits are passed over. Its URL is its id, so that a page captured twice without a change is a duplicate; a
changed one has the id ``FILE#n`` of its record, as has a page whose URL is no line of up to 2,000 characters.
The day of the capture is not taken for the day of publication, which only the page itself can tell.

warcio's own ``ArchiveIterator`` is not used: it ends at damage, without a word where a file is cut off, holds
lines and unpacked pages of any length, and writes to standard error.
"""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from warcio.limitreader import LimitReader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser, StatusAndHeadersParserException

from pipeline.text import html
from pipeline.text.compressed import resume, spared
from pipeline.text.rejects import Refusal, too_long
from pipeline.text.tables import Fields, Numbered
from pipeline.text.transfer import received

PAGES = ("text/html", "application/xhtml+xml")
VERSIONS = ["WARC/1.1", "WARC/1.0", "WARC/0.18", "WARC/0.17"]
HEADERS = 1 << 20  # bytes that the headers of a record may have; warcio would read a line of any length
PIECE = 1 << 16
GZIP = b"\x1f\x8b"
LONGEST_URL = 2000  # characters, as ``metadata.build`` allows
LONGEST_NUMBER = 15  # digits of a length: a petabyte
CODED = 2  # times the bytes of a page that it may take in chunks or in a coding


@dataclass(frozen=True)
class _Capture:
    """An answer as it was received: the URL asked for, its HTTP headers, and its body as it was sent."""

    url: str
    http: StatusAndHeaders
    body: bytes


def warc_pages(stream: io.BufferedReader, max_characters: int, limit: int) -> Iterator[Numbered]:
    """The pages of an unpacked archive, by the number of their record in it. ``limit``: bytes of a page.

    A damaged record is a refusal (unreadable); reading goes on at the next that can be found.
    """
    archive = _Archive(stream)
    for number in count(1):
        try:
            if not archive.goes_on():
                return
            capture = archive.capture(CODED * limit + 1)
        except Refusal as refusal:
            yield number if number > 1 else 0, refusal
            if not archive.recover():
                return
            continue
        if capture:
            yield number, _page(capture, max_characters, limit)


def _page(capture: _Capture, max_characters: int, limit: int) -> Fields | Refusal:
    try:
        if len(capture.body) > CODED * limit:
            raise too_long(max_characters + 1, max_characters)
        raw = received(capture.body, capture.http, limit + 1)
        if len(raw) > limit:
            raise too_long(max_characters + 1, max_characters)
        return html.fields_of(raw) | {"id": capture.url, "url": capture.url}
    except Refusal as refusal:
        return refusal


class _Archive:
    """The records of an archive one after the other, and the way back to them after damage."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._line = b""  # first line of the next record, where it was read already
        self._heads = StatusAndHeadersParser(VERSIONS)
        self._http = StatusAndHeadersParser([], verify=False)

    def goes_on(self) -> bool:
        """Whether anything is left. Raises ``Refusal`` where the archive is broken."""
        self._line = self._line or self._after_blanks()
        return bool(self._line)

    def capture(self, most: int) -> _Capture | None:
        """The next record if it is a page, with ``most`` bytes of its body. Raises ``Refusal`` (unreadable)."""
        head = self._head()
        block = LimitReader(self._stream, self._length(head))
        capture = self._answer(head, block, most)
        while block.limit:
            if not block.read(PIECE):
                raise Refusal("unreadable", f"the archive is cut off {block.limit:,} bytes before a record ends")
        if self._stream.readline(PIECE).strip():
            raise Refusal(
                "unreadable", "a record does not end where its Content-Length says; fetch the file again"
            )
        end = self._stream.tell()
        try:
            self._line = self._after_blanks()  # in a gzip archive this also checks the sum of the record's bytes
        except Refusal:
            if not spared(self._stream, end):
                raise
        return capture

    def recover(self) -> bool:
        """Go to the next line that begins a record; False where there is none."""
        while resume(self._stream):
            try:
                while line := self._stream.readline(PIECE):
                    if line.startswith(b"WARC/"):
                        self._line = line
                        return True
                return False
            except Refusal:
                continue
        return False

    def _after_blanks(self) -> bytes:
        while (line := self._stream.readline(HEADERS)) and not line.strip():
            pass
        return line

    def _head(self) -> StatusAndHeaders:
        line, self._line = self._line, b""
        try:
            return self._heads.parse(_Head(self._stream), line)
        except StatusAndHeadersParserException as error:
            if line.startswith(GZIP):
                raise Refusal(
                    "unreadable", "a gzip archive; unpack it once more, or add .gz to its name"
                ) from error
            found = repr(line[:40])
            raise Refusal("unreadable", f"{found} where a record must begin with WARC/1.0 or 1.1") from error

    def _length(self, head: StatusAndHeaders) -> int:
        """Bytes of the record's block, at most those that a plain file still has. Raises ``Refusal``."""
        given = head.get_header("Content-Length", "").strip()
        if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER):
            raise Refusal("unreadable", f"a record with the Content-Length {given[:40]!r}; it must be a number")
        try:
            left = os.fstat(self._stream.fileno()).st_size - self._stream.tell()
        except io.UnsupportedOperation:  # an archive that is unpacked on the way
            return int(given)
        if int(given) > left:
            raise Refusal("unreadable", f"a record of {int(given):,} bytes where the file has only {left:,} left")
        return int(given)

    def _answer(self, head: StatusAndHeaders, block: LimitReader, most: int) -> _Capture | None:
        url = head.get_header("WARC-Target-URI", "").strip("<> ").replace(" ", "%20")
        if head.get_header("WARC-Type", "").lower() != "response" or url[:4].lower() != "http":
            return None
        try:
            http = self._http.parse(_Head(block))
        except EOFError:  # nothing was answered
            return None
        kind = http.get_header("Content-Type", "").split(";")[0].strip().lower()
        if http.get_statuscode() != "200" or kind not in PAGES:
            return None
        named = len(url) <= LONGEST_URL and url.isprintable()
        return _Capture(url if named else "", http, block.read(most))


class _Head:
    """The lines of one head, for a parser that would read headers of any length."""

    def __init__(self, stream: io.BufferedReader | LimitReader) -> None:
        self._stream = stream
        self._left = HEADERS

    def readline(self) -> bytes:
        """Raises ``Refusal`` (unreadable) where the head is too long."""
        line = self._stream.readline(self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            raise Refusal("unreadable", f"the headers of a record have over {HEADERS:,} bytes; this is no WARC")
        return line
