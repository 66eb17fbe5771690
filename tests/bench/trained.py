"""One learner of the comparison: trained or read, asked about validation and test, its answers kept."""

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from pydantic import TypeAdapter

from pipeline.config import Params
from pipeline.evaluation.calibration import fit_temperatures
from pipeline.evaluation.evaluate import evaluate
from pipeline.evaluation.predictions import write_predictions
from pipeline.evaluation.results import write_results
from pipeline.evaluation.tables import Predict, predictions_table
from pipeline.labels import heads
from pipeline.learners import MEMBERS, load_learner
from pipeline.learners.contract import LabelledDocument, Observe, Probabilities, gold
from pipeline.learners.examples import Example
from pipeline.learners.temperature import apply_temperature, log_probabilities
from pipeline.records import Document
from pipeline.scoring.bundle import calibrated, open_bundle
from pipeline.stages.workspace import Workspace, read_records
from pipeline.tracking import LEARNER, Tracker, connect, database, tracker

EXPERIMENT = "asylum-stance-comparison"
PARTS = ("validation", "test")
RUN_FILE = "run.json"
SQLITE = "sqlite:///"
LAST_LOGGED = "chosen.mean"  # what the stage `train` tells the tracker when training is over


class MissingLibrary(ImportError):
    """A comparator's own library is not installed; the message tells the mend."""


class Comparator(Protocol):
    """What of a ``Learner`` an experiment needs: it is asked at once and never saved."""

    name: str

    def fit(
        self, train: Sequence[LabelledDocument], validation: Sequence[LabelledDocument], observe: Observe
    ) -> None: ...

    def predict_proba(self, documents: Sequence[Document]) -> list[Probabilities]: ...


@dataclass(frozen=True)
class Run:
    """What a learner cost, in time of one core: ``minutes`` of training and sentences answered a second. Time that
    other processes took does not count. A bundle was trained before, so that only ``clock_minutes`` may be known:
    as long as its training took, that of an ensemble's members included."""

    name: str
    seed: int
    minutes: float | None
    sentences_per_second: float
    clock_minutes: float | None = None


@dataclass(frozen=True)
class Material:
    """The examples of the last ``dvc repro``, by part of the split."""

    examples: dict[str, list[Example]]

    @classmethod
    def of(cls, workspace: Workspace) -> "Material":
        """Raises ``FileNotFoundError`` where ``dvc repro`` has not run."""
        if not workspace.examples.is_file():
            raise FileNotFoundError(
                f"{workspace.examples}: no such examples; `dvc repro` in this folder makes them"
            )
        parts = workspace.parts()
        read = read_records(workspace.examples, Example)
        return cls({part: [one for one in read if one.labelled.article.id in ids] for part, ids in parts.items()})

    @property
    def train(self) -> list[LabelledDocument]:
        """Both views of every training article, as the stage ``train`` gives them to its learners."""
        return [view for one in self.examples["train"] for view in (one.as_read(), one.as_labelled())]

    @property
    def validation(self) -> list[LabelledDocument]:
        """The validation articles as read, by which learners choose."""
        return [one.as_read() for one in self.examples["validation"]]


def train(comparator: Comparator, material: Material, workspace: Workspace, seed: int, folder: Path) -> None:
    """Fit a comparator, calibrate it on validation as bundles are, and keep its answers in ``folder``."""
    observer = comparison_tracker(workspace)
    with observer.parent("honest comparison"), observer.child(f"{comparator.name}, seed {seed}", fresh=True):
        observer.log_params({"learner": comparator.name, "seed": seed})
        begun = time.process_time()
        comparator.fit(material.train, material.validation, observer.log_metrics)
        minutes = (time.process_time() - begun) / 60
        temperatures = _temperatures(comparator, material.validation)

        def predict(documents: Sequence[Document]) -> list[Probabilities]:
            return [
                {head: apply_temperature(one[head], temperatures[head]) for head in heads()}
                for one in comparator.predict_proba(documents)
            ]

        keep(Run(comparator.name, seed, minutes, 0.0), predict, material, workspace.params, folder, observer)


