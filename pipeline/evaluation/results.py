"""The results of one learner as frozen records, and their two files.

``metrics/<learner>.json`` holds the headline figures alone, few enough for ``dvc metrics show`` and ``dvc exp
show``; the full file beside it holds everything and reads back into the same records."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pipeline.evaluation.abstention import Abstention
from pipeline.evaluation.bootstrap import Interval
from pipeline.evaluation.calibration import Calibration
from pipeline.evaluation.coverage import CoveragePoint
from pipeline.evaluation.end_to_end import STATEMENT, StatementScore
from pipeline.evaluation.slices import Slice

# A ten-thousandth is far below every interval; more digits only make `dvc metrics diff` noisy.
DIGITS = 4


class ResultsError(ValueError):
    """A results file that cannot be read; the message names the file and the mend."""


@dataclass(frozen=True)
class ClassScore:
    """Scores of one class; ``support`` is its number of gold sentences, ``predicted`` how often it was chosen."""

    label: str
    precision: Interval
    recall: Interval
    f1: Interval
    support: int
    predicted: int


@dataclass(frozen=True)
class HeadResult:
    """Everything about one head under one condition.

    ``confusion`` has gold in rows and predicted in columns, over ``classes`` and a last row (spurious) and column
    (missed). Calibration and coverage look at aligned sentences only.
    """

    head: str
    classes: tuple[str, ...]
    macro_f1: Interval
    accuracy: Interval
    per_class: tuple[ClassScore, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration: Calibration
    coverage: tuple[CoveragePoint, ...]
    slices: tuple[Slice, ...]


@dataclass(frozen=True)
class ConditionResult:
    """One condition: how many units it holds, and the heads and levels of statements that gold tells of.
    ``abstention`` is None where no threshold was given."""

    condition: str
    articles: int
    gold_sentences: int
    missed: int
    spurious: int
    wrong_speakers: int
    heads: dict[str, HeadResult]
    statements: tuple[StatementScore, ...]
    abstention: Abstention | None = None

    @property
    def statement_f1(self) -> Interval | None:
        """F1 of statements with the right speaker and stance; None where gold does not tell both."""
        return next((score.f1 for score in self.statements if score.level == STATEMENT), None)


@dataclass(frozen=True)
class EvaluationResult:
    """One learner on the test articles; the intervals hold at ``confidence`` over ``resamples`` resamples."""

    learner: str
    confidence: float
    resamples: int
    seed: int
    conditions: dict[str, ConditionResult]

    def to_json(self) -> dict[str, Any]:
        """Every figure as plain values: condition → head → figures."""
        return _plain(asdict(self))

    def headline(self) -> dict[str, Any]:
        """Condition → head → macro-F1, and F1 of statements; with the bounds of the interval beside each."""
        return _plain(
            {
                name: {head: asdict(result.macro_f1) for head, result in condition.heads.items()}
                | ({"statement": asdict(condition.statement_f1)} if condition.statement_f1 else {})
                for name, condition in self.conditions.items()
            }
        )

    def by_class(self) -> dict[str, Any]:
        """Condition → head → class → precision, recall and F1, and the calibration error of each head."""
        return _plain(
            {
                name: {
                    head: {"ece": result.calibration.ece}
                    | {
                        item.label: {
                            "precision": item.precision.value,
                            "recall": item.recall.value,
                            "f1": item.f1.value,
                        }
                        for item in result.per_class
                    }
                    for head, result in condition.heads.items()
                }
                for name, condition in self.conditions.items()
            }
        )


def _values(headline: dict[str, Any]) -> dict[str, Any]:
    """The figures without their bounds: ``dvc metrics show`` prints a column for every number."""
    return {name: {key: item["value"] for key, item in items.items()} for name, items in headline.items()}


def _plain(value: Any) -> Any:
    """Rounded numbers, lists for tuples, null for NaN and infinity, which JSON does not know."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return round(value, DIGITS) if math.isfinite(value) else None
    return value


def write_results(result: EvaluationResult, headline: Path, full: Path) -> None:
    """Write both files; each appears whole or not at all."""
    for path, content in ((headline, _values(result.headline())), (full, result.to_json())):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".part")
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
        draft.write_text(text + "\n", encoding="utf-8")
        draft.replace(path)


def read_results(path: Path) -> EvaluationResult:
    """Read a full results file. Raises ``ResultsError`` when it is missing or of another version."""
    try:
        return TypeAdapter(EvaluationResult).validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise ResultsError(f"{path}: no such results file; `dvc repro evaluate` writes it") from error
    except ValidationError as error:
        raise ResultsError(
            f"{path}: not the full results of this version ({error.error_count()} problems, first at "
            f"{'.'.join(map(str, error.errors()[0]['loc']))}); run `dvc repro --force evaluate`"
        ) from error
