"""Raw text to statements: each bundle beside the obvious pipeline."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.records import Article
from pipeline.scoring.engine import Scorer
from tests.bench.scoring.children import run, score_command
from tests.bench.scoring.clock import Rounds, Seconds, interleaved, timed, times_faster, usual
from tests.bench.scoring.material import repeated, transformer_folder, write_articles
from tests.bench.scoring.obvious import BATCH, ObviousPipeline
from tests.bench.scoring.shown import Cell, Goal, Sheet

PEER = f"obvious: spaCy, then text-classification in batches of {BATCH}"
SPACY = "spaCy's full pipeline alone"
FASTER = 3.0  # times the obvious pipeline
LEAST = {"ensemble": 400.0, "transformer": 400.0, "tfidf": 5000.0}  # sentences a second a core
NOTE = (
    "All by our count of sentences, CPU seconds of all threads and processes. In one process with one thread: the "
    "engine from articles to tables, loading left out, interleaved with the peers. Command line: "
    "`asylum-stance score` from JSON Lines to Parquet, loading of every process included, run once. The obvious "
    "pipeline has the bundle's encoder and heads, but reads each sentence alone and takes the first name in it "
    "for the speaker: it computes less."
)


def measure(
    bundles: Mapping[str, Path],
    peer: Path,
    articles: Sequence[Article],
    batch: int,
    rounds: int,
    workers: int | None,
    copies: int,
) -> Sheet:
    """Compare ``bundles`` with the obvious pipeline made of the transformer in bundle ``peer``.

    ``batch``: articles that are scored together. The command line gets each article ``copies`` times and
    ``workers`` processes (None: as many as it likes); no copies leave it out.
    """
    texts = [one.text for one in articles]
    obvious = ObviousPipeline(transformer_folder(peer))
    scorers = {name: Scorer.load(bundle) for name, bundle in bundles.items()}
    sentences = scorers[next(iter(scorers))].score(articles).statements.num_rows

    def scored(scorer: Scorer) -> None:
        for first in range(0, len(articles), batch):
            scorer.score(articles[first : first + batch])

    turns = {PEER: timed(lambda: obvious.statements(texts)), SPACY: timed(lambda: list(obvious.parsed(texts)))}
    turns |= {name: timed(lambda scorer=scorer: scored(scorer)) for name, scorer in scorers.items()}
    found = interleaved(turns, rounds)
    rows = [_row(name, usual(found[name]), sentences, times_faster(found, name, PEER)) for name in turns]
    for name, bundle in bundles.items() if copies else ():
        seconds = command_line(bundle, list(repeated(articles, len(articles) * copies)), workers)
        ratio = usual(found[PEER]).cpu / (seconds.cpu / copies)
        label = f"{name}, command line" + ("" if workers is None else f", --workers {workers}")
        rows.append(_row(label, seconds, sentences * copies, ratio))
    title = f"Raw text to statements: {len(articles)} articles, {sentences} sentences"
    return Sheet(title, rows, NOTE, _goals(found, list(bundles), sentences))


def command_line(bundle: Path, articles: Sequence[Article], workers: int | None) -> Seconds:
    """What ``asylum-stance score`` takes for the articles, all its processes together. Raises ``ChildFailed``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.jsonl"
        write_articles(articles, path)
        return run(score_command(path, Path(folder) / "scored", bundle, workers)).seconds


def _row(name: str, seconds: Seconds, sentences: int, ratio: float) -> dict[str, Cell]:
    return {
        "contender": name,
        "CPU ms a sentence": 1e3 * seconds.cpu / sentences,
        "sentences a CPU second": sentences / seconds.cpu,
        "sentences a second by the clock": sentences / seconds.wall,
        "times the obvious pipeline": ratio,
    }


def _goals(found: Rounds, names: Sequence[str], sentences: int) -> list[Goal]:
    rates = [
        Goal(f"{name}, sentences a second a core", sentences / usual(found[name]).cpu, LEAST[name])
        for name in names
        if name in LEAST
    ]
    return rates + [
        Goal(f"{name}, times the obvious pipeline", times_faster(found, name, PEER), FASTER) for name in names
    ]
