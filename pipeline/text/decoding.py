"""Bytes → characters, for files whose encoding nobody declared.

A byte-order mark tells the encoding and is not a character: offsets count from the character after it, as with
``open(path, encoding="utf-8-sig", newline="")``. Line ends are kept as they are.
"""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import suppress

from charset_normalizer import from_bytes

from pipeline.text.rejects import Refusal

# UTF-32 before UTF-16: its little-endian mark begins with the one of UTF-16. These codecs swallow the mark.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAGIC = (
    (b"%PDF-", "a PDF; export its text"),
    (b"PK\x03\x04", "a zip archive or an office document (docx, odt); export it as text"),
    (b"\xd0\xcf\x11\xe0", "an old office document; export it as text"),
    (b"{\\rtf", "a rich-text document; export it as text"),
    (b"\x1f\x8b", "a gzip archive; unpack it, or let its name end in .gz"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive; unpack it, or let its name end in .zst"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"PAR1", "a Parquet file; give it the suffix .parquet"),
)
# Non-ASCII characters that an English newsroom types. Bytes that give only these in Windows-1252 are taken
# for it without asking the detector, which needs long texts and takes short ones for Central European.
NEWSROOM = frozenset("£€¥¢©®™°·•–—‘’‚“”„†‡…«»½¼¾²³×\xa0\xadàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœÀÁÂÄÅÆÇÈÉÊËÍÎÓÔÖØÚÜŒŠšŽž")
SAMPLE = 1 << 18  # bytes shown to the detector; its time grows with them and its verdict hardly changes
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
# A stray escape code happens in wire copy; text proper never has one control character in fifty.
CONTROL_SHARE = 0.02
SURROGATE = re.compile(r"[\ud800-\udfff]")


def decode(raw: bytes) -> str:
    """The characters of a whole file. Raises ``Refusal`` (binary, encoding)."""
    encoding = encoding_of_sample(raw)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _broken(encoding, error.start) from error
    check_characters(text)
    return text


def encoding_of(stream: io.BufferedReader) -> str:
    """The encoding of a seekable file of any length, read in pieces; the file is wound back."""
    pieces = _pieces(stream)
    head = next(pieces)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
        for piece in pieces:
            decoder.decode(piece)
        with suppress(Refusal):  # a broken archive refuses here again, and may end inside a character
            decoder.decode(stream.read1(1), final=True)
    except UnicodeDecodeError:
        return encoding_of_sample(head)
    finally:
        stream.seek(0)
    return encoding_of_sample(head[:8]) if head[:3] == codecs.BOM_UTF8 or b"\0" in head else "utf-8"


def _pieces(stream: io.BufferedReader) -> Iterator[bytes]:
    """One or more pieces of ``SAMPLE`` bytes, the last shorter: to the end, or to where an archive is broken,
    which its reader will say when it comes there."""
    piece = b""
    with suppress(Refusal):
        while more := stream.read1(SAMPLE - len(piece)):
            piece += more
            if len(piece) == SAMPLE:
                yield piece
                piece = b""
    yield piece


def encoding_of_sample(raw: bytes) -> str:
    """Name of the codec for ``raw``: by its mark, else UTF-8, else a Western code page.

    Raises ``Refusal``: binary for known file formats and bytes with NUL, encoding for UTF-8 with broken places.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return encoding
    for magic, what in MAGIC:
        if raw.startswith(magic):
            raise Refusal("binary", f"this is not text but {what}")
    if b"\0" in raw:
        raise Refusal("binary", f"NUL byte at offset {raw.index(0)}: this is not a text file; export it as UTF-8")
    try:
        raw.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        return _legacy(raw, error)


def check_characters(text: str) -> None:
    """Raise ``Refusal`` for characters that no article holds: NUL, many controls, half a surrogate pair."""
    if "\0" in text:
        raise Refusal("binary", f"NUL character at offset {text.index(chr(0))}: this is not a text")
    controls = sum(1 for _ in CONTROL.finditer(text))
    if controls > CONTROL_SHARE * len(text):
        raise Refusal("binary", f"{controls} of {len(text)} characters are control codes: this is not a text")
    if broken := SURROGATE.search(text):
        raise Refusal("encoding", f"broken character at offset {broken.start()}; save the input again as UTF-8")


def _legacy(raw: bytes, error: UnicodeDecodeError) -> str:
    """The code page of bytes that are not UTF-8. One broken place in good UTF-8 is no code page."""
    lossy = raw.decode("utf-8", errors="replace")
    good = sum(1 for character in lossy if ord(character) > 127 and character != "\ufffd")
    if good >= lossy.count("\ufffd") and len(raw) - error.start > 4:  # a cut at the end of a sample is no fault
        raise _broken("utf-8", error.start)
    try:
        if {character for character in raw.decode("cp1252") if ord(character) > 127} <= NEWSROOM:
            return "cp1252"
    except UnicodeDecodeError:
        pass
    best = from_bytes(raw[:SAMPLE]).best()
    if best is None:
        raise _broken("utf-8", error.start)
    return best.encoding


def _broken(encoding: str, offset: int) -> Refusal:
    return Refusal("encoding", f"byte {offset} is not {encoding} text; save the file as UTF-8 and give it again")
