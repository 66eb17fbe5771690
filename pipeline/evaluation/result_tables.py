"""The results of one learner as tables: for the terminal (rich) and for Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.evaluation.bootstrap import Interval
from pipeline.evaluation.comparison_tables import markdown_table
from pipeline.evaluation.coverage import CoveragePoint
from pipeline.evaluation.predictions import END_TO_END, GOLD, MAIN_CONDITION, PREDICTED_SPEAKERS
from pipeline.evaluation.results import EvaluationResult, HeadResult
from pipeline.evaluation.slices import DIMENSIONS, UNKNOWN, Slice

# Twelve frames stand side by side in 80 columns.
_WIDE, _SHORT = 6, 4
_COVERAGES = (1.0, 0.75, 0.5, 0.25)
_COLUMNS = {GOLD: "gold speakers", PREDICTED_SPEAKERS: "predicted speakers", END_TO_END: "raw text"}


@dataclass(frozen=True)
class Sheet:
    """A table of strings under a title; the first column names the rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def result_sheets(result: EvaluationResult) -> Iterator[Sheet]:
    """Headline, sentences and statements under every condition, then the main condition in depth, head by head."""
    yield _headline(result)
    yield _sentences(result)
    yield from statement_sheets(result)
    main = result.conditions[MAIN_CONDITION]
    for head in main.heads.values():
        yield class_sheet(head)
        yield _confusion(head)
    yield _calibration(main.heads)
    yield _coverage(main.heads)
    yield from _abstention(result)
    yield from _slices(main.heads)


def print_result(result: EvaluationResult, console: Console) -> None:
    """Every sheet, in 80 columns; names and labels come from files and are shown as they are, not as markup."""
    for sheet in result_sheets(result):
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)
        table.add_column(Text(sheet.columns[0]), no_wrap=True)
        for name in sheet.columns[1:]:
            table.add_column(Text(name), justify="right")
        for row in sheet.rows:
            table.add_row(*(Text(_visible(cell)) for cell in row))
        console.print(Text(sheet.title, style="bold"), table, "", sep="\n")
    console.print(Text(caption(result)), style="dim")


def _visible(cell: str) -> str:
    """Without the escape sequences by which the name of an outlet might command a terminal."""
    return "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in cell)


def to_markdown(result: EvaluationResult) -> str:
    """The same tables in Markdown."""
    parts = [f"# {result.learner} against the gold standard\n"]
    for sheet in result_sheets(result):
        parts += [f"## {sheet.title}\n", markdown_table(sheet.columns, sheet.rows)]
    return "\n".join([*parts, caption(result), ""])


def caption(result: EvaluationResult) -> str:
    """What the figures are and what they rest on."""
    return (
        f"{result.confidence:.0%} intervals from {result.resamples:,} draws of documents, seed {result.seed}; "
        "none for a single document. Macro-F1 is over the classes that occur in gold or prediction. A statement "
        "is a sentence with a speaker and a stance, right if both are right. Missed sentences count as errors, "
        "and so do spurious ones that got a label other than none. Where no condition is named, gold sentences "
        "with predicted speakers are shown. What gold does not tell is not judged."
    )


def _headline(result: EvaluationResult) -> Sheet:
    names = list(result.conditions)
    figures = result.conditions.values()
    heads = list(dict.fromkeys(head for one in figures for head in one.heads))
    rows = [
        (head, *(format_interval(one.heads[head].macro_f1 if head in one.heads else None) for one in figures))
        for head in heads
    ]
    rows.append(("statement (F1)", *(format_interval(one.statement_f1) for one in figures)))
    return Sheet(f"{result.learner}: macro-F1", ("", *(_COLUMNS[name] for name in names)), tuple(rows))


def _sentences(result: EvaluationResult) -> Sheet:
    rows = [
        (
            _COLUMNS[name],
            *(f"{number:,}" for number in (one.articles, one.gold_sentences, one.missed, one.spurious)),
            f"{one.wrong_speakers:,}" if one.statements else "–",
        )
        for name, one in result.conditions.items()
    ]
    return Sheet("Sentences", ("", "texts", "gold", "missed", "spurious", "wrong speaker"), tuple(rows))


