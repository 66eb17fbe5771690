"""The files that the paths of a command line stand for, on any file system that Spark reads.

Names, sources and order are those of the local readers (``pipeline.text.inputs``). JSON lines (also .gz) and
Parquet are read: formats that can be shared out. Spark's hidden names (``.part.crc``, ``_SUCCESS``) are left out.
"""

import glob
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipeline.scoring.spark.session import SparkError
from pipeline.text.inputs import STDIN, NoArticles, NoSuchInput, supported

if TYPE_CHECKING:
    from py4j.java_gateway import JavaObject
    from pyspark.sql import SparkSession

LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
PARQUET = (".parquet",)
SUFFIXES = LINES + PARQUET


@dataclass(frozen=True)
class InputFile:
    """One file. ``path`` is Hadoop's name of it and ``uri`` the same as Spark tells it beside each row,
    ``source`` the path as the user writes it, ``name`` the path below the folder that was named (ids are made of
    it)."""

    path: str
    uri: str
    source: str
    name: str

    @property
    def has_lines(self) -> bool:
        """Whether it holds JSON lines; else it is Parquet."""
        return self.name.lower().endswith(LINES)


def find(spark: "SparkSession", paths: Sequence[str]) -> tuple[InputFile, ...]:
    """Files of all paths in the order of reading, each once.

    Raises ``NoSuchInput``, ``NoArticles``, and ``SparkError`` for a file that Spark cannot share out.
    """
    found: dict[str, InputFile] = {}
    for path in paths:
        if path == STDIN:
            raise SparkError("standard input cannot be shared out to workers. Use --engine local, or give files")
        for file in _below(_Place.of(spark, path), path):
            found.setdefault(file.uri, file)
    return tuple(found.values())


def file_system(spark: "SparkSession", path: str) -> "JavaObject":
    """Hadoop's file system of a path. It leaves no .crc files beside what it writes on a local disk."""
    found = _hadoop(spark, path).getFileSystem(spark._jsc.hadoopConfiguration())
    found.setWriteChecksum(False)
    return found


def uri(spark: "SparkSession", path: str) -> str:
    """The full name of a path, as ``InputFile.uri``, which no other path has."""
    return _escaped(file_system(spark, path).makeQualified(_hadoop(spark, path)))


def _hadoop(spark: "SparkSession", path: str) -> "JavaObject":
    return spark._jvm.org.apache.hadoop.fs.Path(path)


@dataclass(frozen=True)
class _Place:
    """What a path stands for: ``found`` (Hadoop's statuses), and how the beginning of their full names, ``base``,
    was written by the user (``spelled``)."""

    system: "JavaObject"
    found: tuple["JavaObject", ...]
    base: str
    spelled: str

    @classmethod
    def of(cls, spark: "SparkSession", path: str) -> "_Place":
        system, wanted = file_system(spark, path), _hadoop(spark, path)
        if system.exists(wanted):
            return cls(system, (system.getFileStatus(wanted),), _full(system.makeQualified(wanted)), path)
        if not glob.has_magic(path):
            raise NoSuchInput(f"{path}: no such file or folder for Spark; check the spelling and the file system")
        hits = tuple(system.globStatus(wanted) or ())
        if not hits:
            raise NoArticles(f"{path}: nothing matches this pattern; check it against the folder's files")
        plain = path[: next(at for at, sign in enumerate(path) if sign in "*?[")].rpartition("/")[0]
        base = _hadoop(spark, plain or ("/" if path.startswith("/") else "."))
        return cls(system, hits, _full(system.makeQualified(base)), plain)

    def spell(self, full: str) -> str:
        """A full name as the user would write it."""
        rest = full[len(self.base) :].lstrip("/")
        if "://" in self.spelled:
            return f"{self.spelled.rstrip('/')}/{rest}".rstrip("/")
        return str(PurePosixPath(self.spelled, rest))


def _below(place: _Place, path: str) -> Iterator[InputFile]:
    named = len(place.found) == 1 and place.found[0].isFile()
    files = [file for status in sorted(place.found, key=_name) for file in _files(place, status)]
    kept = [file for file in files if file.name.lower().endswith(SUFFIXES)]
    for file in files:
        if file not in kept and (named or supported(PurePosixPath(file.name))):
            raise SparkError(
                f"{file.source}: Spark shares out {' '.join(SUFFIXES)} only. Use --engine local, or put the texts "
                'into JSON lines, one {"id": …, "text": …} an article'
            )
    if not kept:
        raise NoArticles(f"{path}: no article in it; Spark reads files with these suffixes: {' '.join(SUFFIXES)}")
    yield from kept


def _files(place: _Place, status: "JavaObject") -> Iterator[InputFile]:
    """The files of one hit: itself, or all below it, the files of a folder before its subfolders."""
    if status.isFile():
        full = _name(status)
        yield InputFile(*_names(status), place.spell(full), PurePosixPath(full).name)
        return
    root, listed = _name(status), place.system.listFiles(status.getPath(), True)
    below: list[tuple[list[tuple[bool, str]], tuple[str, str]]] = []
    while listed.hasNext():
        file = listed.next()
        parts = _name(file)[len(root) :].strip("/").split("/")
        if not any(part.startswith((".", "_")) for part in parts):
            below.append(([*((True, part) for part in parts[:-1]), (False, parts[-1])], _names(file)))
    for parts, names in sorted(below):
        name = "/".join(part for _, part in parts)
        yield InputFile(*names, place.spell(f"{root.rstrip('/')}/{name}"), name)


def _full(path: "JavaObject") -> str:
    return path.toUri().getPath()


def _name(status: "JavaObject") -> str:
    return _full(status.getPath())


def _names(status: "JavaObject") -> tuple[str, str]:
    path = status.getPath()
    return path.toString(), _escaped(path)


def _escaped(path: "JavaObject") -> str:
    """A path with its signs escaped. Hadoop puts one slash or three after ``file:``."""
    return re.sub("^file:/+", "file:/", path.toUri().toString())
