"""What a scoring run found, counted while it runs and shown on the screen at its end."""

from collections import Counter
from dataclasses import dataclass, field

import pyarrow.compute as pc
from rich.console import Console
from rich.table import Table

from pipeline.scoring.engine import Scored

UNKNOWN = "unknown"
HEADS_SHOWN = ("stance", "pressure")


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

    def add(self, scored: Scored) -> None:
        """Count a batch."""
        rows = scored.statements
        self.articles += scored.articles.num_rows
        self.sentences += rows.num_rows
        self.boilerplate += pc.sum(rows["boilerplate"]).as_py() or 0
        spoken = rows.filter(pc.is_valid(rows["speaker"]))
        self.attributed += spoken.num_rows
        self.abstained += pc.sum(spoken["abstained"]).as_py() or 0
        self.speakers.update(spoken["speaker"].unique().to_pylist())
        parties = pc.fill_null(spoken["party"], UNKNOWN).to_pylist()
        for head, counts in self.by_party.items():
            counts.update(zip(parties, spoken[head].to_pylist(), strict=True))

    @property
    def reject_share(self) -> float:
        """Rejects among everything that was offered as an article; 0 where nothing was."""
        rejected = sum(self.rejects.values())
        return rejected / (self.articles + rejected) if rejected else 0.0


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
