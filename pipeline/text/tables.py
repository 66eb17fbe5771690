"""Files with many articles, read one record at a time: JSON, JSON lines, CSV, Parquet.

Each reader yields ``(number, fields)``, numbered from 1 as a person counts records, or ``(number, refusal)`` for a
record that cannot be read; a refusal that ends the file comes last.
"""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.text.compressed import opened
from pipeline.text.decoding import encoding_of
from pipeline.text.metadata import ALIASES, FIELDS
from pipeline.text.rejects import Refusal, too_long

Fields = Mapping[str, object]
Numbered = tuple[int, Fields | Refusal]

ESCAPED = 12  # JSON characters that one character of text may take: two escaped surrogates
METADATA = 1 << 16  # characters allowed for the other fields of a record
CHUNK = 1 << 16
BATCH = 64  # Parquet rows decoded at once
ROOM = 10  # times the limit of one text that a CSV cell may hold before the file counts as broken
LONGEST_TOKEN = 16  # a JSON token that is cut off lies this near to the end of what was read
DELIMITERS = ",;\t|"
SPACE = re.compile(r"\s*")
TEXT_NAMES = {"text"} | {alias for alias, name in ALIASES.items() if name == "text"}


def json_lines(stream: BinaryIO, max_characters: int, head: bytes = b"") -> Iterator[Numbered]:
    """One JSON object a line, in UTF-8; blank lines do not count. ``head`` are bytes already read: whole lines,
    or the beginning of one. A bad line costs only itself."""
    limit = _longest(max_characters)
    number = 0
    try:
        while line := head or stream.readline(limit + 1):
            if head and not head.endswith(b"\n"):
                line += stream.readline(limit + 1)
            head = b""
            if not line.strip():
                continue
            number += 1
            yield number, json_line(line, number, max_characters)
            if len(line) > limit:
                _skip_line(stream, line)
    except Refusal as refusal:  # an archive that is broken at this place
        yield number + 1 if number else 0, refusal


