"""Files as they are read: plain, or unpacked from gzip or Zstandard on the way, in bounded memory."""

import io
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from pipeline.text.rejects import Refusal

PIECE = 1024  # bytes unpacked at a time: as many are lost before a break, since Arrow then gives none of them
CODECS = {".gz": "gzip", ".zst": "zstd"}


def plain_name(name: str) -> str:
    """A file's name without the suffix of its compression."""
    return name[: -len(suffix)] if (suffix := packed(name)) else name


def packed(name: str) -> str:
    """The suffix of a compression that a file's name ends with, as it is written there; empty without one."""
    return next((name[-len(suffix) :] for suffix in CODECS if name.lower().endswith(suffix)), "")


def opened(path: Path) -> BinaryIO:
    """A file for reading, unpacked where its name says so; it can be wound back to its start.

    Reading raises ``Refusal`` (unreadable) where an archive is broken; what came before is whole.
    """
    if suffix := packed(path.name):
        return io.BufferedReader(_Unpacked(path, CODECS[suffix.lower()]))
    return path.open("rb")


class _Unpacked(io.RawIOBase):
    """The bytes in an archive of one or several parts. Winding back is unpacking anew."""

    def __init__(self, path: Path, codec: str) -> None:
        super().__init__()
        self._path, self._codec = path, codec
        self._begin()

    def _begin(self) -> None:
        self._file = self._path.open("rb")
        self._stream = pa.CompressedInputStream(self._file, self._codec)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and offset == 0:
            self._file.close()
            self._begin()
        elif whence != io.SEEK_CUR or offset:
            raise io.UnsupportedOperation("an archive can only be wound back to its start")
        return self._at

    def readinto(self, buffer: memoryview) -> int:
        try:
            piece = self._stream.read(min(len(buffer), PIECE))
        except (pa.ArrowException, OSError) as error:
            detail = f"the archive is broken or cut off ({str(error)[:120]}); what stands before it is read"
            raise Refusal("unreadable", detail) from error
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()
