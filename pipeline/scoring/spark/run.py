"""Batch scoring on Spark: files in, tables out; the rows are those of the local engine, however many workers.

Reading, settling ids and scoring are one job, whose rows are kept in ``unfinished.parquet``: every article is
scored once, and the tables are cut from these rows without Python.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline import __version__
from pipeline.config import ScoreParams
from pipeline.records import statement_schema
from pipeline.scoring.bundle import Bundle, open_bundle
from pipeline.scoring.spark.inputs import find
from pipeline.scoring.spark.numbering import numbered
from pipeline.scoring.spark.outputs import WORK, Output, check_format, tally
from pipeline.scoring.spark.session import SparkError, sentences_of_spark, shipped, spark_session
from pipeline.scoring.spark.worker import KEYS, SETTLED, Keys, Scoring, results_schema, settle
from pipeline.scoring.summary import Found, Tally
from pipeline.text.rejects import printable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

TASKS_A_SLOT = 4  # so that a slot which drew short articles does not wait long for one that drew long ones
RECORD_KEY = ["place", "number"]
CONTESTED = """
SELECT * EXCEPT (claims) FROM (SELECT *, count(*) OVER (PARTITION BY id) AS claims FROM {claims}) WHERE claims > 1
"""
EFFORT = """
SELECT count(DISTINCT worker), count(*), count_if(loading > 0), sum(loading), sum(scoring) FROM {rows}
"""


@dataclass(frozen=True)
class SparkEffort:
    """What a run did: ``sentences`` in ``seconds``; its worker processes, tasks and loads of the bundle, and the
    CPU seconds that loading and scoring took, summed over workers."""

    sentences: int
    seconds: float
    workers: int
    tasks: int
    loads: int
    loading: float
    scoring: float

    def told(self) -> str:
        """A line for the screen; the rate is the figure by which docs/spark.md sizes a cluster."""
        rate = self.sentences / self.scoring if self.scoring else 0.0
        return (
            f"{self.seconds:.1f} s; {self.workers} workers, {self.tasks} tasks, {self.loads} loads of the model "
            f"({self.loading:.1f} CPU seconds); {rate:,.0f} sentences a CPU second of scoring"
        )


@dataclass(frozen=True)
class SparkResult(Found):
    """What a run found and did, and the path of each table."""

    effort: SparkEffort
    paths: dict[str, str]


def score_on(
    master: str | None, paths: Sequence[str], out: str, bundle: Path, format: str, params: ScoreParams
) -> SparkResult:
    """``score`` in a session of its own on ``master``; None takes the master that ``spark-submit`` was given."""
    check_format(format)
    open_bundle(bundle)  # a wrong option should not wait until Spark has started
    with spark_session(master) as spark:
        return score(spark, paths, out, bundle, format, params)


def score(
    spark: "SparkSession", paths: Sequence[str], out: str, bundle: Path, format: str, params: ScoreParams
) -> SparkResult:
    """Score JSON lines and Parquet files into the folder ``out``, in a session that is there.

    An earlier result in ``out`` is replaced when all is scored. Raises ``OutputError``, ``BundleError``,
    ``NoSuchInput``, ``NoArticles``, and ``SparkError`` where Spark gives up.
    """
    began = time.perf_counter()
    opened, output = open_bundle(bundle), Output(spark, out, format)
    with sentences_of_spark("Spark gave up"):
        files = find(spark, paths)
        output.check(paths, files)
        _configure(spark, params)
        try:
            tables, records = numbered(spark, files)
            with shipped(spark, opened) as place:
                scoring = Scoring(place, params.max_characters)
                rows = results_schema(statement_schema(opened.card.heads))
                _plan(spark, tables, records, scoring, rows, params).write.mode("overwrite").parquet(
                    output.path(WORK)
                )
            scored = spark.read.parquet(output.path(WORK))
            found = tally(scored)
            _check_whole(found, records)
            output.clear()
            written = output.write(scored)
            effort = _effort(scored, found.sentences, time.perf_counter() - began)
            result = SparkResult(found, opened.card.heads, effort, written)
            output.write_record(_record(result, paths, opened, params))
        finally:
            output.tidy()
    return result


def _configure(spark: "SparkSession", params: ScoreParams) -> None:
    """Arrow batches are the batches that are scored together, bounded as those of the local engine."""
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", params.batch_articles)
    spark.conf.set("spark.sql.execution.arrow.maxBytesPerBatch", params.max_characters)
    spark.conf.set("spark.sql.session.timeZone", "UTC")  # a time stamp's date must not hang on where Spark runs
    spark.conf.set(
        "spark.sql.caseSensitive", "true"
    )  # columns `text` and `Text` are two, as for the local readers


def _plan(
    spark: "SparkSession",
    tables: Sequence["DataFrame"],
    records: int,
    scoring: Scoring,
    rows: pa.Schema,
    params: ScoreParams,
) -> "DataFrame":
    """Settle the ids that several articles claim, share the records out evenly, score them."""
    from pyspark.sql.pandas.types import from_arrow_schema

    keys = Keys(params.max_characters)
    claims = _union([table.mapInArrow(keys, from_arrow_schema(KEYS)) for table in tables])
    contested = spark.sql(CONTESTED, claims=claims).groupBy("id")
    settled = contested.applyInArrow(settle, from_arrow_schema(SETTLED)).persist()  # lines and rows both need it
    slots = spark.sparkContext.defaultParallelism
    parts = max(1, min(records, max(slots * TASKS_A_SLOT, math.ceil(records / params.shard_articles))))
    return _union(
        [
            table.join(settled, RECORD_KEY, "left")
            .repartition(parts, *RECORD_KEY)
            .sortWithinPartitions(*RECORD_KEY)
            .mapInArrow(scoring, from_arrow_schema(rows))
            for table in tables
        ]
    )


def _union(tables: Sequence["DataFrame"]) -> "DataFrame":
    return reduce(lambda one, other: one.union(other), tables)


def _check_whole(found: Tally, records: int) -> None:
    """Raise ``SparkError`` where rows were lost or doubled on the way: never write a result with a hole."""
    rejected = sum(found.rejects.values())
    if found.articles + rejected != records:
        raise SparkError(
            f"{records:,} records were counted, but {found.articles:,} scored and {rejected:,} rejected: the "
            "input changed while it was read. Score it again when nothing writes to it"
        )


def _effort(scored: "DataFrame", sentences: int, seconds: float) -> SparkEffort:
    rows = scored.where("effort IS NOT NULL").selectExpr("effort.*")
    return SparkEffort(sentences, seconds, *scored.sparkSession.sql(EFFORT, rows=rows).first())


def _record(result: SparkResult, paths: Sequence[str], bundle: Bundle, params: ScoreParams) -> dict[str, object]:
    return {
        "version": __version__,
        "engine": "spark",
        "model": bundle.hash,
        "learner": bundle.card.learner,
        "input": [printable(path) for path in paths],
        "params": asdict(params),
        "articles": result.articles,
        "sentences": result.tally.sentences,
        "statements": result.tally.attributed,
        "rejects": result.rejects,
        "reject_share": result.reject_share,
        "rejects_by_reason": dict(result.tally.rejects),
        "effort": asdict(result.effort),
    }
