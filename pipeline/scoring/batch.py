"""Batch scoring: files in, a folder of tables out, in bounded memory and with nothing half-written.

The tables grow in a hidden sibling of the output folder, which takes its place by a rename when all is done.
A killed run leaves only that sibling; the next run to the same folder clears it.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pipeline import __version__
from pipeline.config import ScoreParams
from pipeline.records import Article, ArticleRow, arrow_schema
from pipeline.scoring.engine import Scored, Scorer
from pipeline.scoring.summary import Tally
from pipeline.scoring.tables import FORMATS, Tables
from pipeline.text.readers import read
from pipeline.text.rejects import Reject, printable

RECORD = "score.json"  # how the result was made; also the sign by which a later run knows it as a result
TABLES = ("statements", "articles", "rejects")


class OutputError(ValueError):
    """An output folder that must not be written to; the message says why and what to do."""


@dataclass(frozen=True)
class ScoreResult:
    """What a run found, how long it took, and the file of each table."""

    tally: Tally
    heads: dict[str, tuple[str, ...]]
    seconds: float
    paths: dict[str, Path]

    @property
    def articles(self) -> int:
        """Articles that were scored."""
        return self.tally.articles

    @property
    def sentences(self) -> int:
        """Rows of the statements table."""
        return self.tally.sentences

    @property
    def statements(self) -> int:
        """Rows that have a speaker."""
        return self.tally.attributed

    @property
    def rejects(self) -> int:
        """Articles that could not be read or scored."""
        return sum(self.tally.rejects.values())

    @property
    def reject_share(self) -> float:
        """Rejects among everything that was offered."""
        return self.tally.reject_share


def score(
    paths: Sequence[str],
    out: Path,
    bundle: Path,
    format: str,
    params: ScoreParams,
    progress: bool = True,
    stdin: BinaryIO | None = None,
) -> ScoreResult:
    """Score articles into the folder ``out``: statements, articles and rejects, and ``score.json`` on how.

    An earlier result in ``out`` is replaced as a whole; a folder that holds anything else is left alone.
    Raises ``OutputError`` for such a folder, ``BundleError`` for the bundle, ``NoSuchInput`` and ``NoArticles``.
    """
    if format not in FORMATS:
        raise OutputError(f"no table format {format}; expected one of {', '.join(FORMATS)}")
    out = out.absolute()
    check_output(out, paths)
    began = time.perf_counter()
    items = read(paths, params.max_characters, stdin)  # looks at the paths at once, before the slow loading below
    scorer = Scorer.load(bundle)
    schemas = {
        "statements": scorer.schema,
        "articles": arrow_schema(ArticleRow),
        "rejects": arrow_schema(Reject),
    }
    with _taking_the_place_of(out) as folder:
        with Tables(folder, format, schemas) as tables:
            tally = _run(scorer, items, params, tables, progress)
        files = {name: out / f"{name}.{format}" for name in TABLES}
        result = ScoreResult(tally, scorer.bundle.card.heads, time.perf_counter() - began, files)
        _record(folder, result, paths, scorer, params)
    return result


def check_output(out: Path, paths: Sequence[str]) -> None:
    """Raise ``OutputError`` where writing to ``out`` would destroy something or be read as input next time."""
    for path in paths:
        if path != "-" and Path(path).is_dir() and out.resolve().is_relative_to(Path(path).resolve()):
            raise OutputError(f"{out}: lies inside {path}, which is being read. Name a folder outside it")
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise OutputError(f"{out}: not a folder. Name a new folder, or remove this")
    ours = {RECORD, *(f"{name}.{format}" for name in TABLES for format in FORMATS)}
    found = {path.name for path in out.iterdir()} if out.exists() else set()
    if foreign := sorted(found - ours):
        raise OutputError(f"{out}: holds other files ({', '.join(foreign[:3])}). Name a new or empty folder")
    if found and RECORD not in found:
        raise OutputError(f"{out}: holds tables without {RECORD}, so not a result of ours. Name another folder")


def _run(
    scorer: Scorer, items: Iterator[Article | Reject], params: ScoreParams, tables: Tables, progress: bool
) -> Tally:
    tally = Tally()
    with _progress(progress) as bar:
        task = bar.add_task("", total=None, articles=0, sentences=0)
        for articles, rejects in _batches(items, params):
            scored = scorer.score(articles)
            _write(tables, replace(scored, rejects=(*rejects, *scored.rejects)))
            tally.add(scored)
            tally.rejects.update(reject.reason for reject in (*rejects, *scored.rejects))
            bar.update(task, articles=tally.articles, sentences=tally.sentences)
    return tally


def _batches(
    items: Iterator[Article | Reject], params: ScoreParams
) -> Iterator[tuple[list[Article], list[Reject]]]:
    """Batches of articles with the rejects met on the way, bounded by number and by characters."""
    articles: list[Article] = []
    rejects: list[Reject] = []
    characters = 0
    for item in items:
        if isinstance(item, Reject):
            rejects.append(item)
        else:
            articles.append(item)
            characters += len(item.text)
        full = len(articles) >= params.batch_articles or len(rejects) >= params.batch_articles
        if full or characters >= params.max_characters:
            yield articles, rejects
            articles, rejects, characters = [], [], 0
    if articles or rejects:
        yield articles, rejects


def _write(tables: Tables, scored: Scored) -> None:
    tables.write("statements", scored.statements)
    tables.write("articles", scored.articles)
    tables.write("rejects", pa.Table.from_pylist([vars(r) for r in scored.rejects], schema=arrow_schema(Reject)))


def _record(folder: Path, result: ScoreResult, paths: Sequence[str], scorer: Scorer, params: ScoreParams) -> None:
    counts = ("articles", "sentences", "statements", "rejects", "reject_share", "seconds")
    record = {
        "version": __version__,
        "model": scorer.bundle.hash,
        "learner": scorer.bundle.card.learner,
        "input": [printable(path) for path in paths],
        "params": asdict(params),
        **{name: getattr(result, name) for name in counts},
        "rejects_by_reason": dict(result.tally.rejects),
    }
    (folder / RECORD).write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@contextmanager
def _taking_the_place_of(out: Path) -> Iterator[Path]:
    """A hidden sibling to write in, held by this process alone; it becomes ``out`` if the block succeeds."""
    partial = out.with_name(f".{out.name}.partial")
    partial.mkdir(parents=True, exist_ok=True)
    handle = os.open(partial, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system lets go of it when a process dies
    except BlockingIOError as error:
        os.close(handle)
        raise OutputError(f"{out}: another run is writing to it. Wait for it, or name another folder") from error
    earlier = out.with_name(f".{out.name}.earlier")
    try:
        for leftover in partial.iterdir():
            leftover.unlink()
        if earlier.exists() and not out.exists():  # a run was killed between the two renames below
            earlier.rename(out)
        yield partial
        shutil.rmtree(earlier, ignore_errors=True)
        if out.exists():
            out.rename(earlier)
        partial.rename(out)
        shutil.rmtree(earlier, ignore_errors=True)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    finally:
        os.close(handle)


def _progress(wanted: bool) -> Progress:
    """A line on stderr that shows only on a terminal: output in a pipe stays quiet."""
    console = Console(stderr=True)
    counts = TextColumn("{task.fields[articles]:,} articles, {task.fields[sentences]:,} sentences")
    return Progress(
        SpinnerColumn(),
        counts,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not (wanted and console.is_terminal),
    )
