"""What trainings on fewer articles come to, with intervals over articles and spreads over draws: as CSV, as a
Markdown table and as a picture."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

from pipeline.config import EvaluateParams
from pipeline.evaluation.bootstrap import (
    Counts,
    Difference,
    Interval,
    intervals,
    paired_difference,
    resample_weights,
)
from pipeline.evaluation.comparison_tables import format_difference, markdown_table
from pipeline.evaluation.figures import PALETTE, save_figures
from pipeline.evaluation.metrics import confusions, macro_f1
from pipeline.evaluation.predictions import GOLD, PREDICTED_SPEAKERS
from pipeline.labels import heads

ALL = "all"  # the corpus that nothing was left out of
SPEAKERS = {GOLD: "gold", PREDICTED_SPEAKERS: "predicted"}
MEAN = "mean"
NAME = "learning_curve"  # of the files written
_PANEL = 190  # pixels, both ways: three panels fit the width of a page
_PANELS_A_ROW = 3


@dataclass(frozen=True, eq=False)
class Judged:
    """One training and what validation says of it.

    ``share``: of the articles of ``corpus``, in (0, 1]. ``articles`` and ``sentences`` were learnt from.
    ``counts``: condition → confusions of the validation articles, (articles, heads, classes + 1, classes + 1).
    """

    corpus: str
    share: float
    draw: int
    articles: int
    sentences: int
    counts: dict[str, Counts]


@dataclass(frozen=True)
class Point:
    """A figure of the curve: macro-F1 of a head, or the ``mean`` of the heads.

    ``score`` is the mean of ``draws`` trainings, with its interval over validation articles; ``spread`` their
    standard deviation, None for one draw. ``to_whole``: score less that of the training with the most articles,
    on the same validation articles; None for that training itself.
    """

    corpus: str
    share: float
    articles: int
    sentences: int
    draws: int
    speakers: str
    measure: str
    score: Interval
    spread: float | None
    to_whole: Difference | None


def measures() -> tuple[str, ...]:
    """The heads, and their mean."""
    return (*heads(), MEAN)


def counted(table: pd.DataFrame) -> Counts:
    """Confusions of all heads from a table of one condition, for ``Judged.counts``; articles in the order of ids.

    Heads of fewer classes are filled up with classes that never occur, which macro-F1 leaves out.
    """
    own = [confusions(table, head).counts for head in heads()]
    size = max(counts.shape[-1] for counts in own)
    filled = [np.pad(counts, ((0, 0), *[(0, size - counts.shape[-1])] * 2)) for counts in own]
    return np.stack(filled, axis=1)


def scores(counts: Counts) -> Counts:
    """Macro-F1 of each head and their mean, averaged over draws: (…, draws, heads, k, k) → (…, measures)."""
    by_head = macro_f1(counts).mean(axis=-2)
    return np.concatenate([by_head, by_head.mean(axis=-1, keepdims=True)], axis=-1)


def points(runs: Sequence[Judged], params: EvaluateParams, seed: int) -> list[Point]:
    """The points of all trainings; those of one corpus and share are draws of the same points."""
    groups: dict[tuple[str, float], list[Judged]] = {}
    for run in runs:
        groups.setdefault((run.corpus, run.share), []).append(run)
    whole = max(groups.values(), key=lambda group: group[0].articles, default=[])
    return [
        point
        for group in groups.values()
        for condition in SPEAKERS
        for point in _of_group(group, whole, condition, params, seed)
    ]


def _of_group(
    group: Sequence[Judged], whole: Sequence[Judged], condition: str, params: EvaluateParams, seed: int
) -> Iterator[Point]:
    counts = _draws(group, condition)
    weights = resample_weights(len(counts), params.resamples, seed)
    found = intervals(scores, counts, weights, params.confidence)
    each = np.array([scores(counts[:, [draw]].sum(axis=0)) for draw in range(len(group))])
    for number, measure in enumerate(measures()):
        to_whole = None
        if group is not whole:
            to_whole = paired_difference(
                lambda drawn, number=number: scores(drawn)[..., number],
                _draws(whole, condition),
                counts,
                weights,
                params.confidence,
            )
        yield Point(
            group[0].corpus,
            group[0].share,
            group[0].articles,
            round(float(np.mean([run.sentences for run in group]))),
            len(group),
            SPEAKERS[condition],
            measure,
            found[number],
            float(each[:, number].std(ddof=1)) if len(group) > 1 else None,
            to_whole,
        )


def _draws(group: Sequence[Judged], condition: str) -> Counts:
    """(articles, draws, heads, k, k)."""
    return np.stack([run.counts[condition] for run in group], axis=1)


def rows(found: Sequence[Point]) -> list[dict[str, str | int | float | None]]:
    """The points as flat rows, for CSV and picture."""
    return [
        {
            "corpus": one.corpus,
            "share": one.share,
            "articles": one.articles,
            "sentences": one.sentences,
            "draws": one.draws,
            "speakers": one.speakers,
            "measure": one.measure,
            "macro_f1": one.score.value,
            "low": one.score.low,
            "high": one.score.high,
            "spread": one.spread,
            "to_whole": one.to_whole and one.to_whole.value,
            "to_whole_low": one.to_whole and one.to_whole.low,
            "to_whole_high": one.to_whole and one.to_whole.high,
        }
        for one in found
    ]


def write(found: Sequence[Point], learner: str, folder: Path) -> None:
    """Write CSV, table and picture into a folder that need not be there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_csv(found, folder / f"{NAME}.csv")
    (folder / f"{NAME}.md").write_text(markdown(found), encoding="utf-8")
    save_figures({NAME: figure(found, learner)}, folder)


