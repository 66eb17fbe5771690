"""Where the time goes: the stages of scoring, timed by wrapping functions of the product from outside."""

import importlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.records import Article
from pipeline.scoring.engine import Scorer
from pipeline.text.readers import read
from pipeline.text.rejects import Reject
from tests.bench.scoring.material import MOST_CHARACTERS, write_articles
from tests.bench.scoring.shown import Cell, Sheet

READ, TABLE, WRITE = "read", "table", "write"
# Stage → the functions whose own time it is, what other stages take within them left out.
STAGES: Mapping[str, Sequence[str]] = {
    "clean and segment": ("pipeline.text.document:TextPath.sentences",),
    "parse": ("pipeline.text.parses:parse",),
    "rules": ("pipeline.text.document:TextPath.reading",),
    "ranker": ("pipeline.text.decisions:decide",),
    "affiliation": ("pipeline.text.document:TextPath.document",),
    "windows and tokens": ("pipeline.learners.transformer.windows:Windower.windows",),
    "encoder and heads": ("pipeline.learners.transformer.learner:TransformerLearner.predict_proba",),
    "article layer": ("pipeline.learners.transformer.article_layer:ArticleLayer.forward",),
    "TF-IDF": ("pipeline.learners.tfidf:TfidfLearner.predict_proba",),
    "pool and calibrate": (
        "pipeline.learners.ensemble:EnsembleLearner.predict_proba",
        "pipeline.scoring.bundle:calibrated",
    ),
    TABLE: ("pipeline.scoring.engine:Scorer.score",),
}
NOTE = (
    "CPU time of one thread; of each stage its own, what later stages take within it left out. `read`: JSON Lines "
    "to articles. `table`: rows, checks and Arrow. `write`: Parquet. Loading is left out. The fastest round."
)


class Stopwatch:
    """CPU seconds of each stage. While a stage runs inside another, the outer one's clock stands still."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside for ``name``."""
        self._lap()
        self._running.append(name)
        try:
            yield
        finally:
            self._lap()
            self._running.pop()

    def _lap(self) -> None:
        now = time.process_time()
        if self._running:
            name = self._running[-1]
            self.seconds[name] = self.seconds.get(name, 0.0) + now - self._since
        self._since = now

    def timing(self, name: str, function: Callable) -> Callable:
        """The function, counted for a stage."""

        @wraps(function)
        def timed(*args: object, **named: object) -> object:
            with self.stage(name):
                return function(*args, **named)

        return timed


@contextmanager
def wrapped(watch: Stopwatch) -> Iterator[None]:
    """Every function in ``STAGES`` timed, wherever in the product it was imported to; all as before at the end.

    Raises ``AttributeError`` where the product has no such function any more.
    """
    with ExitStack() as stack:
        for stage, places in STAGES.items():
            for place in places:
                for holder, name, function in _holders(place):
                    setattr(holder, name, watch.timing(stage, function))
                    stack.callback(setattr, holder, name, function)
        yield


def _holders(place: str) -> list[tuple[type | ModuleType, str, Callable]]:
    """Where ``module:function`` or ``module:Class.method`` is looked up: a class, or each module that has it."""
    module_name, _, path = place.partition(":")
    module = importlib.import_module(module_name)
    *outer, name = path.split(".")
    if outer:
        holder = getattr(module, outer[0])
        return [(holder, name, vars(holder)[name])]
    function = getattr(module, name)
    modules = [one for title, one in sys.modules.items() if title.startswith("pipeline") and one is not None]
    return [(one, name, function) for one in modules if vars(one).get(name) is function]


def measure(bundle: Path, articles: Sequence[Article], batch: int, rounds: int) -> Sheet:
    """The profile of a bundle on articles that are scored ``batch`` at a time."""
    scorer = Scorer.load(bundle)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.jsonl"
        write_articles(articles, path)
        sentences = _run(scorer, path, batch, Stopwatch())  # warms up what is loaded late
        watches = [Stopwatch() for _ in range(rounds)]
        for watch in watches:
            with wrapped(watch):
                _run(scorer, path, batch, watch)
    best = min(watches, key=lambda watch: sum(watch.seconds.values()))
    title = f"Stages of the {bundle.name} bundle: {len(articles)} articles, {sentences} sentences"
    return Sheet(title, _rows(best.seconds, sentences), NOTE)


def _run(scorer: Scorer, path: Path, batch: int, watch: Stopwatch) -> int:
    """Score a file into Parquet; the number of sentences."""
    with watch.stage(READ):
        articles = [one for one in read([str(path)], MOST_CHARACTERS) if not isinstance(one, Reject)]
    batches = range(0, len(articles), batch)
    statements = pa.concat_tables(scorer.score(articles[first : first + batch]).statements for first in batches)
    with watch.stage(WRITE):
        pq.write_table(statements.combine_chunks(), path.with_suffix(".parquet"), compression="zstd")
    return statements.num_rows


def _rows(seconds: Mapping[str, float], sentences: int) -> list[dict[str, Cell]]:
    total = sum(seconds.values())
    stages = [(stage, seconds[stage]) for stage in (READ, *STAGES, WRITE) if stage in seconds]
    return [
        {
            "stage": stage,
            "ms a sentence": 1e3 * one / sentences,
            "share": f"{one / total:.1%}",
            "sentences a CPU second": sentences / max(one, 1e-9),
        }
        for stage, one in [*stages, ("all", total)]
    ]
