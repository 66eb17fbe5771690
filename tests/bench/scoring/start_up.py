"""From the start of a process to the first statement of one article."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from pipeline import ROOT
from pipeline.records import Article
from tests.bench.scoring.children import ChildFailed, environment, run, score_command
from tests.bench.scoring.clock import Seconds, Turn, interleaved, usual
from tests.bench.scoring.material import write_articles
from tests.bench.scoring.shown import Cell, Goal, Sheet

MOST = 3.0  # seconds
# Says what CPU it took when the first row is there; what Python takes to leave does not count.
_PROGRAM = """
import sys, time
from pathlib import Path
from pipeline.scoring.engine import Scorer
from pipeline.text.readers import read
articles = list(read([sys.argv[1]], 2_000_000))
row = Scorer.load(Path(sys.argv[2])).score(articles).statements.slice(0, 1).to_pylist()
assert row, "no statement"
print(time.process_time(), flush=True)
"""
NOTE = (
    "Cold processes, files in the system's cache, one thread. Python: `Scorer.load(…).score(…)` until the first "
    "row is there. Command line: `asylum-stance score --workers 1` until it has ended, its tables written. "
    "Fastest, since whatever else runs only adds, and median."
)


def measure(bundles: Mapping[str, Path], article: Article, rounds: int) -> Sheet:
    """Start each bundle ``rounds`` times, interleaved. Raises ``ChildFailed``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "article.jsonl"
        write_articles([article], path)
        turns: dict[str, Turn] = {}
        for name, bundle in bundles.items():
            command = score_command(path, Path(folder) / name, bundle, workers=1)
            turns[f"{name}, Python"] = lambda bundle=bundle: first_statement(path, bundle)
            turns[f"{name}, command line"] = lambda command=command: run(command).seconds
        found = interleaved(turns, rounds)
    rows: list[dict[str, Cell]] = [
        {
            "start": name,
            "fastest wall s": min(one.wall for one in runs),
            "median wall s": usual(runs).wall,
            "median CPU s": usual(runs).cpu,
        }
        for name, runs in found.items()
    ]
    goals = [
        Goal(f"{name}, seconds to the first statement", min(one.wall for one in runs), MOST, most=True)
        for name, runs in found.items()
    ]
    return Sheet(f"Start-up: one article, {rounds} cold processes each", rows, NOTE, goals)


def first_statement(path: Path, bundle: Path) -> Seconds:
    """Seconds until a new Python has the first row of the articles in ``path``. Raises ``ChildFailed``."""
    began = time.perf_counter()
    command = [sys.executable, "-c", _PROGRAM, str(path), str(bundle)]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        wall = time.perf_counter() - began
    if process.returncode:
        raise ChildFailed(f"{bundle}: no statement of {path}: exit code {process.returncode}; see above")
    return Seconds(float(line), wall)
