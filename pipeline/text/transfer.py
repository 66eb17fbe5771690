"""The body of an HTTP answer as it was sent → the page, with chunks and codings undone, in bounded memory."""

import io
import re
import zlib
from contextlib import suppress

import pyarrow as pa
from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader
from warcio.statusandheaders import StatusAndHeaders

from pipeline.text.rejects import Refusal

CHUNK_SIZE = re.compile(rb"[0-9a-fA-F]{1,8}[ \t]*(;[^\r\n]{0,200})?\r\n")
GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
BARE = -zlib.MAX_WBITS
ARROW = {"br": "brotli", "zstd": "zstd"}
MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s{0,1000}<")


def received(body: bytes, http: StatusAndHeaders, size: int) -> bytes:
    """The first ``size`` bytes of what an answer with these headers and this ``body`` brings.

    Many archives keep the headers of a body that they have stored decoded: what does not look sent in chunks is
    not joined, and what begins as markup is not decoded. Raises ``Refusal`` (unreadable).
    """
    if http.get_header("Transfer-Encoding", "").strip().lower() == "chunked" and CHUNK_SIZE.match(body):
        try:
            # of chunks alone, without the coding: warcio would unpack a chunk of any length
            body = ChunkedDataReader(io.BytesIO(body), raise_exceptions=True).read()
        except ChunkedDataException as error:
            raise Refusal("unreadable", "the page was sent in chunks, and one is damaged or missing") from error
    for coding in reversed(http.get_header("Content-Encoding", "").lower().split(",")):
        if coding.strip() not in ("", "identity", "none") and not MARKUP.match(body):
            body = _decoded(body, coding.strip(), size)
    return body[:size]


def _decoded(body: bytes, coding: str, size: int) -> bytes:
    if coding in ("gzip", "x-gzip", "deflate"):
        for bits in (GZIP_OR_ZLIB, BARE) if coding == "deflate" else (GZIP_OR_ZLIB,):
            decoder = zlib.decompressobj(bits)
            with suppress(zlib.error):
                page = decoder.decompress(body, size)
                if decoder.eof or len(page) == size:
                    return page
    elif coding in ARROW:
        with suppress(OSError):
            return pa.CompressedInputStream(pa.BufferReader(body), ARROW[coding]).read(size)
    raise Refusal("unreadable", f"the page is damaged, or not in the coding {coding[:20]!r} that its headers say")
