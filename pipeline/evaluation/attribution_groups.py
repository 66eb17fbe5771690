"""The groups by which attributions are scored: all, by kind, and by the quotation marks of their article."""

from collections import Counter
from dataclasses import dataclass

from pipeline.text.quotes import outermost, quotations

# Group values in the order of tables. "quotations" are direct and mixed attributions together.
QUOTATIONS = "quotations"
_VALUES = {
    "all": ("all",),
    "kind": (QUOTATIONS, "direct", "mixed", "indirect"),
    "marks": ("“ ”", '" "', "‘ ’", "' '", "other", "none"),
}
_DIMENSIONS = tuple(_VALUES)
_MARKS = {"“": "“ ”", "„": "“ ”", '"': '" "', "‘": "‘ ’", "'": "' '"}


@dataclass(frozen=True)
class Group:
    """Units that share a value of one dimension: ``all``, ``kind`` or ``marks``."""

    dimension: str
    value: str

    def __lt__(self, other: "Group") -> bool:
        """Order of tables."""
        return self._place() < other._place()

    def _place(self) -> tuple[int, int]:
        return _DIMENSIONS.index(self.dimension), _VALUES[self.dimension].index(self.value)


ALL = Group("all", "all")


def groups_of(kind: str, marks: str) -> tuple[Group, ...]:
    """The groups of a unit of this kind in a text with these marks."""
    quoted = (Group("kind", QUOTATIONS),) if kind in ("direct", "mixed") else ()
    return (ALL, *quoted, Group("kind", kind), Group("marks", marks))


def marks_of(text: str) -> str:
    """The marks that open most quotations of a text, ``none`` where there are no quotations."""
    opened = Counter(_MARKS.get(text[one.start], "other") for one in outermost(quotations(text)))
    return max(opened, key=lambda marks: (opened[marks], marks)) if opened else "none"
