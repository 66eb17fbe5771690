"""Scores of predicted attributions: units found, sources and speakers right, with intervals over articles.

What counts as found and right is said in ``attribution_counts``.

**End to end**, the headline: gold units found with the right source or the named speaker, among *all* gold units.
By span and by speaker give the two ways apart; by speaker counts only the gold units that tell one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from pipeline.corpus.attribution_files import AttributedText
from pipeline.evaluation.attribution_counts import AttributionCounts, AttributionMismatch, article_counts
from pipeline.evaluation.attribution_groups import Group
from pipeline.evaluation.bootstrap import Counts, Interval, intervals, resample_weights

# Measure → part and whole. F1, the harmonic mean of precision and recall, comes after them.
RATIOS = {
    "end_to_end": ("either", "gold"),
    "end_to_end_span": ("source", "gold"),
    "end_to_end_speaker": ("speaker", "speaker_told"),
    "precision": ("right", "predicted"),
    "recall": ("found", "gold"),
    "inside": ("inside", "predicted"),
    "source": ("source", "found"),
    "speaker": ("speaker", "speaker_judged"),
    "cue": ("cue", "found"),
    "kind": ("kind", "found"),
    "party": ("party", "party_judged"),
    "actor_kind": ("actor_kind", "actor_kind_judged"),
}
F1 = "f1"
MEASURES = (*RATIOS, F1)
_COLUMN = {one.name: column for column, one in enumerate(fields(AttributionCounts))}


@dataclass(frozen=True)
class GroupScores:
    """Scores of a group of units over the ``articles`` that hold any; a measure without units is None."""

    group: Group
    articles: int
    counts: AttributionCounts
    measures: Mapping[str, Interval | None]


@dataclass(frozen=True)
class AttributionScores:
    """Scores of ``ALL`` and of the other groups that hold units.

    ``missing`` are the ids of articles that only gold holds, whose units count as missed; ``extra`` of those that
    only the predictions hold, which are left out.
    """

    groups: tuple[GroupScores, ...]
    articles: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    resamples: int
    seed: int
    confidence: float


def score_attributions(
    gold: Sequence[AttributedText],
    predicted: Sequence[AttributedText],
    resamples: int = 2000,
    seed: int = 20,
    confidence: float = 0.95,
) -> AttributionScores:
    """Score predictions; intervals come from drawing articles (of those that hold units of the group).

    Raises ``AttributionMismatch`` where gold holds no article, or the two texts of an article differ.
    """
    if not gold:
        raise AttributionMismatch("the gold file holds no article; name one that does")
    answers = {one.doc_id: one for one in predicted}
    counted: dict[Group, list[AttributionCounts]] = {}
    for article in gold:
        for group, counts in article_counts(article, answers.get(article.doc_id)).items():
            counted.setdefault(group, []).append(counts)
    known = {one.doc_id for one in gold}
    return AttributionScores(
        tuple(_group_scores(group, counted[group], resamples, seed, confidence) for group in sorted(counted)),
        len(gold),
        tuple(one.doc_id for one in gold if one.doc_id not in answers),
        tuple(one.doc_id for one in predicted if one.doc_id not in known),
        resamples,
        seed,
        confidence,
    )


def _group_scores(
    group: Group, counted: Sequence[AttributionCounts], resamples: int, seed: int, confidence: float
) -> GroupScores:
    counts = _table(counted)
    total = counts.sum(axis=0)
    defined = np.flatnonzero(~np.isnan(_measures(total)))
    weights = resample_weights(len(counts), resamples, seed)
    found = intervals(lambda drawn: _measures(drawn)[..., defined], counts, weights, confidence)
    measures: dict[str, Interval | None] = dict.fromkeys(MEASURES)
    measures.update(zip((MEASURES[number] for number in defined), found, strict=True))
    return GroupScores(group, len(counts), AttributionCounts(*map(int, total)), measures)


def _table(counted: Iterable[AttributionCounts]) -> Counts:
    """(articles, counters)."""
    return np.array([list(vars(one).values()) for one in counted], dtype=np.float64)


def _measures(counts: Counts) -> Counts:
    """(…, counters) → (…, measures); NaN where there is nothing to measure."""
    parts = [_COLUMN[part] for part, _ in RATIOS.values()]
    wholes = [_COLUMN[whole] for _, whole in RATIOS.values()]
    ratios = _ratio(counts[..., parts], counts[..., wholes])
    names = list(RATIOS)
    precision, recall = ratios[..., names.index("precision")], ratios[..., names.index("recall")]
    # where all is missed precision is undefined, where all is made up recall is: F1 is 0 in both cases
    product, both = np.nan_to_num(2 * precision * recall), np.nan_to_num(precision) + np.nan_to_num(recall)
    harmonic = np.where(np.isnan(precision) & np.isnan(recall), np.nan, np.nan_to_num(_ratio(product, both)))
    return np.concatenate([ratios, harmonic[..., None]], axis=-1)


def _ratio(part: Counts, whole: Counts) -> Counts:
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)
