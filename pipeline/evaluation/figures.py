"""Figures of the evaluation in Altair: every one with a title, named axes and the number of sentences.

Charts carry no colours of text or paper; ``themed`` gives them those of a white page, ``pipeline.report.charts``
those of the report, which also has a dark side."""

import json
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

from pipeline.evaluation.comparison import Comparison
from pipeline.evaluation.comparison_tables import CONDITION_TITLES
from pipeline.evaluation.plots import MISSED, SPURIOUS
from pipeline.evaluation.predictions import END_TO_END, MAIN_CONDITION
from pipeline.evaluation.results import ConditionResult, EvaluationResult, HeadResult

# Okabe and Ito 2008, told apart with every common kind of colour blindness, and readable on white and on black.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
BLUE = PALETTE[0]
# Above this share a heat map's cell is dark enough to need white figures (contrast 4:1 on white paper).
DARK_CELL = 0.85
WIDTH = 420
ROW = 26  # pixels a class, so that twelve frames and three stances are equally easy to read
PNG_SCALE = 2


def confusion_figure(head: HeadResult, learner: str, condition: str) -> alt.LayerChart:
    """Heat map of one head: share of each gold class that got each label, with counts in the cells."""
    rows, columns = (*head.classes, SPURIOUS), (*head.classes, MISSED)
    if condition != END_TO_END:
        rows, columns = head.classes, head.classes
    cells = [
        {
            "gold": gold,
            "predicted": predicted,
            "sentences": head.confusion[i][j],
            "share": head.confusion[i][j] / max(1, sum(head.confusion[i])),
        }
        for i, gold in enumerate(rows)
        for j, predicted in enumerate(columns)
    ]
    total = sum(cell["sentences"] for cell in cells)
    base = alt.Chart(pd.DataFrame(cells)).encode(
        x=alt.X("predicted:N", sort=list(columns), title="predicted", axis=alt.Axis(orient="top")),
        y=alt.Y("gold:N", sort=list(rows), title="gold"),
        tooltip=[
            "gold",
            "predicted",
            "sentences",
            alt.Tooltip("share", format=".0%", title="share of gold class"),
        ],
    )
    heat = base.mark_rect(color=BLUE).encode(
        opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0, 1]), legend=None)
    )
    figures = base.encode(text="sentences:Q")
    light = figures.transform_filter(f"datum.share <= {DARK_CELL}").mark_text()
    dark = figures.transform_filter(f"datum.share > {DARK_CELL}").mark_text(color="white")
    return alt.layer(heat, light, dark).properties(
        title=_title(f"{head.head}: gold against predicted", learner, condition, total),
        width=WIDTH,
        height=ROW * (len(rows) + 1),
    )


def per_class_figure(head: HeadResult, learner: str, condition: str) -> alt.LayerChart:
    """F1 of each class with its interval, in the codebook's order."""
    data = pd.DataFrame(
        {
            "label": f"{item.label} ({item.support})",
            "f1": item.f1.value,
            "low": item.f1.low,
            "high": item.f1.high,
            "sentences": item.support,
        }
        for item in head.per_class
    )
    title = _title(f"{head.head}: F1 by class", learner, condition, sum(item.support for item in head.per_class))
    return _points(data, "label", None, "F1 (gold sentences in brackets)", list(data["label"])).properties(
        title=title, height=ROW * len(data)
    )


def reliability_figure(head: HeadResult, learner: str, condition: str) -> alt.LayerChart:
    """Share of right answers against confidence; a calibrated learner lies on the diagonal."""
    bins = head.calibration.bins
    data = pd.DataFrame(
        {"confidence": b.confidence, "accuracy": b.accuracy, "sentences": b.sentences} for b in bins
    )
    share = alt.Scale(domain=[0, 1])
    diagonal = alt.Chart(pd.DataFrame({"confidence": [0, 1], "accuracy": [0, 1]})).mark_line(
        strokeDash=[4, 4], strokeWidth=1, color="gray"
    )
    points = alt.Chart(data).mark_line(point=alt.OverlayMarkDef(size=45, color=BLUE), color=BLUE)
    title = _title(
        f"{head.head}: reliability, calibration error {head.calibration.ece:.3f}",
        learner,
        condition,
        int(data["sentences"].sum()),
    )
    x = alt.X("confidence:Q", scale=share, title="mean confidence of a bin")
    y = alt.Y("accuracy:Q", scale=share, title="share of right answers")
    tips = [alt.Tooltip("confidence:Q", format=".2f"), alt.Tooltip("accuracy:Q", format=".2f"), "sentences:Q"]
    layers = alt.layer(diagonal.encode(x, y), points.encode(x, y, tooltip=tips))
    return layers.properties(title=title, width=WIDTH, height=280)


