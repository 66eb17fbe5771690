"""An explanation for the terminal: the sentence with its words coloured, and the shares in figures.

Blue speaks for the label, orange against it, a pair that colour-blind readers tell apart; where the terminal shows
no colours the weightiest words stand below with their signs.
"""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.learners.explanation import Explanation, Part, WordShare
from pipeline.scoring.explain import LIMITS, NO_NEIGHBOURS, Explained, HeadView, MemberView

FOR = ("", "black on #c6dbef", "black on #6baed6", "white on #2171b5")
AGAINST = ("", "black on #fdd0a2", "black on #fd8d3c", "white on #a63603")
LEVELS = (0.15, 0.4, 0.7)  # shares of the weightiest word from which a colour is stronger
WORDS, PARTS, CHARACTERS = 8, 4, 60  # named below a sentence; characters shown of a long part


def show_explanation(one: Explained, console: Console) -> None:
    """Print the explanation."""
    told = one.told
    console.print(Text(f"{shown(one.sentence_id)}, of {one.of} sentences", "bold"), highlight=False)
    console.print(Text(shown(one.sentence.text)), highlight=False)
    setting = f"{told.speaker}, {told.party}, {told.kind}; {told.government} government, {told.genre}"
    console.print(Text(f"speaker: {shown(one.speaker)}", "dim"), highlight=False)
    console.print(Text(f"told: {shown(setting)}", "dim"), highlight=False)
    for view in one.heads:
        abstained = " (abstained: too unsure to count)" if view.head == "stance" and one.abstained else ""
        console.print()
        console.print(Text(headline(view) + abstained, "bold"), highlight=False)
        for member in view.members:
            _show_member(member, one.sentence.text, len(view.members) > 1, console)
    console.print()
    _show_neighbours(one, console)
    for limit in LIMITS:
        console.print(Text(limit, "dim"), highlight=False)


def headline(view: HeadView) -> str:
    """The label with its probability, and the runner-up that it is set against."""
    return (
        f"{view.head}: {view.label} {view.probability:.2f}, rather than {view.rival} {view.rival_probability:.2f}"
    )


def sum_of(one: Explanation) -> str:
    """The log-odds as the sum of their parts, in words."""
    total = f"log-odds {one.score:+.2f} = base {one.base:+.2f}, the sentence {one.sentence:+.2f}"
    parts = "".join(f", {name} {value:+.2f}" for name, value in parts_by_name(one).items())
    lost = f", not accounted for {one.error:+.2f}" if abs(one.error) >= 0.005 else ""
    return total + parts + lost


def parts_by_name(one: Explanation) -> dict[str, float]:
    """The parts beside the sentence, those of one name together."""
    totals: dict[str, float] = {}
    for part in one.parts:
        totals[part.name] = totals.get(part.name, 0.0) + part.value
    return totals


def member_line(member: MemberView, several: bool) -> str:
    """Who explains, how, and (in an ensemble) what it adds."""
    method = member.explanation.method if member.explanation else "training never showed it one of the two"
    if not several:
        return f"{member.learner}, {method}"
    return (
        f"{member.learner}, {method}: {member.probability:.2f} to {member.rival:.2f}, adds {member.share:+.2f} to "
        "the log-odds"
    )


def level(value: float, largest: float) -> int:
    """How strongly a share is coloured, 0 (not) to 3; ``largest`` is the weightiest word's."""
    return sum(abs(value) >= share * largest for share in LEVELS) if largest > 0 else 0


def pieces(text: str, words: tuple[WordShare, ...]) -> Iterator[tuple[str, float | None]]:
    """The sentence piece by piece: words with their shares, and what stands between them with None."""
    at = 0
    for word in words:
        yield text[at : word.span.start], None
        yield word.span.of(text), word.value
        at = word.span.end
    yield text[at:], None


def shown(text: str) -> str:
    """Text as it may be printed: an article's control characters must not steer the terminal. No longer, no
    shorter."""
    return "".join(mark if mark.isprintable() else " " if mark.isspace() else "�" for mark in text)


def _show_member(member: MemberView, text: str, several: bool, console: Console) -> None:
    console.print(Text(f"  {member_line(member, several)}"), highlight=False)
    if member.explanation is None:
        return
    one = member.explanation
    console.print(Text(f"  {sum_of(one)}", "dim"), highlight=False)
    largest = max((abs(word.value) for word in one.words), default=0.0)
    line = Text("  ")
    for piece, value in pieces(text, one.words):
        style = "" if value is None else (FOR if value > 0 else AGAINST)[level(value, largest)]
        line.append(shown(piece), style)
    console.print(line, highlight=False)
    words = sorted(one.words, key=lambda word: -abs(word.value))[:WORDS]
    named = [f"{shown(word.span.of(text))} {word.value:+.2f}" for word in words]
    console.print(Text(f"  words: {', '.join(named)}"), highlight=False)
    parts = sorted(one.parts, key=lambda part: -abs(part.value))[:PARTS]
    console.print(Text(f"  around it: {'; '.join(map(_part, parts))}"), highlight=False)


def _part(part: Part) -> str:
    text = shown(part.text)
    return f"{part.name} ({text[:CHARACTERS]}{'…' if len(text) > CHARACTERS else ''}) {part.value:+.2f}"


def _show_neighbours(one: Explained, console: Console) -> None:
    if one.neighbours is None:
        console.print(Text(NO_NEIGHBOURS), highlight=False)
        return
    table = Table(title="Nearest training sentences", title_justify="left", box=None)
    for name in ("cosine", "labels", "speaker", "sentence"):
        table.add_column(name, overflow="fold")
    for near in one.neighbours:
        kept = near.sentence
        labels = f"{kept.stance}, {kept.pressure}, {kept.role}, {kept.frame}"
        table.add_row(*map(Text, (f"{near.similarity:.2f}", labels, shown(kept.speaker), shown(kept.text))))
    console.print(table)