def _skip_line(stream: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(CHUNK)


def _longest(max_characters: int) -> int:
    """Bytes that the line of an article may have."""
    return ESCAPED * max_characters + METADATA


def json_line(line: bytes, number: int, max_characters: int) -> Fields | Refusal:
    """The object in line ``number`` of a file."""
    if len(line) > _longest(max_characters):
        return too_long(max_characters + 1, max_characters)
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Refusal("encoding", f"byte {error.start} of line {number} is not UTF-8; save the file as UTF-8")
    except (ValueError, RecursionError) as error:
        return Refusal("json", f"line {number} is no JSON ({_short(error)}); write one object a line")
    return _mapping(value)


def _mapping(value: object) -> Fields | Refusal:
    if isinstance(value, dict):
        return value
    return Refusal("json", f"a {type(value).__name__} where an object with a `text` was expected")


def _short(error: Exception) -> str:
    return "nested too deep" if isinstance(error, RecursionError) else str(error)[:120]


def json_objects(path: Path, max_characters: int) -> Iterator[Numbered]:
    """An object, a list of objects, or objects one after the other; one of them is held at a time.

    A single object has the number 0. After a syntax error the rest of the file is not read.
    """
    with opened(path) as raw:
        number = 0
        try:
            window = _Window(raw, encoding_of(raw), max_characters)
            if window.peek() == "[":
                for number, record in enumerate(window.records(), start=1):
                    yield number, record
            else:
                record = window.record()
                number = 1 if window.peek() else 0
                yield number, record
                while window.peek() == "{":
                    number += 1
                    yield number, window.record()
            if window.peek():
                raise Refusal("json", "there is text after the end of the JSON; remove it")
        except Refusal as refusal:
            yield number + 1 if number else 0, refusal


class _Window:
    """The part of a JSON document that was read and not yet consumed."""

    def __init__(self, stream: io.BufferedReader, encoding: str, max_characters: int) -> None:
        self.stream = stream
        self.characters = codecs.getincrementaldecoder(encoding)("surrogateescape")
        self.max_characters = max_characters
        self.decoder = json.JSONDecoder()
        self.text = ""
        self.at = 0

    def peek(self) -> str:
        """The next character that is not white space; "" at the end."""
        while True:
            self.at = SPACE.match(self.text, self.at).end()
            if self.at < len(self.text) or not self._grow():
                return self.text[self.at : self.at + 1]

    def records(self) -> Iterator[Fields]:
        """The objects of a list, whose bracket comes next."""
        self.at += 1
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            yield self.record()
            separator = self.peek()
            self.at += 1
            if separator == "]":
                return
            if separator != ",":
                raise Refusal("json", "a comma or a bracket is missing between two objects of the list")

    def record(self) -> Fields:
        """Consume one object. Raises ``Refusal`` (json, too_long)."""
        if self.peek() != "{":
            raise Refusal("json", "expected an object with a `text`, or a list of such objects")
        while True:
            try:
                value, self.at = self.decoder.raw_decode(self.text, self.at)
                return value
            except RecursionError as error:
                raise Refusal("json", "the JSON is nested too deep for an article") from error
            except json.JSONDecodeError as error:
                self._read_on(error)

    def _read_on(self, error: json.JSONDecodeError) -> None:
        """Grow when the object was merely cut off by the window's end; else raise ``Refusal``."""
        cut_off = error.msg.startswith("Unterminated string") or len(self.text) - error.pos <= LONGEST_TOKEN
        held = len(self.text) - self.at
        if cut_off and held > ESCAPED * self.max_characters + METADATA:
            raise too_long(self.max_characters + 1, self.max_characters) from error
        if not cut_off or not self._grow():
            raise Refusal("json", f"no JSON object: {error.msg}; check it with a JSON validator") from error

    def _grow(self) -> bool:
        """Read as much again as is held, so that parsing anew stays linear in all; False at the end.

        Where an archive is broken, what stands before the break is kept: it is raised when nothing is left.
        """
        wanted = max(CHUNK, len(self.text) - self.at)
        pieces: list[str] = []
        try:
            while wanted > 0 and (raw := self.stream.read1(wanted)):
                pieces.append(self.characters.decode(raw))
                wanted -= len(raw)
        except Refusal:
            if not pieces:
                raise
        if wanted > 0 and not pieces:
            pieces.append(self.characters.decode(b"", final=True))
        piece = "".join(pieces)
        self.text = self.text[self.at :] + piece
        self.at = 0
        return bool(piece)


def csv_rows(path: Path, max_characters: int) -> Iterator[Numbered]:
    """Rows under a header line with a column `text`; comma, semicolon, tab or bar between the columns."""
    limit = ROOM * max_characters + METADATA
    csv.field_size_limit(limit)  # one setting for the process; Python's is 131,072
    with opened(path) as raw:
        number = 0
        try:
            stream = io.TextIOWrapper(raw, encoding=encoding_of(raw), errors="surrogateescape", newline="")
            header = stream.readline(METADATA)
            delimiter = _delimiter(header)
            names = next(csv.reader([header], delimiter=delimiter))
            lines = _RowLines(stream, limit)
            for cells in csv.reader(lines, delimiter=delimiter):
                lines.held = 0
                if cells:
                    number += 1
                    yield number, _row(names, cells, number)
        except Refusal as refusal:
            yield number + 1 if number else 0, refusal
        except csv.Error as error:
            detail = f"after row {number} the table cannot be read ({error}); look for a quotation mark left open"
            yield number + 1, Refusal("table", detail)


class _RowLines:
    """The lines of a table for the CSV reader, which by itself would hold a line or a row of any length.

    ``held``: characters since the end of the last row. Raises ``Refusal`` (table) for more than ``limit`` of them.
    """

    def __init__(self, stream: TextIO, limit: int) -> None:
        self.stream = stream
        self.limit = limit
        self.held = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.stream.readline(self.limit + 1)
        if not line:
            raise StopIteration
        self.held += len(line)
        if self.held > self.limit:
            detail = f"a row of over {self.limit:,} characters; look for a quotation mark left open"
            raise Refusal("table", detail)
        return line


def _delimiter(header: str) -> str:
    """The delimiter that makes the header name a text column. Raises ``Refusal`` (missing_text, empty)."""
    if not header.strip():
        raise Refusal("empty", "the table is empty; its first line must name the columns, one of them `text`")
    for delimiter in DELIMITERS:
        names = {name.strip().strip('"').lower() for name in header.split(delimiter)}
        if names & TEXT_NAMES:
            return delimiter
    raise Refusal("missing_text", f"no column `text` in the header line {header.strip()[:120]!r}; name it so")


def _row(names: list[str], cells: list[str], number: int) -> Fields | Refusal:
    if len(cells) > len(names):
        detail = (
            f"row {number} has {len(cells)} cells under {len(names)} columns; put quotation marks round its text"
        )
        return Refusal("table", detail)
    return dict(zip(names, cells, strict=False))


def parquet_rows(path: Path) -> Iterator[Numbered]:
    """Rows of a Parquet file, ``BATCH`` at a time; only the known columns are decoded."""
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            wanted = [name for name in file.schema_arrow.names if name.strip().lower() in (*FIELDS, *ALIASES)]
            if not {name.strip().lower() for name in wanted} & TEXT_NAMES:
                names = ", ".join(file.schema_arrow.names[:12])
                raise Refusal("missing_text", f"no column `text` (or `body`, `content`); the columns are: {names}")
            for batch in file.iter_batches(batch_size=BATCH, columns=wanted):
                for row in range(batch.num_rows):
                    number += 1
                    yield number, cells(batch, row)
    except Refusal as refusal:
        yield number, refusal
    except (pa.ArrowException, OSError) as error:
        detail = f"after row {number} the Parquet file cannot be read ({str(error)[:120]}); write it again"
        yield number + 1 if number else 0, Refusal("table", detail)


def cells(batch: pa.RecordBatch, row: int) -> Fields | Refusal:
    """The values of a row by the names of their columns."""
    try:
        return {name: batch.column(name)[row].as_py() for name in batch.schema.names}
    except UnicodeDecodeError as error:
        return Refusal("encoding", f"a string of the row is not UTF-8 (byte {error.start}); write the file again")
