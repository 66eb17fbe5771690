"""Finished work, shard by shard: a Parquet file for each table, and a line in the manifest that vouches for them.

A file is written under another name, made safe on the disk and renamed; the line comes last. Whenever the machine
stops, what the manifest names is whole, and what it does not name does not count.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from pipeline.config import strict
from pipeline.records import ArticleRow, arrow_schema, statement_schema
from pipeline.scoring.durable import put, sha256
from pipeline.scoring.fingerprints import InputRow
from pipeline.text.rejects import Reject

TABLES = ("statements", "articles", "rejects", "inputs")
MANIFEST = "manifest.jsonl"


@dataclass(frozen=True)
class Origin:
    """What rows depend on besides the inputs: the bundle's hash, the program's version, the longest article read.
    Only rows of one origin may stand in one result."""

    bundle: str
    version: str
    max_characters: int


@strict
class Line:
    """A line of the manifest: a finished shard. ``rows`` and ``sha256`` are those of its file of each table,
    ``inputs`` is the digest of its inputs' fingerprints in order; the rest says what it was made with."""

    shard: int
    rows: dict[str, int]
    inputs: str
    sha256: dict[str, str]
    bundle: str
    version: str
    max_characters: int

    @property
    def origin(self) -> Origin:
        """What the shard was made with."""
        return Origin(self.bundle, self.version, self.max_characters)


def schemas(heads: Mapping[str, tuple[str, ...]]) -> dict[str, pa.Schema]:
    """The schema of each table of a result."""
    rows = {"articles": ArticleRow, "rejects": Reject, "inputs": InputRow}
    return {"statements": statement_schema(heads), **{name: arrow_schema(row) for name, row in rows.items()}}


class Shards:
    """The finished shards in a folder: ``<table>/part-<number>.parquet``, and the manifest.

    Opening it keeps the shards that are whole, in order, and drops what follows the first that is not: a line that
    was cut off, files without a line.
    """

    def __init__(self, folder: Path, origin: Origin, schemas: dict[str, pa.Schema]) -> None:
        self.folder = folder
        self.origin = origin
        self.schemas = schemas
        for name in TABLES:
            (folder / name).mkdir(exist_ok=True)
        self.lines = list(whole_lines(folder / MANIFEST, self.part))
        write_manifest(folder / MANIFEST, self.lines)
        kept = {self.part(name, line.shard) for name in TABLES for line in self.lines}
        for path in (path for name in TABLES for path in (folder / name).iterdir()):
            if path not in kept:
                path.unlink()

    @property
    def articles(self) -> int:
        """Articles in the finished shards."""
        return sum(line.rows["articles"] for line in self.lines)

    def part(self, name: str, number: int) -> Path:
        """Where the file of a table and a shard lies."""
        return self.folder / name / part_name(number)

    def parts(self, name: str) -> list[Path]:
        """The files of a table in order."""
        return [self.part(name, line.shard) for line in self.lines]

    def tables(self, name: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """The table of each shard in order."""
        for path in self.parts(name):
            yield pq.read_table(path, columns=columns, partitioning=None)

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Keep a shard for good. Raises ``OSError`` where the disk takes no more; what was kept stays whole."""
        number = len(self.lines)
        hashes = {name: _keep(tables[name], self.part(name, number)) for name in TABLES}
        rows = {name: tables[name].num_rows for name in TABLES}
        contents = "".join(tables["inputs"]["content"].to_pylist())
        digest = hashlib.sha256(contents.encode()).hexdigest()
        line = Line(shard=number, rows=rows, inputs=digest, sha256=hashes, **asdict(self.origin))
        with (self.folder / MANIFEST).open("ab") as stream:
            stream.write(_written(line))
            stream.flush()
            os.fsync(stream.fileno())
        self.lines.append(line)


def part_name(number: int) -> str:
    """The name of a shard's file, as Spark and pyarrow number them."""
    return f"part-{number:05d}.parquet"


def manifest_lines(path: Path) -> list[Line]:
    """The lines of a manifest up to the first that was cut off; none where there is no manifest."""
    lines: list[Line] = []
    if not path.exists():
        return lines
    for number, raw in enumerate(path.read_bytes().splitlines(keepends=True)):
        try:
            line = TypeAdapter(Line).validate_json(raw)
        except ValidationError:
            break
        if not raw.endswith(b"\n") or line.shard != number:
            break
        lines.append(line)
    return lines


def whole_lines(path: Path, part: Callable[[str, int], Path]) -> Iterator[Line]:
    """The lines of a manifest up to the first whose files are not what it says."""
    for line in manifest_lines(path):
        if any(sha256(part(name, line.shard)) != line.sha256.get(name) for name in TABLES):
            return
        yield line


def write_manifest(path: Path, lines: list[Line]) -> None:
    """Put a manifest in its place as a whole."""
    put(path, b"".join(map(_written, lines)))


def _keep(table: pa.Table, path: Path) -> str:
    """Write a table and return the hash of the file. Its bytes depend on the rows alone, not on the batches that
    they came in; zstd is a third smaller than snappy on text."""
    sink = pa.BufferOutputStream()
    pq.write_table(table.combine_chunks(), sink, compression="zstd")
    content = memoryview(sink.getvalue())
    put(path, content)
    return hashlib.sha256(content).hexdigest()


def _written(line: Line) -> bytes:
    return json.dumps(asdict(line)).encode() + b"\n"