def coverage_figure(condition: ConditionResult, learner: str) -> alt.Chart:
    """Macro-F1 of all heads against the share of sentences that are answered, most confident first."""
    data = pd.DataFrame(
        {"head": name, "coverage": p.coverage, "macro-F1": p.macro_f1, "threshold": p.threshold}
        for name, head in condition.heads.items()
        for p in head.coverage
    )
    sentences = max((p.sentences for head in condition.heads.values() for p in head.coverage), default=0)
    return (
        alt.Chart(data)
        .mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=20))
        .encode(
            x=alt.X("coverage:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%"), title="answered"),
            y=alt.Y("macro-F1:Q", scale=alt.Scale(domain=[0, 1]), title="macro-F1 of the answered"),
            color=_colours(list(condition.heads), "head"),
            tooltip=[
                "head",
                *(alt.Tooltip(f"{name}:Q", format=".2f") for name in ("coverage", "macro-F1", "threshold")),
            ],
        )
        .properties(
            title=_title("Macro-F1 when unsure sentences are left out", learner, condition.condition, sentences),
            width=WIDTH,
            height=280,
        )
    )


def learners_figure(comparison: Comparison, condition: str) -> alt.LayerChart:
    """All learners on every measure with their intervals."""
    items = [item for item in comparison.scores if item.condition == condition]
    data = pd.DataFrame(
        {
            "measure": item.measure,
            "learner": item.learner,
            "f1": item.score.value,
            "low": item.score.low,
            "high": item.score.high,
        }
        for item in items
    )
    names, measures = list(comparison.learners), list(comparison.measures)
    chart = _points(data, "measure", "measure", "macro-F1 (statement: F1)", measures)
    chart = chart.encode(color=_colours(names, "learner"), yOffset=alt.YOffset("learner:N", sort=names))
    size = f"{comparison.articles} articles, n = {comparison.sentences}"
    title = alt.TitleParams("Learners compared", subtitle=f"{CONDITION_TITLES[condition]} · {size}")
    return chart.properties(title=title, height=ROW * len(measures) * max(1, len(names)) * 0.7)


def _points(data: pd.DataFrame, row: str, row_title: str | None, x_title: str, order: list[str]) -> alt.LayerChart:
    """Points with interval bars from 0 to 1, one row a value of ``row``; three rows have no room for a title."""
    base = alt.Chart(data).encode(
        y=alt.Y(f"{row}:N", sort=order, title=row_title),
        tooltip=[
            *_text_columns(data),
            *(alt.Tooltip(f"{name}:Q", format=".3f") for name in ("f1", "low", "high")),
        ],
    )
    scale = alt.Scale(domain=[0, 1])
    bars = base.mark_rule(strokeWidth=2, color=BLUE).encode(
        x=alt.X("low:Q", scale=scale, title=x_title), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=70, opacity=1, color=BLUE).encode(
        x=alt.X("f1:Q", scale=scale, title=x_title)
    )
    return alt.layer(bars, points).properties(width=WIDTH)


def _text_columns(data: pd.DataFrame) -> list[str]:
    return [name for name in data.columns if name not in ("f1", "low", "high", "sentences")]


def _colours(names: list[str], title: str) -> alt.Color:
    return alt.Color(f"{title}:N", scale=alt.Scale(domain=names, range=list(PALETTE[: len(names)])), title=title)


def _title(text: str, learner: str, condition: str, sentences: int) -> alt.TitleParams:
    return alt.TitleParams(text, subtitle=f"{learner} · {CONDITION_TITLES[condition]} · n = {sentences}")


def figures(result: EvaluationResult, condition: str = MAIN_CONDITION) -> dict[str, alt.TopLevelMixin]:
    """Every figure of one learner by file name, without ending."""
    found = result.conditions[condition]
    drawn: dict[str, alt.TopLevelMixin] = {"coverage": coverage_figure(found, result.learner)}
    for name, head in found.heads.items():
        drawn[f"confusion_{name}"] = confusion_figure(head, result.learner, condition)
        drawn[f"per_class_{name}"] = per_class_figure(head, result.learner, condition)
        drawn[f"reliability_{name}"] = reliability_figure(head, result.learner, condition)
    return drawn


def themed(chart: alt.TopLevelMixin, ink: str = "#1a1a1a", grid: str = "#e3e3e3") -> dict[str, Any]:
    """The Vega-Lite specification with the colours of text and grid lines, on no background of its own."""
    spec = json.loads(chart.to_json())
    quiet = {"labelColor": ink, "titleColor": ink, "titleFontWeight": "normal", "labelLimit": 220}
    spec["config"] = {
        "background": None,
        "font": "system-ui, 'Helvetica Neue', Arial, sans-serif",
        "view": {"stroke": None},
        "axis": {**quiet, "domainColor": grid, "tickColor": grid, "gridColor": grid},
        "legend": {**quiet, "orient": "bottom"},
        "title": {"color": ink, "subtitleColor": ink, "anchor": "start", "fontSize": 14, "subtitlePadding": 4},
        "text": {"color": ink},
    }
    return spec


def save_figures(drawn: dict[str, alt.TopLevelMixin], folder: Path) -> tuple[Path, ...]:
    """Write every figure as PNG and SVG on white, without a browser or a network; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, chart in drawn.items():
        spec = themed(chart)
        spec["config"]["background"] = "white"
        png, svg = folder / f"{name}.png", folder / f"{name}.svg"
        png.write_bytes(vl_convert.vegalite_to_png(spec, scale=PNG_SCALE))
        svg.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
        paths += [png, svg]
    return tuple(paths)
