"""Files as they are read: plain, or unpacked from gzip or Zstandard on the way, in bounded memory.

Damage is a ``Refusal`` (unreadable) at the place where it lies; the bytes before it are given first.
"""

import io
import zlib
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from pipeline.text.rejects import Refusal

PIECE = 1 << 16  # bytes read at a time
GZIP = 16 + zlib.MAX_WBITS
AHEAD = 8  # bytes that zlib may have taken from behind the place where it finds damage
MAGIC = b"\x1f\x8b\x08"  # every member of a gzip archive begins so
# Text packs to a third or a tenth, one article over and over to some hundredths. What unpacks to more than RATIO
# times its size, once it is longer than BOMB bytes, was made to fill a machine.
RATIO = 1000
BOMB = 1 << 28


def plain_name(name: str) -> str:
    """A file's name without the suffix of its compression."""
    return name[: -len(suffix)] if (suffix := packed(name)) else name


def packed(name: str) -> str:
    """The suffix of a compression that a file's name ends with, as it is written there; empty without one."""
    return next((name[-len(suffix) :] for suffix in CODECS if name.lower().endswith(suffix)), "")


def opened(path: Path) -> io.BufferedReader:
    """A file for reading, unpacked where its name says so; it can be wound back to its start."""
    if suffix := packed(path.name):
        return io.BufferedReader(_Unpacked(path, suffix.lower()), PIECE)
    return path.open("rb")


def resume(stream: io.BufferedReader) -> bool:
    """After a refusal, let ``stream`` go on behind the damage of its archive: at the next member of gzip. False
    where there is none or no way to find it (Zstandard). A stream without damage goes on as it is."""
    raw = stream.raw
    return raw.resume() if isinstance(raw, _Unpacked) and raw.refusal else True


def spared(stream: io.BufferedReader, end: int) -> bool:
    """Whether the damage that was met lies in a gzip member that begins at byte ``end`` or later."""
    return isinstance(stream.raw, _Unpacked) and stream.raw.spared(end)


class _Unpacked(io.RawIOBase):
    """The bytes in an archive of one or several parts. Winding back is unpacking anew."""

    def __init__(self, path: Path, suffix: str) -> None:
        super().__init__()
        self._path, self._codec = path, CODECS[suffix]
        self._begin()

    def _begin(self) -> None:
        self._decoder = self._codec(self._path)
        self._at = 0
        self._bomb = False
        self.refusal: Refusal | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and offset == 0:
            self._decoder.file.close()
            self._begin()
        elif whence != io.SEEK_CUR or offset:
            raise io.UnsupportedOperation("an archive can only be wound back to its start")
        return self._at

    def readinto(self, buffer: memoryview) -> int:
        """Raises ``Refusal`` (unreadable): the same one again until the reader winds back or resumes."""
        if self.refusal:
            raise self.refusal
        try:
            piece = self._decoder.read(len(buffer))
        except ValueError as error:
            detail = f"the archive is broken or cut off after {self._at:,} unpacked bytes ({str(error)[:120]})"
            self.refusal = Refusal("unreadable", f"{detail}; what stands before is read. Fetch it again")
            raise self.refusal from error
        self._at += len(piece)
        if self._at > BOMB and self._at > RATIO * self._decoder.file.tell():
            detail = f"the archive holds over {RATIO:,} times its size, as no text does; unpack it if you trust it"
            self._bomb = True
            self.refusal = Refusal("unreadable", detail)
            raise self.refusal
        buffer[: len(piece)] = piece
        return len(piece)

    def resume(self) -> bool:
        """Go on behind the damage; False where that cannot be done."""
        if self._bomb or not self._decoder.resume():
            return False
        self.refusal = None
        return True

    def spared(self, end: int) -> bool:
        return self.refusal is not None and not self._bomb and self._decoder.began >= end

    def close(self) -> None:
        self._decoder.file.close()
        super().close()


class _Gzip:
    """Members one after the other, padded with zeros, by zlib: gzip.GzipFile and Arrow drop up to a buffer of
    sound bytes at damage and cannot go on behind it."""

    def __init__(self, path: Path) -> None:
        self.file: BinaryIO = path.open("rb")
        self._held = b""  # packed bytes that were read and not yet consumed
        self._last = b""  # the last of the bytes consumed
        self._start = 0  # where in the file the member at hand begins
        self._member = zlib.decompressobj(GZIP)
        self._inside = self._begun = False
        self._given = 0
        self.began = 0  # bytes given before the member at hand

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes, none at the end. Raises ``ValueError`` at damage."""
        piece = b""
        while not piece:
            self._held = self._held or self.file.read(PIECE)
            if not self._held:
                if self._inside:
                    raise ValueError("it ends inside a member")
                return b""
            if self._begun and not self._inside:
                self._held = self._held.lstrip(b"\0")
            if self._held:
                if not self._inside:
                    self._start = self.file.tell() - len(self._held)
                self._inside = self._begun = True
                piece = self._inflate(size)
        return piece

    def _inflate(self, size: int) -> bytes:
        """zlib keeps what it unpacked before an error to itself, so that less is asked for then, in the end the
        one byte before the damage."""
        while True:
            trial = self._member.copy()
            try:
                piece = trial.decompress(self._held, size)
            except zlib.error as error:
                if size == 1:
                    raise ValueError(str(error)) from error
                size //= 2
                continue
            self._inside = not trial.eof
            self._given += len(piece)
            self.began = self.began if self._inside else self._given
            rest = trial.unconsumed_tail if self._inside else trial.unused_data
            self._last = (self._last + self._held[: len(self._held) - len(rest)])[-AHEAD:]
            self._held = rest
            self._member = trial if self._inside else zlib.decompressobj(GZIP)
            return piece

    def resume(self) -> bool:
        """Go to the next place that begins as a member does and can be unpacked; False where there is none."""
        held = self._last + self._held
        place = max(-1, self._start - (self.file.tell() - len(held)))  # never to the same member again
        while True:
            while (place := held.find(MAGIC, place + 1)) >= 0:
                with suppress(zlib.error):
                    zlib.decompressobj(GZIP).decompress(memoryview(held)[place:], 1)
                    self._held, self._inside, self.began = held[place:], False, self._given
                    self._member = zlib.decompressobj(GZIP)
                    return True
            more = self.file.read(PIECE)
            if not more:
                return False
            held, place = held[1 - len(MAGIC) :] + more, -1


class _Zstd:
    """Frames one after the other, by Arrow, which refuses windows of more than 128 MiB."""

    began = 0  # Arrow does not tell where a frame begins

    def __init__(self, path: Path) -> None:
        self._path = path
        self._given = 0
        self._most = PIECE
        self._open()

    def _open(self) -> None:
        self.file: BinaryIO = self._path.open("rb")
        self._stream = pa.CompressedInputStream(self.file, "zstd")  # closes the file when it is dropped

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes, none at the end. Raises ``ValueError`` at damage."""
        try:
            piece = self._stream.read(min(size, self._most))
        except OSError as error:
            if self._most == 1:
                raise ValueError(str(error)) from error
            self._wind_back()
            return self.read(size)
        self._given += len(piece)
        return piece

    def _wind_back(self) -> None:
        """Arrow drops what it unpacked in a call that fails: come to this place again and take single bytes."""
        self._open()
        left = self._given
        while left:
            left -= len(self._stream.read(min(PIECE, left)))
        self._most = 1

    def resume(self) -> bool:
        return False


CODECS: dict[str, type[_Gzip] | type[_Zstd]] = {".gz": _Gzip, ".zst": _Zstd}