def _write_csv(found: Sequence[Point], path: Path) -> None:
    flat = rows(found)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(flat[0]))
        table.writeheader()
        table.writerows(
            {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}
            for row in flat
        )


def markdown(found: Sequence[Point]) -> str:
    """A row for each corpus, share and kind of speakers; a difference whose interval leaves out zero is bold."""
    heading = (
        "articles",
        "corpus",
        "share",
        "sentences",
        "draws",
        "speakers",
        *measures(),
        "spread",
        "to the whole",
    )
    size = len(measures())
    lines = []
    for start in range(0, len(found), size):
        own = found[start : start + size]
        mean = own[-1]
        spread = "–" if mean.spread is None else f"{mean.spread:.3f}"
        place = (str(mean.articles), mean.corpus, f"{mean.share:.0%}", f"{mean.sentences:,}", str(mean.draws))
        scored = (str(one.score) for one in own)
        lines.append((*place, mean.speakers, *scored, spread, _difference(mean.to_whole)))
    return markdown_table(heading, lines)


def _difference(difference: Difference | None) -> str:
    if difference is None:
        return "–"
    mark = "**" if difference.clear else ""
    return f"{mark}{format_difference(difference)}{mark}"


def figure(found: Sequence[Point], learner: str) -> alt.FacetChart:
    """Macro-F1 over articles, a panel a measure, intervals as bars; a corpus without batches is a point alone."""
    speakers = list(SPEAKERS.values())
    corpora = list(dict.fromkeys(one.corpus for one in found))
    base = alt.Chart().encode(
        alt.X("articles:Q", title="training articles", scale=alt.Scale(domainMin=0)),
        color=alt.Color(
            "speakers:N",
            scale=alt.Scale(domain=speakers, range=list(PALETTE[: len(speakers)])),
            legend=alt.Legend(title="speakers", symbolOpacity=1),
        ),
    )
    score = alt.Y("macro_f1:Q", title="macro-F1", scale=alt.Scale(zero=False))
    bars = base.mark_rule(strokeWidth=1, opacity=0.5).encode(alt.Y("low:Q", title="macro-F1"), alt.Y2("high:Q"))
    curve = base.mark_line(strokeWidth=2).encode(score).transform_filter(alt.datum.corpus == ALL)
    marks = base.mark_point(filled=True, size=50, opacity=1).encode(
        score, shape=alt.Shape("corpus:N", sort=corpora, title="corpus")
    )
    return (
        alt.layer(bars, curve, marks, data=alt.Data(values=rows(found)))
        .properties(width=_PANEL, height=_PANEL)
        .facet(
            alt.Facet("measure:N", sort=list(measures()), title=None),
            columns=_PANELS_A_ROW,
            title=alt.TitleParams("Learning curve", subtitle=f"{learner} · validation articles · macro-F1"),
        )
    )
