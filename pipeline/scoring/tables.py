"""The formats of tables, and the writers of CSV and JSON Lines, batch by batch.

Parquet (``shards.py``) and JSON Lines hold every character as it was read. CSV is made for spreadsheets: UTF-8
with a byte-order mark, and a cell whose text starts like a formula gets an apostrophe before it, because articles
are written by strangers and ``=HYPERLINK(…)`` in a headline must not run on an analyst's machine.
"""

import datetime as dt
import json
from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

# What makes Excel, LibreOffice or Sheets read a cell as a formula (OWASP, "CSV Injection"), also in full width.
FORMULA_START = r"^[=+\-@\t\r\n＝＋－＠]"
FLOAT_DIGITS = 6  # float32 holds no more of a probability


class TableWriter(Protocol):
    """Something that tables of one schema are written to, one after the other."""

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table."""
        ...

    def close(self) -> None:
        """Write what is still held; the stream stays open."""
        ...


class CsvTable:
    """CSV as RFC 4180 wants it: text quoted, unknown cells empty."""

    def __init__(self, stream: BinaryIO, schema: pa.Schema) -> None:
        stream.write(b"\xef\xbb\xbf")
        self._writer = pyarrow.csv.CSVWriter(stream, schema)

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table, formulas disarmed."""
        columns = [_disarmed(column) if pa.types.is_string(column.type) else column for column in table.columns]
        self._writer.write_table(pa.table(columns, schema=table.schema))

    def close(self) -> None:
        """Write what is still held."""
        self._writer.close()


class JsonLinesTable:
    """One JSON object a line; unknown values are null, dates ISO 8601."""

    def __init__(self, stream: BinaryIO, schema: pa.Schema) -> None:
        self._stream = stream

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table."""
        for row in table.to_pylist():
            line = json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False)
            self._stream.write(line.encode() + b"\n")

    def close(self) -> None:
        """Nothing is held."""


WRITERS: dict[str, type[TableWriter]] = {"csv": CsvTable, "jsonl": JsonLinesTable}
FORMATS = ("parquet", *WRITERS)


def _disarmed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    dangerous = pc.fill_null(pc.match_substring_regex(column, FORMULA_START), False)
    return pc.if_else(dangerous, pc.binary_join_element_wise("'", column, ""), column)


def _plain(value: object) -> object:
    if isinstance(value, float):
        return round(value, FLOAT_DIGITS)
    return value.isoformat() if isinstance(value, dt.date) else value
