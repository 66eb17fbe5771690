"""Files that survive a kill, a full disk and a power cut: there as a whole, or not at all."""

import hashlib
import os
import shutil
from pathlib import Path


def sha256(path: Path) -> str | None:
    """Hash of a file; None where there is none."""
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def put(path: Path, content: bytes | memoryview) -> None:
    """Write a file so that its name never stands for half of it, whatever happens."""
    growing = path.with_name(f".{path.name}.growing")
    try:
        with growing.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        growing.rename(path)
    except OSError:
        growing.unlink(missing_ok=True)  # a full disk needs the room
        raise
    sync(path.parent)


def sync(folder: Path) -> None:
    """Make the names in a folder safe on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def share(source: Path, target: Path) -> None:
    """The same file under a second name; a copy where the file system has no links."""
    target.parent.mkdir(exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
