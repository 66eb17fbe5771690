"""What a measurement found, as a table for people, as Markdown for the docs, and as JSON for machines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

Cell = str | int | float | None
ABSENT = "–"


@dataclass(frozen=True)
class Goal:
    """A figure and the bound that it is to keep: from below, or where it is ``most`` from above."""

    what: str
    value: float
    bound: float
    most: bool = False

    @property
    def met(self) -> bool:
        """Whether the bound is kept; no number keeps none."""
        return self.value <= self.bound if self.most else self.value >= self.bound

    @property
    def sentence(self) -> str:
        """The goal, its figure and the verdict."""
        sign = "≤" if self.most else "≥"
        verdict = "met" if self.met else "MISSED"
        return f"{self.what}: {self.value:,.4g}, goal {sign} {self.bound:,.4g}: {verdict}"


@dataclass(frozen=True)
class Sheet:
    """One measurement. ``rows`` have the same headings in the same order; ``note`` says how it was measured."""

    title: str
    rows: Sequence[Mapping[str, Cell]]
    note: str
    goals: Sequence[Goal] = ()


def written(cell: Cell) -> str:
    """A cell as text: three figures of a small number, whole numbers of a large one."""
    if cell is None:
        return ABSENT
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int) or abs(cell) >= 100:
        return f"{cell:,.0f}"
    return f"{cell:.3g}" if abs(cell) < 10 else f"{cell:.1f}"


def show(sheet: Sheet, console: Console) -> None:
    """Draw a sheet on a terminal; missed goals are red."""
    drawn = Table(title=sheet.title, caption=sheet.note, title_justify="left", caption_justify="left")
    for heading in _headings(sheet):
        drawn.add_column(heading, justify="right" if _numbers(sheet, heading) else "left")
    for row in sheet.rows:
        drawn.add_row(*(written(cell) for cell in row.values()))
    console.print(drawn)
    for goal in sheet.goals:
        console.print(goal.sentence, style="" if goal.met else "bold red", highlight=False)


def markdown(sheet: Sheet) -> str:
    """A sheet as Markdown."""
    headings = _headings(sheet)
    ruler = ["---:" if _numbers(sheet, heading) else "---" for heading in headings]
    table = [_line(headings), _line(ruler), *(_line(map(written, row.values())) for row in sheet.rows)]
    goals = [f"- {goal.sentence}" for goal in sheet.goals]
    return "\n".join([f"### {sheet.title}", "", *table, "", sheet.note, "", *goals]).rstrip() + "\n"


def plain(sheet: Sheet) -> dict[str, object]:
    """A sheet as values that JSON has."""
    return {
        "title": sheet.title,
        "rows": [dict(row) for row in sheet.rows],
        "note": sheet.note,
        "goals": [{**asdict(goal), "met": goal.met} for goal in sheet.goals],
    }


def _headings(sheet: Sheet) -> list[str]:
    return list(sheet.rows[0]) if sheet.rows else []


def _numbers(sheet: Sheet, heading: str) -> bool:
    return any(isinstance(row[heading], int | float) for row in sheet.rows)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
