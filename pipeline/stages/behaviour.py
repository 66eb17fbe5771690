"""seeds/behaviour and models/<learner>/ → metrics/behaviour.json and data/behaviour.json: what each learner does
and does not react to. ``--floors`` prints floors that the figures of the last run would hold."""

import json
import sys
from collections.abc import Sequence

import yaml
from pydantic import TypeAdapter

from pipeline.evaluation.behaviour.cases import Check, build_checks, hash_of_cases
from pipeline.evaluation.behaviour.floors import (
    behaviour_metrics,
    rates_by_kind,
    read_metrics,
    suggested_floors,
)
from pipeline.evaluation.behaviour.passages import read_suite
from pipeline.evaluation.behaviour.scoring import BehaviourResult, CheckResult, score_behaviour
from pipeline.learners import LEARNERS, load_learner
from pipeline.learners.contract import Probabilities
from pipeline.records import Document
from pipeline.scoring.bundle import calibrated, open_bundle
from pipeline.stages.workspace import Workspace, here


def run(workspace: Workspace) -> None:
    """Try every learner. Raises ``BehaviourError`` for faulty passages, ``BundleError`` for a broken bundle."""
    tests = build_checks(read_suite(workspace.behaviour))
    confidence = workspace.params.evaluate.confidence
    result = BehaviourResult(
        hash_of_cases(tests), confidence, {name: _scored(workspace, name, tests, confidence) for name in LEARNERS}
    )
    workspace.behaviour_results.write_bytes(TypeAdapter(BehaviourResult).dump_json(result, indent=2) + b"\n")
    figures = json.dumps(behaviour_metrics(result), indent=2, ensure_ascii=False)
    workspace.metrics("behaviour").write_text(figures + "\n", encoding="utf-8")
    tracker = workspace.tracker()
    with tracker.parent(workspace.run_name):
        for name, scored in result.learners.items():
            with tracker.child(name):
                tracker.log_metrics({"behaviour": rates_by_kind(scored)})


def _scored(workspace: Workspace, name: str, tests: Sequence[Check], confidence: float) -> tuple[CheckResult, ...]:
    bundle = open_bundle(workspace.bundle(name))
    learner = load_learner(bundle.folder)

    def predict(documents: Sequence[Document]) -> list[Probabilities]:
        return [calibrated(raw, bundle.card) for raw in learner.predict_proba(documents)]

    return score_behaviour(tests, predict, confidence)


def floors(workspace: Workspace) -> str:
    """Lines for configs/behaviour_floors.yaml. Raises ``BehaviourError`` without figures."""
    suggested = suggested_floors(read_metrics(workspace.metrics("behaviour")))
    return yaml.safe_dump(suggested, sort_keys=False, allow_unicode=True, width=1000)


if __name__ == "__main__":
    if "--floors" in sys.argv[1:]:
        sys.stdout.write(floors(here()))
    else:
        run(here())
