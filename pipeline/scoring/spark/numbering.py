"""The records of input files as Spark tables, each with the number that a person counting them would give it.

``place`` (the file's position in the order of reading) and ``number`` (from 1; blank lines do not count) name a
record, however Spark cuts the files: ids and sources made of them are those of the local readers. ``record`` is
the line as bytes, or the known columns of a Parquet row as they are; Python reads both as the local readers do.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.scoring.spark.inputs import InputFile
from pipeline.scoring.spark.session import SparkError
from pipeline.text.metadata import ALIASES, FIELDS
from pipeline.text.tables import TEXT_NAMES

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FILE = "regexp_replace(_metadata.file_path, '^file:/+', 'file:/') AS file"  # as ``InputFile.uri``
NOT_BLANK = r"[^ \t\n\x0b\f\r]"  # as Python's bytes.strip

# Spark gives rows of one piece of a file consecutive places; pieces of a file are ordered by where they begin.
PIECES = """
WITH pieces AS (SELECT file, block, min(at) AS first, count(*) AS records FROM {lines} GROUP BY file, block)
SELECT file, block, first, records, sum(records) OVER (PARTITION BY file ORDER BY block) - records AS before
FROM pieces
"""
NUMBERED_LINES = """
SELECT /*+ BROADCAST(pieces), BROADCAST(files) */
       place, source, name, at - first + before + 1 AS number, line AS record
FROM {lines} lines JOIN {pieces} pieces USING (file, block) JOIN {files} files USING (file)
"""
NUMBERED_ROWS = """
SELECT /*+ BROADCAST(files) */ place, source, name, number, record FROM {rows} rows JOIN {files} files USING (file)
"""


def numbered(spark: "SparkSession", files: Sequence[InputFile]) -> tuple[list["DataFrame"], int]:
    """Tables of records (at most one of lines and one of rows), and how many records there are in all.

    Counting reads every line once, without Python. Raises ``SparkError`` for Parquet files without a text.
    """
    tables, records = [], 0
    table = spark.createDataFrame(
        [(file.uri, place, file.source, file.name) for place, file in enumerate(files)],
        "file STRING, place INT, source STRING, name STRING",
    )
    if lines := [file for file in files if file.has_lines]:
        found, count = _lines(spark, lines, table)
        tables, records = [found], count
    if rows := [file for file in files if not file.has_lines]:
        found, count = _rows(spark, rows, table)
        tables, records = [*tables, found], records + count
    return tables, records


def _lines(spark: "SparkSession", files: Sequence[InputFile], table: "DataFrame") -> tuple["DataFrame", int]:
    read = spark.read.option("lineSep", "\n").text([_literal(file.path) for file in files])
    lines = read.where(read.value.rlike(NOT_BLANK)).selectExpr(
        FILE,
        "_metadata.file_block_start AS block",
        "CAST(value AS BINARY) AS line",
        "monotonically_increasing_id() AS at",
    )
    counted = [tuple(row) for row in spark.sql(PIECES, lines=lines).collect()]
    pieces = spark.createDataFrame(
        counted, "file STRING, block BIGINT, first BIGINT, records BIGINT, before BIGINT"
    )
    return spark.sql(NUMBERED_LINES, lines=lines, pieces=pieces, files=table), sum(row[3] for row in counted)


def _rows(spark: "SparkSession", files: Sequence[InputFile], table: "DataFrame") -> tuple["DataFrame", int]:
    read = spark.read.option("mergeSchema", "true").parquet(*(_literal(file.path) for file in files))
    known = [name for name in read.columns if name.strip().lower() in (*FIELDS, *ALIASES)]
    if not {name.strip().lower() for name in known} & TEXT_NAMES:
        raise SparkError(
            f"no column `text` (or `body`, `content`) in the Parquet files; the columns are: "
            f"{', '.join(read.columns[:12])}. Rename the column of the text"
        )
    rows = read.selectExpr(
        FILE,
        "_metadata.row_index + 1 AS number",
        f"struct({', '.join(f'`{name}`' for name in known)}) AS record",
    )
    return spark.sql(NUMBERED_ROWS, rows=rows, files=table), read.count()


def _literal(path: str) -> str:
    """A file's name that Spark does not take for a pattern."""
    return "".join(f"\\{sign}" if sign in "*?[]{}\\" else sign for sign in path)
