"""How far a run is: articles, sentences, sentences a second, share of the input and time left, on stderr.

On a terminal a line that changes, elsewhere (a log, a batch system) a plain line every half minute.
"""

import datetime as dt
import os
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from rich import progress as rich_progress
from rich.console import Console

from pipeline.records import Article
from pipeline.text.inputs import TEXTS, resolve
from pipeline.text.rejects import Reject

EVERY = 30.0  # seconds between plain lines
MOST_FILES = 200_000  # whose sizes are looked up beforehand; more would take seconds
# In these a character takes about a byte, so that the articles tell how much of a file was read. Of a packed
# file nothing is known before its end.
PLAIN = (*TEXTS, ".json", ".jsonl", ".ndjson", ".csv")


class Progress:
    """Counts what is read and scored, and says so. Use it as a context."""

    def __init__(self, paths: Sequence[str], wanted: bool = True) -> None:
        self.console = Console(stderr=True, highlight=False)
        self.wanted = wanted
        self.total = _bytes_of(paths) if wanted else None
        self.articles = self.sentences = 0
        self._known = 0
        self._file, self._before, self._inside = "", 0, 0  # path, bytes before it, bytes in it
        self._began = self._said = time.monotonic()
        self._start: int | None = None  # bytes that lay behind when scoring began
        self._bar = rich_progress.Progress(
            rich_progress.SpinnerColumn(),
            rich_progress.BarColumn(),
            rich_progress.TextColumn("{task.description}"),
            console=self.console,
            transient=True,
            disable=not (wanted and self.console.is_terminal),
        )
        self._task = self._bar.add_task("", total=self.total)

    @property
    def read(self) -> int:
        """Bytes of the input that lie behind, about: files read, and the characters of the one being read."""
        return self._before + self._inside

    def reading(self, item: Article | Reject) -> None:
        """Take note of an input that was read."""
        if self.total is None:
            return
        path = item.source.partition("#")[0]
        if path != self._file:
            self._before += _size(self._file)
            self._file, self._inside = path, 0
        if isinstance(item, Article) and path.lower().endswith(PLAIN):
            self._inside = min(self._inside + len(item.text), _size(path))

    def skipped(self, number: int) -> None:
        """Say how many inputs were found to be scored already."""
        self._known = number
        self._say(self.read)

    def scored(self, articles: int, sentences: int, read: int) -> None:
        """Count what a batch gave; ``read`` bytes of the input lay behind when it was read."""
        if self._start is None:
            self._start = read
        self.articles += articles
        self.sentences += sentences
        self._say(read)

    def _say(self, read: int) -> None:
        if self._bar.disable:
            if self.wanted and time.monotonic() - self._said >= EVERY:
                self._said = time.monotonic()
                self.console.print(self._line(read), soft_wrap=True)
        else:
            self._bar.update(self._task, completed=read, description=self._line(read))

    def _line(self, read: int) -> str:
        seconds = max(time.monotonic() - self._began, 1e-9)
        parts = [f"{self._known:,} scored before"] if self._known else []
        parts += [f"{self.articles:,} articles", f"{self.sentences:,} sentences"]
        parts.append(f"{self.sentences / seconds:,.0f} a second")
        if self.total:
            parts.append(f"{min(read / self.total, 1):.0%} of the input")
        done = read - (self._start or 0)
        if self.total and self._start is not None and done > 0:
            left = seconds * max(self.total - read, 0) / done
            parts.append(f"{dt.timedelta(seconds=round(left))} left")
        return ", ".join(parts)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()


def _bytes_of(paths: Sequence[str]) -> int | None:
    """Bytes of all files that will be read; None where standard input or too many files are among them."""
    inputs = [resolve(path) for path in paths]
    files = list(islice((path for given in inputs for path, _ in given.files()), MOST_FILES + 1))
    if len(files) > MOST_FILES or not all(given.places for given in inputs):
        return None
    return sum(_size(path) for path in files) or None


def _size(path: str | Path) -> int:
    """Size of a file as it is on the disk; 0 where its name cannot be told or it is gone."""
    try:
        return os.stat(path).st_size if path else 0
    except (OSError, ValueError):
        return 0