def read_bundle(name: str, bundle: Path, material: Material, workspace: Workspace, folder: Path) -> None:
    """Keep the answers of a bundle. Raises ``BundleError`` if it is not as it was sealed."""
    opened = open_bundle(bundle)
    learner = load_learner(bundle)

    def predict(documents: Sequence[Document]) -> list[Probabilities]:
        return [calibrated(raw, opened.card) for raw in learner.predict_proba(documents)]

    observer = comparison_tracker(workspace)
    with observer.parent("honest comparison"), observer.child(name, fresh=True):
        observer.log_params({"learner": name, "bundle": opened.hash, **opened.card.params})
        members = MEMBERS if opened.card.learner == "ensemble" else ()
        clock = [_trained_in(one, workspace) for one in (*members, name)]
        minutes = None if None in clock else sum(clock)
        run = Run(name, int(opened.card.params.get("seed") or 0), None, 0.0, minutes)
        keep(run, predict, material, workspace.params, folder, observer)


def keep(run: Run, predict: Predict, material: Material, params: Params, folder: Path, observer: Tracker) -> None:
    """Write predictions and results on validation and test, and what the run cost, into ``folder``."""
    asked, seconds = 0, 0.0
    shutil.rmtree(folder, ignore_errors=True)  # what an earlier run left would pass for a part of this one

    def timed(documents: Sequence[Document]) -> list[Probabilities]:
        nonlocal asked, seconds
        begun = time.process_time()
        answer = predict(documents)
        seconds += time.process_time() - begun
        asked += sum(len(document.sentences) for document in documents)
        return answer

    for part in PARTS:
        table = predictions_table(material.examples[part], timed)
        write_predictions(table, folder / f"{part}.parquet")
        result = evaluate(table, run.name, params.evaluate, params.seed)
        write_results(result, folder / f"{part}-metrics.json", folder / f"{part}-results.json")
        observer.log_metrics({part: result.headline()})
    run = replace(run, sentences_per_second=asked / seconds)
    observer.log_metrics({"minutes": run.minutes, "sentences_per_second": run.sentences_per_second})
    observer.log_artifact(folder)
    (folder / RUN_FILE).write_text(json.dumps(asdict(run), indent=2) + "\n", encoding="utf-8")


def read_run(folder: Path) -> Run:
    """What ``keep`` wrote last: a folder without it was not finished. Raises ``FileNotFoundError``."""
    return TypeAdapter(Run).validate_json((folder / RUN_FILE).read_bytes())


def comparison_tracker(workspace: Workspace) -> Tracker:
    """The tracker of the project, on the comparison's own experiment."""
    return tracker(replace(workspace.params.tracking, experiment=EXPERIMENT), workspace.root)


def _trained_in(name: str, workspace: Workspace) -> float | None:
    """Minutes by the clock of a learner's last training, as MLflow recorded it; None where it did not."""
    params = workspace.params.tracking
    address = database(params, workspace.root)
    if not params.enabled or (address.startswith(SQLITE) and not Path(address.removeprefix(SQLITE)).exists()):
        return None  # and leave no empty database behind
    client = connect(params, workspace.root).MlflowClient()
    experiment = client.get_experiment_by_name(params.experiment)
    found = client.search_runs(
        [experiment.experiment_id] if experiment else [],
        f"tags.`{LEARNER}` = '{name}'",
        max_results=1,
        order_by=["start_time DESC"],
    )
    ended = [point.timestamp for run in found for point in client.get_metric_history(run.info.run_id, LAST_LOGGED)]
    return (max(ended) - found[0].info.start_time) / 60_000 if ended else None


def _temperatures(comparator: Comparator, validation: Sequence[LabelledDocument]) -> dict[str, float]:
    found = comparator.predict_proba([one.document for one in validation])
    target = gold(validation)
    temperatures = {}
    for head in heads():
        known = target[head] >= 0
        proba = np.concatenate([one[head] for one in found])[known]
        (temperatures[head],) = fit_temperatures([log_probabilities(proba)], target[head][known])
    return temperatures
