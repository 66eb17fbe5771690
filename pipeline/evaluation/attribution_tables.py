"""Scores of attributions as tables for the terminal, as figures for JSON, and as warnings."""

import math
from collections.abc import Iterator
from dataclasses import asdict

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.evaluation.attribution import AttributionScores, GroupScores
from pipeline.evaluation.bootstrap import Interval

# Title of a table, the count that it shows as n, and its measures: three with intervals fit 80 columns.
_TABLES = (
    (
        "End to end: gold units (n) found with the right source",
        "gold",
        {"end_to_end": "end to end", "end_to_end_span": "by span", "end_to_end_speaker": "by speaker"},
    ),
    ("Units predicted (n) and found", "predicted", {"precision": "precision", "recall": "recall", "f1": "F1"}),
    ("Who: right on found units (n)", "found", {"source": "source", "speaker": "speaker", "cue": "cue"}),
    ("What: right on found units (n)", "found", {"kind": "kind", "party": "party", "actor_kind": "actor kind"}),
)
_CAPTION = (
    "Found: one predicted unit covers half of the characters of the gold unit. Precision: predicted units that "
    "find one and lie in gold content by half at least, by the kind predicted. End to end counts all gold units; "
    "by span, the printed sources agree; by speaker, the canonical names do; the headline takes either. Speakers, "
    "parties and kinds of actors that gold does not tell are not judged."
)
_NAMED = 5


def print_attribution_scores(scores: AttributionScores, console: Console) -> None:
    """Print a table of each of ``_TABLES``: rows are all, the kinds, then the marks of the article."""
    for title, count, measures in _TABLES:
        table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, padding=0)
        table.add_column("units", no_wrap=True)
        for name in ("n", *measures.values()):
            table.add_column(name, justify="right", no_wrap=True)
        for group, ends in _with_ends(scores.groups):
            cells = (_cell(group.measures[name]) for name in measures)
            table.add_row(Text(_label(group)), f"{getattr(group.counts, count):,}", *cells, end_section=ends)
        console.print(table, "")
    console.print(Text(f"{_drawn(scores)} {_CAPTION}"), style="dim")


def attribution_figures(scores: AttributionScores) -> dict[str, object]:
    """The scores as one JSON object; a measure without units, or a bound that was not to be had, is null."""
    groups = [
        {
            "by": one.group.dimension,
            "units": one.group.value,
            "articles": one.articles,
            "counts": asdict(one.counts),
            "measures": {name: _figures(measure) for name, measure in one.measures.items()},
        }
        for one in scores.groups
    ]
    return {
        "articles": scores.articles,
        "missing_articles": list(scores.missing),
        "extra_articles": list(scores.extra),
        "resamples": scores.resamples,
        "seed": scores.seed,
        "confidence": scores.confidence,
        "groups": groups,
    }


def attribution_warnings(scores: AttributionScores) -> Iterator[str]:
    """A sentence for articles that only one of the two files holds."""
    if scores.missing:
        yield (
            f"warning: {len(scores.missing):,} of {scores.articles:,} gold articles have no line among the "
            f"predictions, and all their units count as missed: {_some(scores.missing)}"
        )
    if scores.extra:
        yield f"note: {len(scores.extra):,} predicted articles are not in gold and left out: {_some(scores.extra)}"


def _drawn(scores: AttributionScores) -> str:
    return (
        f"{scores.confidence:.0%} intervals from {scores.resamples:,} draws of {scores.articles:,} articles, "
        f"seed {scores.seed}."
    )


def _with_ends(groups: tuple[GroupScores, ...]) -> Iterator[tuple[GroupScores, bool]]:
    """Groups, and whether one is the last of its dimension."""
    following = [one.group.dimension for one in groups[1:]] + [""]
    for one, dimension in zip(groups, following, strict=True):
        yield one, dimension != one.group.dimension


def _label(one: GroupScores) -> str:
    return f"marks {one.group.value}" if one.group.dimension == "marks" else one.group.value


def _cell(measure: Interval | None) -> str:
    return "–" if measure is None else str(measure)


def _figures(measure: Interval | None) -> dict[str, float | None] | None:
    if measure is None:
        return None
    bounds = {name: getattr(measure, name) for name in ("value", "low", "high")}
    return {name: None if bound is None or math.isnan(bound) else bound for name, bound in bounds.items()}


def _some(ids: tuple[str, ...]) -> str:
    """The first ids in quotation marks; they come from a file, so they are shown with escapes."""
    named = ", ".join(map(repr, ids[:_NAMED]))
    return named if len(ids) <= _NAMED else f"{named} and {len(ids) - _NAMED:,} more"
