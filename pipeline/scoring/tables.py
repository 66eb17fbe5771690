"""Tables written batch by batch, as Parquet, CSV or JSON Lines.

Parquet and JSON Lines hold every character as it was read. CSV is made for spreadsheets: UTF-8 with a byte-order
mark, and a cell whose text starts like a formula gets an apostrophe before it, because articles are written by
strangers and ``=HYPERLINK(…)`` in a headline must not run on an analyst's machine.
"""

import datetime as dt
import json
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

# What makes Excel, LibreOffice or Sheets read a cell as a formula (OWASP, "CSV Injection"), also in full width.
FORMULA_START = r"^[=+\-@\t\r\n＝＋－＠]"
FLOAT_DIGITS = 6  # float32 holds no more of a probability


class TableWriter(Protocol):
    """Something that tables of one schema are written to, one after the other."""

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class ParquetTable:
    """Parquet with zstd: a third smaller than snappy on text, at no cost that scoring would notice."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table."""
        if table.num_rows:
            self._writer.write_table(table)

    def close(self) -> None:
        """Write the footer, without which nobody can read the file."""
        self._writer.close()


class CsvTable:
    """CSV as RFC 4180 wants it: text quoted, unknown cells empty."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._stream = path.open("wb")
        self._stream.write(b"\xef\xbb\xbf")
        self._writer = pyarrow.csv.CSVWriter(self._stream, schema)

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table, formulas disarmed."""
        columns = [_disarmed(column) if pa.types.is_string(column.type) else column for column in table.columns]
        self._writer.write_table(pa.table(columns, schema=table.schema))

    def close(self) -> None:
        """Flush and close."""
        self._writer.close()
        self._stream.close()


class JsonLinesTable:
    """One JSON object a line; unknown values are null, dates ISO 8601."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._stream: IO[str] = path.open("w", encoding="utf-8", newline="\n")

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table."""
        for row in table.to_pylist():
            self._stream.write(
                json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False)
            )
            self._stream.write("\n")

    def close(self) -> None:
        """Flush and close."""
        self._stream.close()


FORMATS = {"parquet": ParquetTable, "csv": CsvTable, "jsonl": JsonLinesTable}


class Tables:
    """The files of one result, ``<name>.<format>`` each, opened together and closed together."""

    def __init__(self, folder: Path, format: str, schemas: dict[str, pa.Schema]) -> None:
        self._writers: dict[str, TableWriter] = {
            name: FORMATS[format](folder / f"{name}.{format}", schema) for name, schema in schemas.items()
        }

    def write(self, name: str, table: pa.Table) -> None:
        """Append rows to one of the files."""
        self._writers[name].write(table)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for writer in self._writers.values():
            writer.close()


def _disarmed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    dangerous = pc.fill_null(pc.match_substring_regex(column, FORMULA_START), False)
    return pc.if_else(dangerous, pc.binary_join_element_wise("'", column, ""), column)


def _plain(value: object) -> object:
    if isinstance(value, float):
        return round(value, FLOAT_DIGITS)
    return value.isoformat() if isinstance(value, dt.date) else value
