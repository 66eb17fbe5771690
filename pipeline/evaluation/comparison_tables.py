"""A comparison as tables: for the terminal (rich) and for Markdown."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.evaluation.bootstrap import Difference
from pipeline.evaluation.comparison import Comparison, PairedDifference
from pipeline.evaluation.predictions import END_TO_END, GOLD, PREDICTED_SPEAKERS

CONDITION_TITLES = {
    GOLD: "Gold sentences, gold speakers",
    PREDICTED_SPEAKERS: "Gold sentences, predicted speakers",
    END_TO_END: "End to end from raw text",
}

DIFFERENCE_COLUMNS = ("difference", "measure", "value (interval)", "other way")


def format_difference(difference: Difference) -> str:
    """``+0.052 (+0.021 to +0.083)``; the bounds are left out where there are none."""
    if difference.low is None or difference.high is None:
        return f"{difference.value:+.3f} (–)"
    return f"{difference.value:+.3f} ({difference.low:+.3f} to {difference.high:+.3f})"


def format_opposite(difference: Difference) -> str:
    """The share of resamples on the other side of zero, in per cent."""
    return "–" if difference.opposite is None else f"{100 * difference.opposite:.1f} %"


def caption(comparison: Comparison) -> str:
    """What the figures are and what they rest on."""
    return (
        f"Macro-F1 of each head; statement: F1 of sentences with the right speaker and stance. "
        f"{comparison.confidence:.0%} intervals over {comparison.articles} test articles "
        f"({comparison.sentences} sentences). "
        f"Other way: share of resamples in which the difference has not this sign."
    )


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Scores and differences, a pair of tables a condition; three learners fit 80 columns. Clear ones are bold."""
    for condition in comparison.conditions:
        scores = Table(title=CONDITION_TITLES[condition], title_justify="left")
        for name in ("measure", *comparison.learners):
            scores.add_column(Text(name), no_wrap=True)
        for row in _score_rows(comparison, condition):
            scores.add_row(*map(Text, row))
        console.print(scores)
        if len(comparison.learners) > 1:
            console.print(_difference_table(comparison, condition))
    console.print(Text(caption(comparison)), style="dim")


def _difference_table(comparison: Comparison, condition: str) -> Table:
    table = Table(title="Differences on the same articles", title_justify="left")
    for name in DIFFERENCE_COLUMNS:
        table.add_column(name)
    for item in _of_condition(comparison, condition):
        style = "bold" if item.difference.clear else "dim"
        table.add_row(*(Text(cell, style=style) for cell in _difference_row(item)))
    return table


def to_markdown(comparison: Comparison) -> str:
    """The same tables in Markdown."""
    parts = []
    for condition in comparison.conditions:
        parts.append(f"### {CONDITION_TITLES[condition]}\n")
        parts.append(markdown_table(("measure", *comparison.learners), _score_rows(comparison, condition)))
        if len(comparison.learners) > 1:
            differences = map(_difference_row, _of_condition(comparison, condition))
            parts.append(markdown_table(DIFFERENCE_COLUMNS, differences))
    return "\n".join([*parts, caption(comparison), ""])


def _score_rows(comparison: Comparison, condition: str) -> Iterator[tuple[str, ...]]:
    for measure in comparison.measures:
        scores = (str(comparison.score(learner, condition, measure)) for learner in comparison.learners)
        yield (measure, *scores)


def _of_condition(comparison: Comparison, condition: str) -> list[PairedDifference]:
    """The differences of one condition, pair by pair."""
    found = [item for item in comparison.differences if item.condition == condition]
    return sorted(found, key=lambda item: comparison.learners.index(item.later))


def _difference_row(item: PairedDifference) -> tuple[str, ...]:
    pair = f"{item.later} − {item.earlier}"
    return pair, item.measure, format_difference(item.difference), format_opposite(item.difference)


def markdown_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table in Markdown; bars in cells are escaped."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
