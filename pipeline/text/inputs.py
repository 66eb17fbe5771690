"""What the paths of a command line stand for: files, folders, globs, standard input."""

import glob
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from pipeline.text.compressed import CODECS, packed, plain_name

TEXTS = (".txt", ".md", ".html", ".htm")
PARQUET, WARC = ".parquet", ".warc"
TABLES = (".json", ".jsonl", ".ndjson", ".csv", PARQUET, WARC)
SUFFIXES = TEXTS + TABLES
READ = f"{' '.join(SUFFIXES)}, and all but {PARQUET} also as {' '.join(CODECS)}"
SIDE = ".meta.json"
STDIN = "-"


class NoArticles(ValueError):
    """A folder or pattern without any file that a reader knows; the message is for the user."""


class NoSuchInput(ValueError):
    """A path that does not exist; the message is for the user."""


@dataclass(frozen=True)
class Input:
    """One path of the command line. ``named``: it names a single file, which is read or rejected but never
    passed over. Standard input has no places."""

    places: tuple[Path, ...]
    named: bool

    def files(self) -> Iterator[tuple[Path, str]]:
        """Files in sorted order, each with the name that its id is made of (the path below its folder)."""
        for place in self.places:
            if place.is_dir():
                yield from _below(place)
            elif self.named or supported(place):
                yield place, place.name


def resolve(path: str) -> Input:
    """Look a path up. Raises ``NoSuchInput`` (not there), ``NoArticles`` (nothing in it to read)."""
    if path == STDIN:
        return Input((), named=True)
    if os.path.lexists(path):
        found = Input((Path(path),), named=not Path(path).is_dir())
    elif glob.has_magic(path):
        found = Input(tuple(Path(hit) for hit in sorted(glob.glob(path, recursive=True))), named=False)
        if not found.places:
            raise NoArticles(f"{path}: nothing matches this pattern; check it against the folder's files")
    else:
        raise NoSuchInput(f"{path}: no such file or folder; check the spelling (`-` reads standard input)")
    if next(found.files(), None) is None:
        raise NoArticles(f"{path}: no article in it; files with these suffixes are read: {READ}")
    return found


def supported(path: PurePath) -> bool:
    """Whether a reader knows the file's suffix. Hidden files and side files are no articles."""
    name = plain_name(path.name).lower()
    return not name.startswith(".") and suffix_of(path) in SUFFIXES and not name.endswith(SIDE)


def suffix_of(path: PurePath) -> str:
    """The suffix that says how to read a file, in lower case, that of a compression left out. Parquet compresses
    itself: packed once more it has none."""
    suffix = PurePath(plain_name(path.name)).suffix.lower()
    return "" if suffix == PARQUET and packed(path.name) else suffix


def _below(folder: Path) -> Iterator[tuple[Path, str]]:
    for parent, subfolders, names in os.walk(folder):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if supported(path):
                yield path, path.relative_to(folder).as_posix()
