"""What a scoring run found, counted while it runs and shown on the screen at its end."""

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console
from rich.table import Table

from pipeline.scoring.shards import Shards

UNKNOWN = "unknown"
HEADS_SHOWN = ("stance", "pressure")
COUNTED = ("boilerplate", "speaker", "party", "abstained")


@dataclass
class Tally:
    """Counts of a run. ``by_party[head][party, label]`` and ``abstained`` count sentences with a speaker only."""

    articles: int = 0
    sentences: int = 0
    boilerplate: int = 0
    attributed: int = 0
    abstained: int = 0
    speakers: set[str] = field(default_factory=set)
    by_party: dict[str, Counter[tuple[str, str]]] = field(
        default_factory=lambda: {h: Counter() for h in HEADS_SHOWN}
    )
    rejects: Counter[str] = field(default_factory=Counter)

    def add(self, statements: pa.Table) -> None:
        """Count rows of the statements table."""
        self.sentences += statements.num_rows
        self.boilerplate += pc.sum(statements["boilerplate"]).as_py() or 0
        spoken = statements.filter(pc.is_valid(statements["speaker"]))
        self.attributed += spoken.num_rows
        self.abstained += pc.sum(spoken["abstained"]).as_py() or 0
        self.speakers.update(spoken["speaker"].unique().to_pylist())
        for head, counts in self.by_party.items():
            for row in spoken.group_by(["party", head]).aggregate([([], "count_all")]).to_pylist():
                counts[row["party"] or UNKNOWN, row[head]] += row["count_all"]

    @property
    def reject_share(self) -> float:
        """Rejects among everything that was offered as an article; 0 where nothing was."""
        rejected = sum(self.rejects.values())
        return rejected / (self.articles + rejected) if rejected else 0.0


@dataclass(frozen=True)
class Found:
    """What a result holds, whichever engine made it."""

    tally: Tally
    heads: dict[str, tuple[str, ...]]

    @property
    def articles(self) -> int:
        """Articles that were scored."""
        return self.tally.articles

    @property
    def sentences(self) -> int:
        """Rows of the statements table."""
        return self.tally.sentences

    @property
    def statements(self) -> int:
        """Rows that have a speaker."""
        return self.tally.attributed

    @property
    def rejects(self) -> int:
        """Articles that could not be read or scored."""
        return sum(self.tally.rejects.values())

    @property
    def reject_share(self) -> float:
        """Rejects among everything that was offered."""
        return self.tally.reject_share


@dataclass(frozen=True)
class Effort:
    """What a run did itself: ``sentences`` in ``seconds``, loading included, by so many ``workers``,
    computed in the number format ``engine``; ``skipped`` inputs were scored before."""

    sentences: int
    seconds: float
    workers: int
    engine: str
    skipped: int

    def told(self) -> str:
        """A line for the screen."""
        rate = self.sentences / self.seconds
        parts = [f"{self.seconds:.1f} s, {rate:,.0f} sentences a second, loading included"]
        if self.workers > 1:
            parts.append(f"{rate / self.workers:,.0f} a core, {self.workers} workers")
        if self.engine:
            parts.append(f"computed in {self.engine}")
        if self.skipped:
            parts.append(f"{self.skipped:,} inputs were scored before")
        return "; ".join(parts)


def tally_of(shards: Shards) -> Tally:
    """Count what finished shards hold, one after the other."""
    tally = Tally(articles=shards.articles)
    for statements in shards.tables("statements", [*COUNTED, *HEADS_SHOWN]):
        tally.add(statements)
    for rejects in shards.tables("rejects", ["reason"]):
        tally.rejects.update(rejects["reason"].to_pylist())
    return tally


def show(tally: Tally, heads: dict[str, tuple[str, ...]], console: Console) -> None:
    """Print the summary: how much was read, who speaks, which party stands where, what was rejected and why."""
    console.print(
        f"[bold]{tally.articles:,}[/] articles, [bold]{tally.sentences:,}[/] sentences "
        f"({tally.boilerplate:,} boilerplate)\n"
        f"[bold]{len(tally.speakers):,}[/] speakers found, in {tally.attributed:,} sentences; in "
        f"{tally.abstained:,} of these the model is too unsure of the stance (column abstained)"
    )
    if tally.attributed:
        for head, counts in tally.by_party.items():
            console.print(_by_party(head, heads[head], counts))
    if tally.rejects:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in tally.rejects.most_common())
        console.print(f"[bold red]Rejected:[/] {reasons} ({tally.reject_share:.0%} of the input)", highlight=False)


def _by_party(head: str, classes: tuple[str, ...], counts: Counter[tuple[str, str]]) -> Table:
    """Sentences by party of the speaker and label, the most quoted party first."""
    totals: Counter[str] = Counter()
    for (party, _), count in counts.items():
        totals[party] += count
    table = Table("party", title=f"{head.capitalize()} by party (sentences)", title_justify="left")
    for label in (*classes, "all"):
        table.add_column(label, justify="right")
    for party, total in totals.most_common():
        table.add_row(party, *(f"{counts[party, label]:,}" for label in classes), f"{total:,}")
    return table
