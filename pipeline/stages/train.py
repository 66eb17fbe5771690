"""data/examples.jsonl, data/split.json → models/<learner>/, a sealed bundle; and what validation said of it.

The ensemble is made of the bundles of its members."""

import csv
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score

from pipeline.config import Params
from pipeline.evaluation.abstention import bears_stance, threshold_for_precision
from pipeline.evaluation.calibration import fit_temperatures
from pipeline.labels import heads
from pipeline.learners import MEMBERS, load_learner, new_learner
from pipeline.learners.contract import LabelledDocument, Predictor, gold
from pipeline.learners.ensemble import EnsembleLearner, Member
from pipeline.learners.examples import Example
from pipeline.learners.temperature import log_probabilities, tempered
from pipeline.scoring.bundle import open_bundle, seal
from pipeline.scoring.neighbours import FOLDER as NEIGHBOURS
from pipeline.scoring.neighbours import write_neighbours
from pipeline.stages.workspace import Workspace, here, read_records
from pipeline.tracking import INPUTS, hash_of, provenance


def run(workspace: Workspace, name: str) -> None:
    """Fit the learner ``name``, calibrate it on validation with predicted speakers, and seal its bundle."""
    params = _with_backbone(workspace)
    parts = workspace.parts()
    examples = read_records(workspace.examples, Example)
    of = {part: [one for one in examples if one.labelled.article.id in parts[part]] for part in parts}
    # Learning from both views of an article is better than from the one alone that it will be judged on: mean
    # macro-F1 on validation .643 for .631 (transformer, predicted speakers), with gold speakers .666 for .652.
    train = [view for one in of["train"] for view in (one.as_read(), one.as_labelled())]
    validation = [one.as_read() for one in of["validation"]]
    log: list[dict[str, float]] = []
    tracker = workspace.tracker()
    with tracker.parent(workspace.run_name), tracker.child(name, fresh=True):
        tracker.log_params(workspace.learner_params(name))

        def observe(metrics: dict[str, float], step: int) -> None:
            log.append({"step": step, **metrics})
            tracker.log_metrics(metrics, step)

        learner: Predictor
        if name in MEMBERS:
            learner = new_learner(name, params)
            learner.fit(train, validation, observe)
        else:
            learner = EnsembleLearner(_members([workspace.bundle(member) for member in MEMBERS], validation))
        proba, known, article = _validation(learner, validation)
        temperatures = {
            head: fit_temperatures([log_probabilities(proba[head])], known[head])[0] for head in heads()
        }
        threshold = _threshold(tempered(proba, temperatures)["stance"], known["stance"], article, params)
        scores = {head: _macro_f1(known[head], proba[head]) for head in heads()}
        chosen = {"macro_f1": scores, "mean": float(np.mean(list(scores.values()))), "threshold": threshold}
        tracker.log_metrics({"chosen": chosen, "temperature": temperatures})
    if log:
        _write_log(workspace.training(name), log)
    _write_json(workspace.metrics(f"validation-{name}"), chosen)
    folder = workspace.bundle(name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    learner.save(folder)
    if name in MEMBERS:
        write_neighbours(folder, learner, of["train"])
    else:  # its encoder is the transformer's, so are its vectors
        shutil.copytree(workspace.bundle("transformer") / NEIGHBOURS, folder / NEIGHBOURS)
    seal(
        folder,
        learner=name,
        heads=heads(),
        corpus=hash_of(workspace.articles),
        params=workspace.learner_params(name),
        temperatures=temperatures,
        threshold=threshold,
        commit=provenance(workspace.root, INPUTS).tags.get("git_commit", ""),
        configs=workspace.configs,
        learned=workspace.speakers,
    )


def _members(folders: Sequence[Path], validation: Sequence[LabelledDocument]) -> list[Member]:
    """Trained bundles as members of the ensemble, at the temperatures that serve their pool best on validation.
    Raises ``BundleError`` if one is not as it was sealed."""
    learners = [load_learner(open_bundle(folder).folder) for folder in folders]
    answers = [_validation(learner, validation)[:2] for learner in learners]
    fitted = {
        head: fit_temperatures([log_probabilities(proba[head]) for proba, _ in answers], answers[0][1][head])
        for head in heads()
    }
    return [
        Member(learner, {head: fitted[head][number] for head in heads()})
        for number, learner in enumerate(learners)
    ]


def _with_backbone(workspace: Workspace) -> Params:
    """The parameters, with the encoder that the stage ``backbone`` copied and checked."""
    params = workspace.params
    return replace(params, transformer=replace(params.transformer, backbone=str(workspace.backbone)))


def _validation(
    learner: Predictor, validation: Sequence[LabelledDocument]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], np.ndarray]:
    """Probabilities and gold classes of all validation sentences that have a gold partner, by head; and the
    number of the article of each sentence that has a gold stance."""
    found = learner.predict_proba([one.document for one in validation])
    target = gold(validation)
    known = {head: target[head] >= 0 for head in heads()}
    proba = {head: np.concatenate([one[head] for one in found])[known[head]] for head in heads()}
    article = np.repeat(np.arange(len(validation)), [len(one.document.sentences) for one in validation])
    return proba, {head: target[head][known[head]] for head in heads()}, article[known["stance"]]


def _threshold(stance: np.ndarray, known: np.ndarray, article: np.ndarray, params: Params) -> float:
    """Calibrated confidence from which on stances other than ``none`` are as precise as asked; 1 where none is."""
    answer = stance.argmax(axis=1)
    bearing = bears_stance(answer)
    threshold = threshold_for_precision(
        stance.max(axis=1)[bearing],
        (answer == known)[bearing],
        article[bearing],
        params.calibrate.stance_precision,
        params.seed,
    )
    return min(threshold, 1.0)


def _macro_f1(known: np.ndarray, proba: np.ndarray) -> float:
    return float(f1_score(known, proba.argmax(axis=1), average="macro", zero_division=0))


def _write_log(path: Path, log: Sequence[dict[str, float]]) -> None:
    """One line a step; measures of one step that came apart (TF-IDF: head by head) share it."""
    steps: dict[float, dict[str, float]] = {}
    for entry in log:
        steps.setdefault(entry["step"], {}).update(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(dict.fromkeys(key for row in steps.values() for key in row)))
        writer.writeheader()
        writer.writerows({key: round(value, 4) for key, value in row.items()} for row in steps.values())


def _write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(here(), sys.argv[1])
