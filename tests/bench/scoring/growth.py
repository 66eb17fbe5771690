"""How time and memory grow with the archive."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.dataset as ds
from rich.console import Console

from pipeline.records import Article
from tests.bench.attribution_time import LIMIT
from tests.bench.scoring.children import Child, run, score_command
from tests.bench.scoring.material import repeated, write_articles
from tests.bench.scoring.shown import Cell, Goal, Sheet

MEMORY = 1.5  # GB, the goal for 100,000 articles and so for fewer
NOTE = (
    "`asylum-stance score` on JSON Lines, the articles over and over under new ids. CPU seconds of all processes; "
    "memory at its highest: pages that processes share counted once, and (summed) once for each. The exponent is "
    "the slope of log CPU seconds over log articles, start-up (a run on one article) taken off: 1 is linear."
)


@dataclass(frozen=True)
class Point:
    """One run: so many articles, as many sentences in its tables, and what it took."""

    articles: int
    sentences: int
    child: Child


def measure(
    bundle: Path, articles: Sequence[Article], sizes: Sequence[int], workers: int | None, talk: Console
) -> Sheet:
    """Score archives of each of ``sizes``. Raises ``ChildFailed``."""
    start, *points = _points(bundle, articles, [1, *sorted(sizes)], workers, talk)
    slopes = exponents(start, points)
    rows = [_row(point, start, slope) for point, slope in zip(points, slopes, strict=True)]
    said = "as many workers as it likes" if workers is None else f"--workers {workers}"
    title = f"Growth of the {bundle.name} bundle, {said}"
    last, goals = points[-1], []
    if slopes[-1] is not None:
        goals.append(Goal(f"exponent of cost up to {last.articles:,} articles", slopes[-1], LIMIT, most=True))
    goals.append(Goal(f"peak GB, {last.articles:,} articles", last.child.peak / 1e9, MEMORY, most=True))
    return Sheet(title, rows, NOTE, goals)


def exponents(start: Point, points: Sequence[Point]) -> list[float | None]:
    """For each point the slope from the first one to it; None for the first, and where start-up is all."""
    costs = np.array([one.child.seconds.cpu - start.child.seconds.cpu for one in points])
    if costs.min() <= 0:
        return [None] * len(points)
    runs, rises = np.log([one.articles for one in points]), np.log(costs)
    return [None, *((rises[1:] - rises[0]) / (runs[1:] - runs[0])).tolist()]


def _points(
    bundle: Path, articles: Sequence[Article], sizes: Sequence[int], workers: int | None, talk: Console
) -> Iterator[Point]:
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path, out = Path(folder) / "archive.jsonl", Path(folder) / "scored"
            write_articles(repeated(articles, size), path)
            child = run(score_command(path, out, bundle, workers))
            point = Point(size, _sentences(out), child)
        took = child.seconds
        talk.print(f"{size:,} articles: {took.cpu:.1f} CPU s, {took.wall:.1f} s, {child.peak / 1e9:.2f} GB")
        yield point


def _sentences(out: Path) -> int:
    """Rows of the statements: one file, or a folder of parts in an archive of more than one shard."""
    return ds.dataset(out / "statements.parquet").count_rows()


def _row(point: Point, start: Point, slope: float | None) -> dict[str, Cell]:
    took = point.child.seconds
    marginal = took.cpu - start.child.seconds.cpu
    return {
        "articles": point.articles,
        "sentences": point.sentences,
        "CPU s": took.cpu,
        "wall s": took.wall,
        "sentences a CPU second, start-up off": point.sentences / marginal if marginal > 0 else None,
        "sentences a second by the clock": point.sentences / took.wall,
        "peak GB": point.child.peak / 1e9,
        "summed GB": point.child.resident / 1e9,
        "exponent": slope,
    }
