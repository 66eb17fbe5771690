"""What a worker process does: load the bundle once, score what it is given, answer in Arrow's own bytes.

The first message is ``READY`` and the number format that the learner computes in; after that every batch is
answered by ``READY`` and three tables. Any other message is a sentence on why there is no bundle, or no rows.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import pyarrow as pa

from pipeline.records import arrow_schema
from pipeline.scoring.bundle import BundleError
from pipeline.scoring.engine import Scored, Scorer
from pipeline.text.rejects import Reject

Loader = Callable[[Path], Scorer]


@dataclass(frozen=True)
class Job:
    """What every worker of a run does: load this bundle, which must have this ``hash``, and score with it."""

    load: Loader
    bundle: Path
    hash: str


READY = "+"
# Each worker has a core of its own: the libraries below it must not start threads that fight over it, nor wait
# busily. They read these when they are loaded, so the parent sets them before the worker starts.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "KMP_BLOCKTIME": "0",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


def work(connection: Connection, job: Job) -> None:
    """Answer batches until the parent is gone."""
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            scorer = loaded(job)
        except Exception as error:
            connection.send_bytes(_sentence(error))
            return
        if torch := sys.modules.get("torch"):  # which not every learner has loaded
            torch.set_num_threads(1)
        connection.send_bytes(f"{READY}{scorer.engine}".encode())
        while True:
            articles = connection.recv()
            try:
                tables = [_packed(table) for table in _tables(scorer.score(articles))]
            except Exception as error:
                connection.send_bytes(_sentence(error))
            else:
                for content in (READY.encode(), *tables):
                    connection.send_bytes(content)


def received(connection: Connection) -> Scored | str:
    """A worker's answer, read by the parent: rows, or why the batch failed.

    Raises ``EOFError`` or ``OSError`` where the worker died.
    """
    said = connection.recv_bytes().decode()
    if said != READY:
        return said
    statements, articles, rejects = (_unpacked(connection.recv_bytes()) for _ in range(3))
    return Scored(statements, articles, tuple(Reject(**row) for row in rejects.to_pylist()))


def reject_table(rejects: list[Reject] | tuple[Reject, ...]) -> pa.Table:
    """Rejects as a table."""
    return pa.Table.from_pylist([vars(reject) for reject in rejects], schema=arrow_schema(Reject))


def loaded(job: Job) -> Scorer:
    """The scorer of a job. Raises ``BundleError``."""
    scorer = job.load(job.bundle)
    if scorer.bundle.hash != job.hash:
        raise BundleError(f"{job.bundle}: was changed while the program was reading it. Start again")
    return scorer


def _tables(scored: Scored) -> Iterator[pa.Table]:
    yield from (scored.statements, scored.articles, reject_table(scored.rejects))


def _packed(table: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue()


def _unpacked(content: bytes) -> pa.Table:
    with pa.ipc.open_stream(content) as reader:
        return reader.read_all()


def _sentence(error: Exception) -> bytes:
    return f"{type(error).__name__}: {error}".encode(errors="replace")
