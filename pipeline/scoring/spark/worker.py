"""What runs in Spark's Python workers: read records, settle ids, score. The bundle is opened once a worker.

Rows come and go as Arrow batches (``mapInArrow``), so pandas has no part in it. Whatever Spark does with a batch,
cutting it elsewhere or running it again on another machine, an article gives the same rows.
"""

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa

from pipeline.records import Article, ArticleRow, arrow_schema
from pipeline.scoring.engine import Scored, Scorer
from pipeline.scoring.worker import reject_table
from pipeline.text.readers import Identities, marked, placed
from pipeline.text.rejects import Refusal, Reject
from pipeline.text.tables import Fields, cells, json_line

KEYS = pa.schema(
    [
        pa.field("place", pa.int32()),
        pa.field("number", pa.int64()),
        pa.field("id", pa.string()),
        pa.field("longer", pa.string()),
        pa.field("digest", pa.string()),
    ]
)
# Ids that several articles claim: ``settled`` is what this one gets, ``detail`` why it gets none.
SETTLED = pa.schema(
    [
        pa.field("place", pa.int32()),
        pa.field("number", pa.int64()),
        pa.field("settled", pa.string()),
        pa.field("detail", pa.string()),
    ]
)
# What a task cost: CPU seconds of scoring; those of loading the bundle too, 0 where an earlier task had done it.
EFFORT = pa.schema(
    [
        pa.field("worker", pa.string()),
        pa.field("loading", pa.float64()),
        pa.field("scoring", pa.float64()),
        pa.field("sentences", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Keys:
    """Function for ``mapInArrow``: the id that each readable record has or would get, and a digest of its text."""

    max_characters: int

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Batches of ``KEYS``."""
        for batch in batches:
            rows = []
            for record in _records(batch, self.max_characters):
                with suppress(Refusal):  # told when it is scored
                    article, longer = record.article(self.max_characters)
                    digest = blake2b(article.text.encode(), digest_size=8).hexdigest()
                    rows.append((record.place, record.number, article.id, longer, digest))
            yield _batch(rows, KEYS)


def settle(group: pa.Table) -> pa.Table:
    """For ``applyInArrow``: articles (``KEYS``) that claim the same id → who gets which (``SETTLED``).

    The local readers' own rule, in their order; a digest stands for each text.
    """
    identities, rows = Identities(), []
    for row in group.sort_by([("place", "ascending"), ("number", "ascending")]).to_pylist():
        try:
            article = identities.settle(Article(row["id"], row["digest"]), row["longer"])
            rows.append((row["place"], row["number"], article.id, None))
        except Refusal as refusal:
            rows.append((row["place"], row["number"], None, refusal.detail))
    return pa.Table.from_batches([_batch(rows, SETTLED)])


@dataclass(frozen=True)
class Scoring:
    """Function for ``mapInArrow``: records with what was settled of their ids → rows of all tables in one
    (``results_schema``). ``bundle`` is a path, or the name under which Spark unpacked it on this node."""

    bundle: str
    max_characters: int

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Batches of ``results_schema``, one article whole in one batch; the task's effort comes last."""
        loads, began = scorer.cache_info().misses, time.process_time()
        made = scorer(self.bundle)
        loading = time.process_time() - began if scorer.cache_info().misses > loads else 0.0
        scoring, sentences = 0.0, 0
        for batch in batches:
            articles, rejects = _articles(batch, self.max_characters)
            began = time.process_time()
            scored = made.score(articles)
            scoring, sentences = scoring + time.process_time() - began, sentences + scored.statements.num_rows
            yield from _results(scored, rejects, made.schema)
        effort = _batch([(f"{socket.gethostname()}:{os.getpid()}", loading, scoring, sentences)], EFFORT)
        yield _placed({"effort": effort.to_struct_array()}, results_schema(made.schema))


@cache
def scorer(bundle: str) -> Scorer:
    """The bundle made ready to score, once a worker process; it computes in one thread.

    Raises ``BundleError`` where the bundle did not arrive as it was sealed.
    """
    folder = Path(bundle)
    if not folder.is_absolute():
        from pyspark import SparkFiles  # of the worker's own Spark, after it has started

        folder = Path(SparkFiles.get(bundle))
    made = Scorer.load(folder)
    if torch := sys.modules.get("torch"):  # only where the learner needs it: loading it takes a second
        torch.set_num_threads(1)
    return made


def results_schema(statements: pa.Schema) -> pa.Schema:
    """Rows of four tables in one: exactly one of the columns is set in each row."""
    tables = {"statements": statements, "articles": arrow_schema(ArticleRow), "rejects": arrow_schema(Reject)}
    return pa.schema(
        [pa.field(name, pa.struct(list(kind))) for name, kind in (tables | {"effort": EFFORT}).items()]
    )


@dataclass(frozen=True)
class _Record:
    """A record where it stands; ``fields`` may already be why it is no article."""

    place: int
    number: int
    source: str
    name: str
    fields: Fields | Refusal

    def article(self, max_characters: int) -> tuple[Article, str]:
        """The article and its longer id. Raises ``Refusal``."""
        return placed(self.fields, self.number, self.source, self.name, max_characters)


def _records(batch: pa.RecordBatch, max_characters: int) -> Iterator[_Record]:
    where = batch.select(["place", "number", "source", "name"]).to_pylist()
    records = batch.column("record")
    if isinstance(records, pa.StructArray):
        table = pa.RecordBatch.from_struct_array(records)
        fields = (cells(table, row) for row in range(batch.num_rows))
    else:
        fields = (
            json_line(line.as_py(), told["number"], max_characters)
            for line, told in zip(records, where, strict=True)
        )
    for told, found in zip(where, fields, strict=True):
        yield _Record(**told, fields=found)


def _articles(batch: pa.RecordBatch, max_characters: int) -> tuple[list[Article], list[Reject]]:
    articles, rejects = [], []
    settled, details = batch.column("settled"), batch.column("detail")
    for row, record in enumerate(_records(batch, max_characters)):
        try:
            article, _ = record.article(max_characters)
            if detail := details[row].as_py():
                raise Refusal("duplicate", detail)
            articles.append(replace(article, id=settled[row].as_py() or article.id))
        except Refusal as refusal:
            rejects.append(refusal.at(marked(record.source, record.number)))
    return articles, rejects


def _results(scored: Scored, rejects: list[Reject], statements: pa.Schema) -> Iterator[pa.RecordBatch]:
    schema = results_schema(statements)
    tables = {
        "statements": scored.statements,
        "articles": scored.articles,
        "rejects": reject_table([*rejects, *scored.rejects]),
    }
    for name, table in tables.items():
        for chunk in table.combine_chunks().to_struct_array().chunks:
            if len(chunk):
                yield _placed({name: chunk}, schema)


def _placed(columns: dict[str, pa.StructArray], schema: pa.Schema) -> pa.RecordBatch:
    """Rows in their own column of the schema; the others are null."""
    (rows,) = {len(column) for column in columns.values()}
    arrays = [
        columns[field.name].cast(field.type) if field.name in columns else pa.nulls(rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _batch(rows: list[tuple[object, ...]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pa.RecordBatch.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
