"""Batch scoring: files in, a folder of tables out, in bounded memory, nothing half-written, nothing done twice.

What is finished is kept shard by shard in a hidden sibling of the output folder; the result is built from the
shards and takes the folder's place by a rename when all is done. A run that was ended goes on from there, and its
result is to the byte that of a run which was not.
"""

import json
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from pipeline import __version__
from pipeline.config import ScoreParams
from pipeline.records import arrow_schema
from pipeline.scoring.assembly import assemble
from pipeline.scoring.bundle import Bundle, open_bundle
from pipeline.scoring.durable import put
from pipeline.scoring.engine import Scored, Scorer
from pipeline.scoring.fingerprints import Earlier, InputRow
from pipeline.scoring.intake import Batch, Intake
from pipeline.scoring.progress import Progress
from pipeline.scoring.result_folder import (
    RECORD,
    RESULT,
    OutputError,
    check_output,
    finished,
    opened,
    take_the_place_of,
    workplace,
)
from pipeline.scoring.shards import TABLES, Origin, Shards, schemas
from pipeline.scoring.summary import Effort, Found, Tally, tally_of
from pipeline.scoring.tables import FORMATS
from pipeline.scoring.worker import Job, Loader, loaded, reject_table
from pipeline.scoring.workers import WorkerError, Workers
from pipeline.text.readers import read
from pipeline.text.rejects import printable

__all__ = ["OutputError", "ScoreResult", "Stopped", "WorkerError", "score"]

SMALL = 2  # batches that are scored in this process, because workers would not be ready before they are done


class Stopped(KeyboardInterrupt):
    """The user stopped the run; the message says what is kept and how to go on."""


@dataclass(frozen=True)
class ScoreResult(Found):
    """What the result holds, what the run did for it, and the file or folder of each table."""

    effort: Effort
    paths: dict[str, Path]


def score(
    paths: Sequence[str],
    out: Path,
    bundle: Path,
    format: str,
    params: ScoreParams,
    *,
    workers: int | None = None,
    resume: bool | None = None,
    progress: bool = True,
    stdin: BinaryIO | None = None,
    load: Loader = Scorer.load,
) -> ScoreResult:
    """Score articles into the folder ``out``: statements, articles, rejects, inputs, and ``score.json`` on how.

    An earlier result in ``out`` is replaced as a whole; a folder that holds anything else is left alone.
    ``workers`` processes score (None: as many as the cores that this process may use); the result is the same for
    any number. ``resume`` goes on with a run that was ended, or adds to a Parquet result in ``out`` what it does
    not hold yet; None refuses where such a run has left finished work, False drops it.

    Raises ``OutputError`` for the folder or a full disk, ``BundleError`` for the bundle, ``NoSuchInput``,
    ``NoArticles``, ``WorkerError``, and ``Stopped`` on Ctrl-C.
    """
    if format not in FORMATS:
        raise OutputError(f"no table format {format}; expected one of {', '.join(FORMATS)}")
    out = out.absolute()
    check_output(out, paths)
    began = time.monotonic()
    items = read(paths, params.max_characters, stdin)  # looks at the paths at once, before anything slow
    sealed = open_bundle(bundle)
    origin = Origin(sealed.hash, __version__, params.max_characters)
    job = Job(load, bundle, sealed.hash)
    with workplace(out) as partial, Progress(paths, progress) as shown:
        try:
            shards = opened(partial, out, origin, schemas(sealed.card.heads), resume)
            intake = Intake(items, Earlier(shards.tables("inputs")), params, shown)
            busy, engine = _run(intake, job, workers or cores(), shards, shown)
            tally = tally_of(shards)
            assemble(shards, partial / RESULT, format)
            _record(partial / RESULT / RECORD, tally, paths, sealed, params)
        except KeyboardInterrupt as stop:
            raise Stopped(_how_to_go_on(partial)) from stop
        take_the_place_of(out, partial)
    effort = Effort(shown.sentences, time.monotonic() - began, busy, engine, intake.skipped)
    return ScoreResult(tally, sealed.card.heads, effort, {name: out / f"{name}.{format}" for name in TABLES})


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _how_to_go_on(partial: Path) -> str:
    if done := finished(partial):
        return f"stopped. {done:,} articles are scored; add --resume to go on"
    return "stopped before the first shard was finished; nothing is kept"


def _run(intake: Intake, job: Job, workers: int, shards: Shards, progress: Progress) -> tuple[int, str]:
    """Score what is new, shard by shard. Returns how many processes did it, and the number format they used."""
    batches = intake.batches()
    first = list(islice(batches, SMALL + 1))
    if not first:
        return 0, ""
    if len(first) <= SMALL:
        scorer = loaded(job)
        _keep(((batch, scorer.score(batch.articles)) for batch in first), shards, progress)
        return 1, scorer.engine
    with Workers(workers, job, shards.schemas) as pool:
        _keep(pool.answers(chain(first, batches)), shards, progress)
        return len(pool), pool.engine


def _keep(answers: Iterable[tuple[Batch, Scored]], shards: Shards, progress: Progress) -> None:
    held: list[tuple[Batch, Scored]] = []
    for batch, scored in answers:
        progress.scored(scored.articles.num_rows, scored.statements.num_rows, batch.read)
        held.append((batch, scored))
        if batch.fills_shard:
            shards.add(_tables(held))
            held.clear()
    if held:
        shards.add(_tables(held))


def _tables(held: Sequence[tuple[Batch, Scored]]) -> dict[str, pa.Table]:
    """The tables of a shard from the batches in it."""
    return {
        "statements": pa.concat_tables([scored.statements for _, scored in held]),
        "articles": pa.concat_tables([scored.articles for _, scored in held]),
        "rejects": pa.concat_tables([_rejects(batch, scored) for batch, scored in held]),
        "inputs": pa.concat_tables([_inputs(batch, scored) for batch, scored in held]),
    }


def _rejects(batch: Batch, scored: Scored) -> pa.Table:
    """The rejects of reading and of scoring, in the order of reading."""
    place = {row.source: number for number, row in enumerate(batch.inputs)}
    rejects = sorted((*batch.rejects, *scored.rejects), key=lambda reject: place[reject.source])
    return reject_table(rejects)


def _inputs(batch: Batch, scored: Scored) -> pa.Table:
    """The inputs, with how many sentences each gave."""
    counts = dict(zip(*(scored.articles[name].to_pylist() for name in ("article_id", "n_sentences")), strict=True))
    rows = [
        {**vars(row), "article_id": row.article_id if row.article_id in counts else None}
        | {"sentences": counts.get(row.article_id, 0)}
        for row in batch.inputs
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema(InputRow))


def _record(path: Path, tally: Tally, paths: Sequence[str], bundle: Bundle, params: ScoreParams) -> None:
    record = {
        "version": __version__,
        "model": bundle.hash,
        "learner": bundle.card.learner,
        "input": [printable(path) for path in paths],
        "params": asdict(params),
        "articles": tally.articles,
        "sentences": tally.sentences,
        "statements": tally.attributed,
        "rejects": sum(tally.rejects.values()),
        "reject_share": tally.reject_share,
        "rejects_by_reason": dict(sorted(tally.rejects.items())),
    }
    put(path, (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode())
