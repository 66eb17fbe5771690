"""Web archives (WARC, ISO 28500) → article pages, by warcio. Nothing is fetched.

Each ``response`` that brought a page of HTML (status 200) is one; requests, metadata, images, redirects and
revisits are passed over. Its URL is its id, so a page that was captured twice without a change is a duplicate.
"""

from collections.abc import Iterator
from io import BufferedReader

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from pipeline.text import html
from pipeline.text.rejects import Refusal, too_long
from pipeline.text.tables import Fields, Numbered

PAGES = ("text/html", "application/xhtml+xml")
HEADERS = 1 << 20  # bytes that the headers of a record may have; warcio would read a line of any length
PIECE = 1 << 16
GZIP = b"\x1f\x8b"
LONGEST_ID = 2000  # characters, as ``metadata.build`` allows


def warc_pages(stream: BufferedReader, max_characters: int, limit: int) -> Iterator[Numbered]:
    """The pages of an unpacked archive, by the number of their record in it. ``limit``: bytes of a page.

    Raises ``Refusal`` (unreadable) where the archive is packed twice.
    """
    if stream.peek(2)[:2] == GZIP:
        raise Refusal("unreadable", "an archive within an archive; unpack it once")
    guarded = _Guarded(stream)
    number = 0
    try:
        records = iter(ArchiveIterator(guarded))
        while (record := next(records, None)) is not None:
            guarded.left = None
            number += 1
            if _is_page(record):
                yield number, _page(record, max_characters, limit)
            while record.raw_stream.read(PIECE):
                pass
            guarded.left = HEADERS
    except Refusal as refusal:
        yield number + 1, refusal
    except (ArchiveLoadFailed, EOFError, ValueError, AttributeError) as error:  # warcio on hostile bytes
        detail = f"no WARC record after record {number} ({str(error)[:120]}); what stands before it is read"
        yield number + 1, Refusal("unreadable", detail)


def _is_page(record: ArcWarcRecord) -> bool:
    headers = record.http_headers
    if record.rec_type != "response" or headers is None or headers.get_statuscode() != "200":
        return False
    return (headers.get_header("Content-Type") or "").split(";")[0].strip().lower() in PAGES


def _page(record: ArcWarcRecord, max_characters: int, limit: int) -> Fields | Refusal:
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
    try:
        raw = record.content_stream().read(limit + 1)
        if len(raw) > limit:
            return too_long(max_characters + 1, max_characters)
        return html.fields_of(raw) | {"id": url[:LONGEST_ID], "url": url[:LONGEST_ID]}
    except Refusal as refusal:
        return refusal
    except Exception as error:  # chunks and encodings that are not what they say
        return Refusal("unreadable", f"the page of {url[:200]} is damaged ({type(error).__name__})")


class _Guarded:
    """A stream that gives no more than ``left`` bytes until that is set anew (None: all)."""

    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream
        self.left: int | None = HEADERS

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(PIECE if size < 0 else min(size, PIECE))
        if self.left is not None:
            self.left -= len(piece)
            if self.left < 0:
                raise Refusal(
                    "unreadable", f"the headers of a record have over {HEADERS:,} bytes; this is no WARC"
                )
        return piece

    def tell(self) -> int:
        return self._stream.tell()

    def close(self) -> None:
        self._stream.close()
