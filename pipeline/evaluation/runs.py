"""The last recorded runs side by side: each learner's figures, and what was different about the runs."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.config import TrackingParams
from pipeline.evaluation.bootstrap import Interval
from pipeline.evaluation.predictions import MAIN_CONDITION
from pipeline.tracking import KEY, LEARNER, PARENT, connect, database

if TYPE_CHECKING:
    from mlflow.entities import Run as Recorded

ABSENT = "–"
# What may explain a difference besides parameters, as the tracker tags it.
CAUSES = {"corpus_sha256": "corpus", "pipeline_sha256": "dvc.yaml", "DVC_EXP_NAME": "experiment"}


class NoRuns(LookupError):
    """There is nothing to compare; the message says how to get it."""


@dataclass(frozen=True)
class Run:
    """A parent run. ``figures[learner][measure]`` are the headline figures under predicted speakers."""

    id: str
    name: str
    started: dt.datetime
    tags: dict[str, str]
    params: dict[str, str]
    figures: dict[str, dict[str, Interval]]

    @property
    def code(self) -> str:
        """The commit, and whether the tree was changed."""
        changed = " + changes" if self.tags.get("git_dirty") == "true" else ""
        return self.tags.get("git_commit", ABSENT)[:7] + changed

    @property
    def causes(self) -> dict[str, str]:
        """Everything that may explain why its figures differ from another run's."""
        named = {title: self.tags.get(tag, ABSENT) for tag, title in CAUSES.items()}
        return {"code": self.code, **named, **self.params}


def recent_runs(params: TrackingParams, root: Path, limit: int) -> tuple[Run, ...]:
    """The last ``limit`` parent runs, oldest first. Raises ``NoRuns`` where nothing was recorded."""
    address = database(params, root)
    nothing = NoRuns(f"no runs in {address}: run `dvc repro` with tracking.enabled: true in configs/params.yaml")
    if address.startswith("sqlite:///") and not Path(address.removeprefix("sqlite:///")).exists():
        raise nothing  # and leave no empty database behind
    mlflow = connect(params, root)
    parents = mlflow.search_runs(
        experiment_names=[params.experiment],
        filter_string=f"tags.`{KEY}` != ''",
        order_by=["start_time DESC"],
        max_results=limit,
        output_format="list",
    )
    if not parents:
        raise nothing
    return tuple(_run(mlflow, parent) for parent in reversed(parents))


def _run(mlflow: ModuleType, parent: "Recorded") -> Run:
    children = mlflow.search_runs(
        [parent.info.experiment_id],
        f"tags.`{PARENT}` = '{parent.info.run_id}'",
        order_by=["start_time ASC"],  # the latest of a learner wins
        output_format="list",
    )
    params, figures = dict(parent.data.params), {}
    for child in children:
        learner = child.data.tags.get(LEARNER, child.info.run_name)
        figures[learner] = _figures(child.data.metrics)
        params |= {
            name if name.startswith(f"{learner}.") else f"{learner}.{name}": value
            for name, value in child.data.params.items()
            if name not in parent.data.params
        }
    started = dt.datetime.fromtimestamp(parent.info.start_time / 1000)
    return Run(parent.info.run_id, parent.info.run_name, started, parent.data.tags, params, figures)


def _figures(metrics: dict[str, float]) -> dict[str, Interval]:
    """The figures of the main condition, by measure: those recorded as ``<condition>.<measure>``."""
    own = {
        name.removeprefix(f"{MAIN_CONDITION}."): value
        for name, value in metrics.items()
        if name.startswith(f"{MAIN_CONDITION}.")
    }
    return {
        name: Interval(value, own.get(f"{name}.low"), own.get(f"{name}.high"))
        for name, value in own.items()
        if "." not in name
    }


def show_runs(runs: Sequence[Run], address: str, console: Console) -> None:
    """Print the figures of the runs, what differs between them, and the command that opens them in MLflow."""
    console.print(_figures_table(runs))
    console.print(
        "Macro-F1 and its interval under predicted speakers; statement: F1 of speaker and stance together. "
        "Bold: the best. ▲ ▼: outside the interval of the run to the left.",
        style="dim",
    )
    if len(runs) > 1:
        console.print(_causes_table(runs))
    if len({run.tags.get("corpus_sha256") for run in runs}) > 1:
        console.print(
            "The corpus differs: figures rest on other test articles and cannot be set against each other."
        )
    console.print(
        "Open them in the browser:", f"mlflow ui --backend-store-uri {address}", soft_wrap=True, style="bold"
    )


def _figures_table(runs: Sequence[Run]) -> Table:
    """A column a run, a row for every learner and measure."""
    table = Table("learner", "measure")
    for run in runs:
        table.add_column(f"{run.name}\n{run.started:%d %b %H:%M}\n{run.id[:8]}", justify="right")
    rows = list(
        dict.fromkeys((learner, name) for run in runs for learner, own in run.figures.items() for name in own)
    )
    best = {
        measure: max(own[measure].value for run in runs for own in run.figures.values() if measure in own)
        for _, measure in rows
    }
    for learner, measure in sorted(rows, key=lambda row: row[0]):
        cells, before = [], None
        for run in runs:
            found = run.figures.get(learner, {}).get(measure)
            cells.append(_cell(found, before, best[measure]))
            before = found or before
        table.add_row(learner, measure, *cells)
    return table


def _cell(found: Interval | None, before: Interval | None, best: float) -> Text:
    if found is None:
        return Text(ABSENT)
    sign = ""
    if before and before.low is not None and before.high is not None:
        sign = "▲ " if found.value > before.high else "▼ " if found.value < before.low else ""
    return Text(f"{sign}{found}", style="bold" if found.value == best else "")


def _causes_table(runs: Sequence[Run]) -> Table:
    """Only what is not the same in all runs."""
    table = Table("differs", *(run.id[:8] for run in runs))
    for name in dict.fromkeys(name for run in runs for name in run.causes):
        values = [run.causes.get(name, ABSENT) for run in runs]
        if len(set(values)) > 1:
            table.add_row(name, *(Text(value) for value in values))
    if not table.rows:
        table.add_row("nothing", *[""] * len(runs))
    return table
