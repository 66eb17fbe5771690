"""The runs of ``tests.bench.learners`` as one Markdown table: figures with intervals, and how far from ours."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.config import Params
from pipeline.evaluation.baseline import MAJORITY, class_shares, majority_predictions
from pipeline.evaluation.comparison import Comparison, compare
from pipeline.evaluation.comparison_tables import format_difference
from pipeline.evaluation.predictions import GOLD, PREDICTED_SPEAKERS, read_predictions
from pipeline.labels import heads
from pipeline.records import Labels
from tests.bench.trained import PARTS, RUN_FILE, Run, read_run

SPEAKERS = {GOLD: "gold", PREDICTED_SPEAKERS: "predicted"}
# From the plainest to the most capable; runs of other names come after them.
ORDER = (MAJORITY, "tfidf", "frozen", "setfit", "plain", "transformer", "ensemble")
ABSENT = "–"


class NothingToCompare(LookupError):
    """Runs that the table needs are not there; the message tells the mend."""


@dataclass(frozen=True)
class Kept:
    """A run with its predictions by part; ``run`` is None for the majority, which costs nothing."""

    run: Run | None
    tables: Mapping[str, pd.DataFrame]


def markdown(out: Path, ours: str, training: Sequence[Labels], params: Params) -> str:
    """The comparison of every finished run in ``out``, test before validation.

    Raises ``NothingToCompare`` without the run ``ours``, ``ValueError`` for runs on different sentences.
    """
    kept = _kept(out, ours, training)
    headings = ("part", "speakers", "learner", *heads(), "minutes", "sentences/s")
    lines = [_line(headings), _line(["---"] * len(headings))]
    sizes = []
    for part in reversed(PARTS):
        found = {
            name: compare({ours: kept[ours].tables[part], name: one.tables[part]}, params.evaluate, params.seed)
            for name, one in kept.items()
        }
        lines += [
            _line((part, title, name, *_figures(found[name], name, condition), *_cost(one.run)))
            for condition, title in SPEAKERS.items()
            for name, one in kept.items()
        ]
        sizes.append(f"{part}: {found[ours].articles} articles, {found[ours].sentences} sentences")
    return "\n".join([*lines, "", _caption(ours, params, sizes)])


def _caption(ours: str, params: Params, sizes: Sequence[str]) -> str:
    return (
        f"Macro-F1 with its {params.evaluate.confidence:.0%} interval and, below it, the paired difference to "
        f"{ours} (bootstrap over articles; bold: the interval leaves out zero). {'; '.join(sizes)}. Minutes of "
        "training and sentences answered a second: of one core; minutes in brackets: by the clock, in `dvc repro`."
    )


def _kept(out: Path, ours: str, training: Sequence[Labels]) -> dict[str, Kept]:
    found = {
        path.parent.name: Kept(
            read_run(path.parent),
            {part: _gold_sentences(read_predictions(path.parent / f"{part}.parquet")) for part in PARTS},
        )
        for path in out.glob(f"*/{RUN_FILE}")
    }
    if ours not in found:
        raise NothingToCompare(
            f"{out} holds no finished run {ours!r}: `python -m tests.bench.learners {ours}` makes it; or name "
            "another by --ours"
        )
    shares = class_shares(training)
    majority = {part: majority_predictions(table, shares) for part, table in found[ours].tables.items()}
    every = {MAJORITY: Kept(None, majority), **found}
    return {name: every[name] for name in sorted(every, key=_place)}


def _gold_sentences(table: pd.DataFrame) -> pd.DataFrame:
    """Without what was read from the raw text: the gold sentences under both kinds of speakers."""
    return table[table["condition"].isin(SPEAKERS)]


def _place(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def _figures(found: Comparison, name: str, condition: str) -> Iterator[str]:
    """A cell a head: value (interval), and the difference to ours."""
    for head in heads():
        item = found.difference(name, condition, head)
        mark = "**" if item and item.difference.clear else ""
        below = f"<br>{mark}{format_difference(item.difference)}{mark}" if item else ""
        yield f"{found.score(name, condition, head)}{below}"


def _cost(run: Run | None) -> tuple[str, str]:
    if run is None:
        return ABSENT, ABSENT
    clock = ABSENT if run.clock_minutes is None else f"({run.clock_minutes:.1f})"
    return clock if run.minutes is None else f"{run.minutes:.1f}", f"{run.sentences_per_second:,.0f}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
