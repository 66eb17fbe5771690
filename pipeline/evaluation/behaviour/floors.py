"""Floors: the greatest failure rate that each learner may have in each test, moved by an explicit change alone."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from pipeline.evaluation.behaviour.cases import Check, hash_of_cases
from pipeline.evaluation.behaviour.passages import BehaviourError
from pipeline.evaluation.behaviour.scoring import BehaviourResult, CheckResult

Floors = dict[str, dict[str, float]]
"""Learner → test → greatest failure rate."""

SLACK = 1  # cases: another machine rounds otherwise, and a label on the edge flips
_DECIMALS = 1_000

MEND = "`dvc repro behaviour` writes it anew"


def behaviour_metrics(result: BehaviourResult) -> dict[str, Any]:
    """The figures that DVC shows and that floors are held against: learner → test → cases, failures, rate."""
    figures = {
        learner: {
            test.name: {"cases": test.cases, "failures": test.failures, "rate": test.rate.value} for test in tests
        }
        for learner, tests in result.learners.items()
    }
    return {"cases": result.cases, "learners": figures}


def rates_by_kind(tests: Sequence[CheckResult]) -> dict[str, float]:
    """Failure rate of all cases of each kind of test."""
    kinds = dict.fromkeys(test.kind for test in tests)
    return {
        kind: sum(t.failures for t in tests if t.kind == kind) / sum(t.cases for t in tests if t.kind == kind)
        for kind in kinds
    }


def read_metrics(path: Path) -> dict[str, Any]:
    """Read a metrics file of behaviour. Raises ``BehaviourError``."""
    try:
        figures = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BehaviourError(f"{path}: no figures of behaviour ({type(error).__name__}); {MEND}") from error
    if not isinstance(figures, dict) or set(figures) != {"cases", "learners"}:
        raise BehaviourError(f"{path}: not figures of behaviour; {MEND}")
    return figures


def read_floors(path: Path) -> Floors:
    """Read a file of floors. Raises ``BehaviourError``."""
    try:
        return TypeAdapter(Floors).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise BehaviourError(f"{path}: not floors of behaviour (learner: test: rate): {error}") from error


def suggested_floors(figures: Mapping[str, Any]) -> Floors:
    """The measured rates with ``SLACK`` more failures, rounded up to a thousandth."""
    return {
        learner: {
            name: math.ceil(_DECIMALS * min(1, (one["failures"] + SLACK) / one["cases"])) / _DECIMALS
            for name, one in tests.items()
        }
        for learner, tests in figures["learners"].items()
    }


def faults(figures: Mapping[str, Any], floors: Floors, tests: Sequence[Check]) -> Iterator[str]:
    """A sentence for everything that is wrong with the figures: other cases, missing tests, rates above floors."""
    if figures["cases"] != hash_of_cases(tests):
        yield f"metrics/behaviour.json was not made from the cases as they stand: {MEND}"
    sizes = {test.name: len(test.cases) for test in tests}
    for learner in sorted({*floors, *figures["learners"]}):
        measured, allowed = figures["learners"].get(learner, {}), floors.get(learner, {})
        for name in dict.fromkeys((*sizes, *measured, *allowed)):
            yield from _faults_of_test(learner, name, measured.get(name), allowed.get(name), sizes.get(name))


def _faults_of_test(
    learner: str, name: str, measured: Mapping[str, Any] | None, allowed: float | None, cases: int | None
) -> Iterator[str]:
    place = f"{learner}, {name!r}"
    if cases is None:
        yield f"{place}: no such test in seeds/behaviour; take it out of configs/behaviour_floors.yaml"
    elif measured is None or measured["cases"] != cases:
        yield f"{place}: metrics/behaviour.json does not hold its {cases} cases; {MEND}"
    elif allowed is None:
        yield f"{place}: no floor in configs/behaviour_floors.yaml; the stage prints floors with --floors"
    elif measured["failures"] / cases > allowed:
        yield (
            f"{place}: {measured['failures']} of {cases} cases fail, but the floor allows a share of {allowed}; "
            "mend the learner, or raise the floor and say why"
        )
