"""Plot data for DVC: small CSV files under ``plots/<learner>/`` for ``dvc plots show`` and ``dvc plots diff``.

They show the condition with predicted speakers."""

import csv
from collections.abc import Iterable
from pathlib import Path

from pipeline.evaluation.predictions import MAIN_CONDITION
from pipeline.evaluation.results import ConditionResult, EvaluationResult, HeadResult

MISSED = "(missed)"
SPURIOUS = "(spurious)"
PER_CLASS = ("label", "f1", "low", "high", "precision", "recall", "support")

Row = tuple[str | float | int | None, ...]


def write_plots(result: EvaluationResult, folder: Path) -> tuple[Path, ...]:
    """Write the files and return their paths.

    One ``confusion_``, ``reliability_`` and ``coverage_<head>.csv`` a head, because DVC draws a line for a file,
    and ``per_class.csv``. A confusion has one line a sentence (``actual``, ``predicted``): DVC's template
    ``confusion`` counts lines. Raises ``KeyError`` when the result lacks the main condition.
    """
    folder.mkdir(parents=True, exist_ok=True)
    main = result.conditions[MAIN_CONDITION]
    paths = [_write_csv(folder / "per_class.csv", PER_CLASS, _per_class(main))]
    for name, head in main.heads.items():
        bins = ((item.confidence, item.accuracy, item.sentences) for item in head.calibration.bins)
        curve = ((item.coverage, item.threshold, item.macro_f1, item.accuracy) for item in head.coverage)
        paths += [
            _write_csv(folder / f"confusion_{name}.csv", ("actual", "predicted"), _pairs(head)),
            _write_csv(folder / f"reliability_{name}.csv", ("confidence", "accuracy", "sentences"), bins),
            _write_csv(folder / f"coverage_{name}.csv", ("coverage", "threshold", "macro_f1", "accuracy"), curve),
        ]
    return tuple(paths)


def _pairs(head: HeadResult) -> Iterable[Row]:
    for gold, counts in zip((*head.classes, SPURIOUS), head.confusion, strict=True):
        for predicted, number in zip((*head.classes, MISSED), counts, strict=True):
            yield from ((gold, predicted) for _ in range(number))


def _per_class(condition: ConditionResult) -> Iterable[Row]:
    for name, head in condition.heads.items():
        for item in head.per_class:
            scores = (item.f1.value, item.f1.low, item.f1.high, item.precision.value, item.recall.value)
            yield (f"{name}: {item.label}", *scores, item.support)


def _write_csv(path: Path, head: tuple[str, ...], rows: Iterable[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(tuple(round(v, 4) if isinstance(v, float) else v for v in row) for row in rows)
    return path