def statement_sheets(result: EvaluationResult) -> Iterator[Sheet]:
    """Statements under each condition in which gold tells of them."""
    for name, one in result.conditions.items():
        rows = tuple(
            (score.level, *map(format_interval, (score.precision, score.recall, score.f1)))
            for score in one.statements
        )
        if rows:
            yield Sheet(f"Statements, {_COLUMNS[name]}", ("right", "precision", "recall", "F1"), rows)


def class_sheet(head: HeadResult) -> Sheet:
    """One head, class by class, with the number of gold sentences and of predicted ones."""
    rows = [
        (
            one.label,
            *(format_interval(value) for value in (one.f1, one.precision, one.recall)),
            f"{one.support:,}",
            f"{one.predicted:,}",
        )
        for one in head.per_class
    ]
    return Sheet(f"{head.head}: by class", ("", "F1", "precision", "recall", "gold", "pred."), tuple(rows))


def _confusion(head: HeadResult) -> Sheet:
    wide = len(head.classes) > _WIDE
    columns = tuple(label[:_SHORT] if wide else label for label in head.classes)
    rows = [
        (label, *(f"{number:,}" for number in counts[: len(head.classes)]))
        for label, counts in zip(head.classes, head.confusion, strict=False)
    ]
    return Sheet(f"{head.head}: gold (rows) against predicted", ("", *columns), tuple(rows))


def _calibration(heads: dict[str, HeadResult]) -> Sheet:
    rows = [
        (
            name,
            *(f"{value:.3f}" for value in (found.ece, found.chance, found.debiased, found.brier, found.log_loss)),
        )
        for name, found in ((name, one.calibration) for name, one in heads.items())
    ]
    columns = ("", "expected error", "by chance", "debiased", "Brier score", "log loss")
    return Sheet("Calibration", columns, tuple(rows))


def _coverage(heads: dict[str, HeadResult]) -> Sheet:
    rows = []
    for name, one in heads.items():
        points = [_nearest(one.coverage, share) for share in _COVERAGES]
        rows.append((name, *(f"{point.macro_f1:.3f} ({point.threshold:.2f})" for point in points)))
    columns = tuple(f"{share:.0%}" for share in _COVERAGES)
    return Sheet("Macro-F1 of the surest share (least confidence in it)", ("", *columns), tuple(rows))


def _abstention(result: EvaluationResult) -> Iterator[Sheet]:
    """What abstaining does to the sentences said to support or oppose, where there are any."""
    found = [(_COLUMNS[name], one.abstention) for name, one in result.conditions.items() if one.abstention]
    rows = tuple(
        (name, f"{one.sentences:,}", f"{one.answered:,}", *map(format_interval, (one.precision, one.unfiltered)))
        for name, one in found
        if one.sentences
    )
    if rows:
        title = f"Supports and opposes with a confidence of {found[0][1].threshold:.2f} or more"
        yield Sheet(title, ("", "said", "surer", "right of these", "right of all"), rows)


def _nearest(points: Sequence[CoveragePoint], share: float) -> CoveragePoint:
    return min(points, key=lambda point: abs(point.coverage - share))


def _slices(heads: dict[str, HeadResult]) -> Iterator[Sheet]:
    """A sheet a dimension that parts the sentences; one value, or none known, would say the headline again."""
    for dimension in DIMENSIONS:
        by_value: dict[str, dict[str, Slice]] = {}
        for name, head in heads.items():
            for one in head.slices:
                if one.dimension == dimension:
                    by_value.setdefault(one.value, {})[name] = one
        if len(by_value) < 2 and set(by_value) <= {UNKNOWN}:
            continue
        rows = tuple(
            (
                f"{value} *" if any(one.small for one in found.values()) else value,
                f"{max(one.sentences for one in found.values()):,}",
                *(format_interval(found[name].macro_f1 if name in found else None) for name in heads),
            )
            for value, found in by_value.items()
        )
        yield Sheet(f"By {dimension} (macro-F1; * few sentences)", ("", "n", *heads), rows)


def format_interval(value: Interval | None) -> str:
    """As ``Interval`` prints itself, without leading zeros: five figures must fit 80 columns."""
    return "–" if value is None else str(value).replace("0.", ".")
