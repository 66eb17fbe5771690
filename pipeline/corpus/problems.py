"""What is wrong with a file of the corpus, said so that its author can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

# What a message prints of a faulty value, and what difflib compares: hostile lines may be megabytes long.
SHOWN_CHARACTERS = 60
# A file that is no .stance at all would earn an error a line; nobody reads more than this.
MOST_FAULTS = 100


class Severity(StrEnum):
    """An error keeps a file from being read; a warning is a likely slip; a note does no harm and may be many."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Problem:
    """One fault: in which file, on which line (1 is the first, 0 the file as a whole), and how to mend it.

    ``rule`` is the short name under which faults of a kind are counted, as in ``unused-speaker``.
    """

    file: str
    line: int
    problem: str
    mend: str
    rule: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.problem}; {self.mend}"


class StanceError(ValueError):
    """Labelled files that cannot be read. ``problems`` holds every fault found, in order of line.

    The message is one sentence a fault, each on its own line.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def shown(value: str) -> str:
    """The value in quotation marks, cut to what a line of a terminal holds."""
    return repr(value if len(value) <= SHOWN_CHARACTERS else value[: SHOWN_CHARACTERS - 1] + "…")


def choose_from(value: str, allowed: Iterable[str], otherwise: str = "") -> str:
    """The mend for a value outside a closed set: the members most like it, or ``otherwise``, or the whole set."""
    members = list(allowed)
    folded = {member.casefold(): member for member in members}
    close = get_close_matches(value[:SHOWN_CHARACTERS].casefold(), folded, n=2, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(shown(folded[match]) for match in close) + "?"
    return otherwise or "write one of " + ", ".join(members)


class Faults:
    """Collects the errors of one file while it is read to its end."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(self, line: int, problem: str, mend: str, rule: str) -> None:
        """Note an error. Raises ``StanceError`` once the file has ``MOST_FAULTS`` of them."""
        self.problems.append(Problem(self.file, line, problem, mend, rule))
        if len(self.problems) == MOST_FAULTS:
            mend = "mend these, then read the file again"
            self.problems.append(
                Problem(self.file, line, f"reading stopped after {MOST_FAULTS} errors", mend, "too-many")
            )
            self.raise_if_any()

    def raise_if_any(self) -> None:
        """Raise ``StanceError`` with the errors noted so far, in order of line."""
        if self.problems:
            raise StanceError(sorted(self.problems, key=lambda problem: problem.line))
