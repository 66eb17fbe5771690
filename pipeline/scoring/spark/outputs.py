"""The result in a folder of any file system: tables as folders of parts; ``score.json`` is the sign of the end.

While a run is under way OUT holds ``unfinished.parquet``, the scored rows of all tables; it goes when
``score.json`` is there. So a folder with ``score.json`` and without ``unfinished.parquet`` is whole.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.scoring.result_folder import RECORD, OutputError
from pipeline.scoring.shards import MANIFEST
from pipeline.scoring.shards import TABLES as LOCAL_TABLES
from pipeline.scoring.spark.inputs import InputFile, file_system, uri
from pipeline.scoring.summary import HEADS_SHOWN, UNKNOWN, Tally
from pipeline.scoring.tables import FLOAT_DIGITS
from pipeline.scoring.tables import FORMATS as LOCAL_FORMATS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

TABLES = ("statements", "articles", "rejects")
FORMATS = ("parquet", "jsonl")
WORK = "unfinished.parquet"
# What an earlier result may hold, also one of the local engine.
EARLIER = (MANIFEST, *(f"{name}.{format}" for name in LOCAL_TABLES for format in LOCAL_FORMATS))
COUNTS = """
SELECT count(*), count_if(boilerplate), count(speaker), count_if(abstained AND speaker IS NOT NULL) FROM {rows}
"""


def check_format(format: str) -> None:
    """Raise ``OutputError`` for a format that is not written here."""
    if format not in FORMATS:
        raise OutputError(f"no table format {format} on Spark; expected {' or '.join(FORMATS)}")


@dataclass(frozen=True)
class Output:
    """The folder of a result. ``out`` is a path as Spark takes it: ``s3a://bucket/scored``, ``/data/scored``."""

    spark: "SparkSession"
    out: str
    format: str

    def path(self, name: str) -> str:
        """Full path of something in the folder."""
        return f"{self.out.rstrip('/')}/{name}"

    def table(self, name: str) -> str:
        """Path of a table."""
        return self.path(f"{name}.{self.format}")

    def check(self, paths: Sequence[str], files: Sequence[InputFile]) -> None:
        """Raise ``OutputError`` where writing would destroy something or be read as input next time."""
        check_format(self.format)
        system, folder = file_system(self.spark, self.out), self._hadoop(self.out)
        own = uri(self.spark, self.out).rstrip("/") + "/"
        if around := [path for path in paths if own.startswith(uri(self.spark, path).rstrip("/") + "/")]:
            raise OutputError(
                f"{self.out}: lies inside {around[0]}, which is being read. Name a folder outside it"
            )
        if inside := [file for file in files if file.uri.startswith(own)]:
            raise OutputError(f"{self.out}: holds {inside[0].source}, which is being read. Name another folder")
        if not system.exists(folder):
            return
        if system.getFileStatus(folder).isFile():
            raise OutputError(f"{self.out}: not a folder. Name a new folder, or remove this")
        found = {status.getPath().getName() for status in system.listStatus(folder)}
        ours = {RECORD, WORK, "_SUCCESS", *EARLIER}
        if foreign := sorted(found - ours):
            raise OutputError(
                f"{self.out}: holds other files ({', '.join(foreign[:3])}). Name a new or empty folder"
            )
        if found and not found & {RECORD, WORK}:
            raise OutputError(
                f"{self.out}: holds tables without {RECORD}, so not a result of ours. Name another folder"
            )

    def clear(self) -> None:
        """Remove an earlier result, its sign first."""
        for name in (RECORD, *EARLIER):
            self._remove(name)

    def tidy(self) -> None:
        """Remove the rows of a run that is over, and its tables where it did not come to write ``score.json``."""
        if not file_system(self.spark, self.out).exists(self._hadoop(self.path(RECORD))):
            self.clear()
        self._remove(WORK)

    def _remove(self, name: str) -> None:
        file_system(self.spark, self.out).delete(self._hadoop(self.path(name)), True)

    def write(self, scored: "DataFrame") -> dict[str, str]:
        """Part scored rows into the tables. Returns the path of each."""
        paths = {}
        for name in TABLES:
            rows = scored.where(f"{name} IS NOT NULL").selectExpr(f"{name}.*")
            paths[name] = self.table(name)
            if self.format == "parquet":
                rows.write.mode("overwrite").option("compression", "zstd").parquet(paths[name])
            else:
                _plain(rows).write.mode("overwrite").option("ignoreNullFields", "false").json(paths[name])
        return paths

    def write_record(self, record: Mapping[str, object]) -> None:
        """Write ``score.json``, which says that the tables are whole."""
        stream = file_system(self.spark, self.out).create(self._hadoop(self.path(RECORD)), True)
        try:
            stream.write(bytearray(json.dumps(record, indent=2, ensure_ascii=False).encode() + b"\n"))
        finally:
            stream.close()

    def _hadoop(self, path: str) -> object:
        return self.spark._jvm.org.apache.hadoop.fs.Path(path)


def tally(scored: "DataFrame") -> Tally:
    """Counts of the scored rows, taken by Spark."""
    spark = scored.sparkSession
    rows = scored.where("statements IS NOT NULL").selectExpr("statements.*")
    spoken = rows.where("speaker IS NOT NULL")
    found = Tally(
        *(scored.where("articles IS NOT NULL").count(), *spark.sql(COUNTS, rows=rows).first()),
        speakers={row[0] for row in spoken.selectExpr("speaker").distinct().collect()},
        rejects=_counts(scored.where("rejects IS NOT NULL").selectExpr("rejects.reason")),
    )
    for head in HEADS_SHOWN:
        found.by_party[head] = _counts(spoken.selectExpr(f"coalesce(party, '{UNKNOWN}') AS party", head))
    return found


def _counts(rows: "DataFrame") -> Counter[Any]:
    """How often each value (of several columns: each tuple of them) occurs."""
    counted = [tuple(row) for row in rows.groupBy(rows.columns).count().collect()]
    return Counter({row[:-1] if len(row) > 2 else row[0]: row[-1] for row in counted})


def _plain(rows: "DataFrame") -> "DataFrame":
    """Probabilities to as many digits as the local engine writes in JSON lines."""
    return rows.selectExpr(
        *(
            f"round(CAST(`{name}` AS DOUBLE), {FLOAT_DIGITS}) AS `{name}`" if kind == "float" else f"`{name}`"
            for name, kind in rows.dtypes
        )
    )
