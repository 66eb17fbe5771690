"""Batches scored side by side in worker processes and answered in their order.

A batch that fails, or whose worker dies of it (a crash in a native library, no memory left, an endless loop), is
scored again article by article, and the article to blame becomes a reject. The executors of the standard library
and joblib give up all their work when one process dies, and cannot tell which task it had.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from types import TracebackType
from typing import Self

import pyarrow as pa

from pipeline.records import Article
from pipeline.scoring.engine import Scored
from pipeline.scoring.intake import Batch
from pipeline.scoring.worker import ENVIRONMENT, READY, Job, received, work
from pipeline.text.rejects import Reject, printable

AHEAD = 4  # batches a worker that are read or scored before the one whose turn it is
# Seconds after which a worker counts as hanging. The slowest learner takes 6 ms for a sentence of 100 characters
# on one core; a hundred times that leaves room for machines that are busy.
PATIENCE, PATIENCE_A_CHARACTER = 120.0, 0.006
DETAIL_CHARACTERS = 500


class WorkerError(RuntimeError):
    """Workers cannot be had; the message says why and what to do."""


@dataclass
class Task:
    """A batch on its way: first nobody's, then a worker's, then scored."""

    batch: Batch
    taken: bool = False
    scored: Scored | None = None


class Worker:
    """A process that scores, as its parent sees it. ``ready``: the bundle is loaded, and it has not died;
    ``engine``: the number format it computes in."""

    def __init__(self, job: Job) -> None:
        # Not forked from this process: a fork copies the locks of threads (Arrow's, Rich's), closed for ever. The
        # server has none, and the workers share what it has imported.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([work.__module__])
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs, job), daemon=True)
        with _surroundings():
            self.process.start()
        theirs.close()  # the worker's is the last one then, and its death closes the pipe
        self.ready = False
        self.engine = ""
        self.task: Task | None = None
        self.until = float("inf")  # of time.monotonic()

    def started(self) -> None:
        """Wait until the bundle is loaded. Raises ``WorkerError``."""
        try:
            said = self.connection.recv_bytes().decode()
        except (EOFError, OSError):
            said = f"it {self._death()}"
        if not said.startswith(READY):
            raise WorkerError(f"a worker process could not start: {said} (fewer --workers need less memory)")
        self.ready, self.engine = True, said.removeprefix(READY)

    def give(self, articles: Sequence[Article]) -> None:
        """Send articles; the answer, or the worker's death, will be heard on ``connection``."""
        self.until = time.monotonic() + PATIENCE + PATIENCE_A_CHARACTER * sum(len(a.text) for a in articles)
        with suppress(OSError):  # of a worker that is dead: noticed where its answer is read
            self.connection.send(list(articles))

    def answer(self) -> Scored | str:
        """Wait for what became of the articles: rows, or why there are none."""
        try:
            if self.connection.poll(max(0.0, self.until - time.monotonic())):
                return received(self.connection)
        except (EOFError, OSError):
            self.ready = False
            return f"the worker process that scored it {self._death()}"
        finally:
            self.until = float("inf")
        self.ready = False
        return "it took far longer than an article of its length should, as if without end"

    def end(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.process.join()
        self.connection.close()

    def _death(self) -> str:
        self.process.join()
        code = self.process.exitcode or 0
        if code >= 0:
            return f"ended with code {code}"
        why = ", perhaps for want of memory" if -code == signal.SIGKILL else ""
        return f"was killed by {signal.Signals(-code).name}{why}"


class Workers:
    """Up to ``most`` processes that score, each with the bundle; one more starts where a batch finds none free.

    Use them as a context: at its end all of them are gone.
    """

    def __init__(self, most: int, job: Job, schemas: Mapping[str, pa.Schema]) -> None:
        self.most = most
        self._job = job
        self._schemas = schemas
        self._workers: list[Worker] = []

    def __len__(self) -> int:
        return len(self._workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for worker in self._workers:
            worker.end()

    @property
    def engine(self) -> str:
        """The number format that they compute in; empty where none was needed."""
        return next((worker.engine for worker in self._workers if worker.engine), "")

    def answers(self, batches: Iterator[Batch]) -> Iterator[tuple[Batch, Scored]]:
        """What each batch gave, in their order. A few more batches are read than were asked for, never all."""
        tasks: deque[Task] = deque()
        more = True
        while True:
            self._hand_out(tasks)
            while tasks and (scored := tasks[0].scored):
                yield tasks.popleft().batch, scored
            waiting = sum(not task.taken for task in tasks)
            reading = more and waiting < self.most and len(tasks) < AHEAD * self.most
            if not reading and not tasks:
                return
            for worker in self._heard(at_once=reading):
                self._collect(worker)
            self._hand_out(tasks)
            if reading:
                batch = next(batches, None)
                more = batch is not None
                tasks += [Task(batch)] if batch else []

    def _hand_out(self, tasks: deque[Task]) -> None:
        free = (worker for worker in self._workers if worker.ready and worker.task is None)
        for worker, task in zip(free, [task for task in tasks if not task.taken], strict=False):
            worker.task, task.taken = task, True
            worker.give(task.batch.articles)
        starting = sum(not worker.ready for worker in self._workers)
        unserved = sum(not task.taken for task in tasks) - starting
        for _ in range(min(unserved, self.most - len(self._workers))):
            self._workers.append(Worker(self._job))

    def _heard(self, at_once: bool) -> list[Worker]:
        """Workers that have something to say, that died, or that have been silent for too long."""
        busy = [worker for worker in self._workers if worker.task or not worker.ready]
        patience = max(0.0, min((worker.until for worker in busy), default=0.0) - time.monotonic())
        timeout = 0.0 if at_once else None if patience == float("inf") else patience
        heard = wait([worker.connection for worker in busy], timeout)
        return [worker for worker in busy if worker.connection in heard or worker.until <= time.monotonic()]

    def _collect(self, worker: Worker) -> None:
        task, worker.task = worker.task, None
        if task is None:
            worker.started()
            return
        answer = worker.answer()
        task.scored = self._one_by_one(worker, task.batch) if isinstance(answer, str) else answer

    def _one_by_one(self, worker: Worker, batch: Batch) -> Scored:
        """Score a batch that failed again, to find who is to blame."""
        parts = []
        for article in batch.articles:
            if not worker.ready:
                worker = self._in_place_of(worker)
                worker.started()
            worker.give([article])
            answer = worker.answer()
            parts.append(self._blamed(article, answer) if isinstance(answer, str) else answer)
        if not worker.ready:
            self._in_place_of(worker)
        return Scored(
            pa.concat_tables([part.statements for part in parts]),
            pa.concat_tables([part.articles for part in parts]),
            tuple(reject for part in parts for reject in part.rejects),
        )

    def _in_place_of(self, dead: Worker) -> Worker:
        dead.end()
        fresh = Worker(self._job)
        self._workers[self._workers.index(dead)] = fresh
        return fresh

    def _blamed(self, article: Article, why: str) -> Scored:
        reject = Reject(article.source or article.id, "error", printable(why[:DETAIL_CHARACTERS]))
        nothing = (self._schemas[name].empty_table() for name in ("statements", "articles"))
        return Scored(*nothing, rejects=(reject,))


@contextmanager
def _surroundings() -> Iterator[None]:
    """What a process that is started in this block inherits: one thread, and deafness to Ctrl-C, which reaches all
    processes of a terminal; the parent ends its workers."""
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    os.environ.update(ENVIRONMENT)
    main = threading.current_thread() is threading.main_thread()  # no other may change what a signal does
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN) if main else None
    try:
        yield
    finally:
        if main:
            signal.signal(signal.SIGINT, heard)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
