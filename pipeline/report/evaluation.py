"""The evaluation report: one HTML page that holds everything it needs and fetches nothing.

All text that comes from articles, files or parameters passes the template's escaping."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import altair as alt
from markupsafe import Markup

from pipeline.evaluation.behaviour.scoring import BehaviourResult
from pipeline.evaluation.bootstrap import Interval
from pipeline.evaluation.comparison import Comparison
from pipeline.evaluation.comparison_tables import CONDITION_TITLES, format_opposite
from pipeline.evaluation.errors import ConfidentError
from pipeline.evaluation.figures import figures, learners_figure
from pipeline.evaluation.plots import MISSED, SPURIOUS
from pipeline.evaluation.predictions import END_TO_END, MAIN_CONDITION
from pipeline.evaluation.results import EvaluationResult
from pipeline.evaluation.slices import DIMENSIONS, Slice
from pipeline.report.charts import content_security_policy, page_specification, vega_bundle
from pipeline.report.plain_words import plain_words
from pipeline.report.template import asset, environment

# Title of a table → name of a row → name of a column → figure.
SpeakerTables = Mapping[str, Mapping[str, Mapping[str, Interval | float | int | str | None]]]


@dataclass(frozen=True)
class EvaluationPage:
    """What the page shows.

    ``results`` holds the learners in the comparison's order, each with the main condition; the last is shown in
    depth. ``errors`` are that learner's, ``behaviour`` is what every learner reacts to. ``speakers`` are the
    tables of who says what, ``agreement`` maps a head to the macro-F1 between annotators, ``provenance`` a name
    (corpus, commit) to its value.
    """

    comparison: Comparison
    results: Mapping[str, EvaluationResult]
    errors: tuple[ConfidentError, ...] = ()
    behaviour: BehaviourResult | None = None
    speakers: SpeakerTables = field(default_factory=dict)
    agreement: Mapping[str, float] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SliceRow:
    """One value of a dimension with the macro-F1 of every head."""

    value: str
    sentences: int
    articles: int
    small: bool
    scores: dict[str, Interval]


def write_report(path: Path, page: EvaluationPage) -> None:
    """Write the page; the file appears whole or not at all. Raises ``ValueError`` without results."""
    if not page.results:
        raise ValueError(f"{path}: the evaluation report needs the results of at least one learner, got none")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    draft.write_text(render_report(page), encoding="utf-8")
    draft.replace(path)


def render_report(page: EvaluationPage) -> str:
    """The page's HTML."""
    best = list(page.results.values())[-1]
    style, script, bundle = asset("page.css"), asset("charts.js"), vega_bundle()
    pages = environment()
    pages.filters |= {"fraction": format_fraction, "figure": format_figure, "opposite": format_opposite}
    template = pages.get_template("evaluation.html.jinja")
    return template.render(
        page=page,
        comparison=page.comparison,
        best=best,
        main=best.conditions[MAIN_CONDITION],
        main_condition=MAIN_CONDITION,
        end_to_end=END_TO_END,
        condition_titles=CONDITION_TITLES,
        words=plain_words(page.comparison, best, page.agreement),
        slices=slice_rows(best),
        speaker_columns={
            title: list(dict.fromkeys(name for row in rows.values() for name in row))
            for title, rows in page.speakers.items()
        },
        specifications={name: page_specification(chart) for name, chart in _charts(page, best).items()},
        missed=MISSED,
        spurious=SPURIOUS,
        policy=Markup(content_security_policy((bundle, script), (style,))),
        style=Markup(style),
        script=Markup(script),
        bundle=Markup(bundle),
    )


def slice_rows(result: EvaluationResult) -> dict[str, tuple[SliceRow, ...]]:
    """Dimension → its rows, in the order of the slices of the first head."""
    heads = result.conditions[MAIN_CONDITION].heads
    by_place: dict[tuple[str, str], dict[str, Slice]] = {}
    for name, head in heads.items():
        for item in head.slices:
            by_place.setdefault((item.dimension, item.value), {})[name] = item
    rows: dict[str, list[SliceRow]] = {dimension: [] for dimension in DIMENSIONS}
    for (dimension, value), items in by_place.items():
        one = next(iter(items.values()))
        scores = {name: item.macro_f1 for name, item in items.items()}
        rows[dimension].append(SliceRow(value, one.sentences, one.articles, one.small, scores))
    return {dimension: tuple(found) for dimension, found in rows.items() if found}


def _charts(page: EvaluationPage, best: EvaluationResult) -> dict[str, alt.TopLevelMixin]:
    return {"learners": learners_figure(page.comparison, MAIN_CONDITION), **figures(best)}


def format_fraction(value: float, signed: bool = False) -> str:
    """Three decimals without the leading zero, which would cost a phone a column: ``.895``, ``+.069``."""
    sign = "−" if value < 0 else "+" if signed else ""
    return sign + f"{abs(value):.3f}".removeprefix("0")


def format_figure(value: Any) -> Any:
    """Three decimals for a fraction, nothing changed in whole numbers and words, a dash for what is missing."""
    if value is None:
        return "–"
    return format_fraction(value) if isinstance(value, float) else value
