"""How well sentences and speakers are found in held-out articles: the chosen system beside the plain baseline,
with intervals over articles, and by genre, attribution kind and quotation style."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.config import EvaluateParams
from pipeline.corpus.alignment import BoundaryScores, Hits, boundary_scores
from pipeline.evaluation.bootstrap import interval, paired_difference, resample_weights
from pipeline.evaluation.speakers import SpeakerScores, sentence_scores, speaker_scores
from pipeline.records import Document, LabelledArticle

MEASURES = ("accuracy", "precision", "recall", "silence", "party_accuracy", "kind_accuracy")
NARRATION = "narration"
_STYLES = {"“": "double curly", '"': "double straight", "‘": "single curly", "'": "single straight"}
_OPENING_STRAIGHT = re.compile(r"(?<!\S)'")


@dataclass(frozen=True)
class ReadArticle:
    """A labelled article as the pipeline reads it: ``attributed`` by its gold sentences, ``raw`` by its own,
    ``bare`` from text and date alone, and by the plain ``baseline`` (gold sentences)."""

    labelled: LabelledArticle
    attributed: Document
    raw: Document
    bare: Document
    baseline: Document


def speaker_figures(read: Sequence[ReadArticle], params: EvaluateParams, seed: int) -> dict[str, object]:
    """Shares from 0 to 1, accuracies with intervals, all rounded to four places.

    ``chosen`` and ``baseline`` with gold sentences, ``raw`` and ``bare`` with the pipeline's own; ``gain`` is the
    paired difference of accuracies, chosen minus baseline.
    """
    conditions: dict[str, Callable[[ReadArticle], Document]] = {
        "chosen": lambda one: one.attributed,
        "baseline": lambda one: one.baseline,
        "raw": lambda one: one.raw,
        "bare": lambda one: one.bare,
    }
    scores = {name: [speaker_scores(one.labelled, of(one)) for one in read] for name, of in conditions.items()}
    weights = resample_weights(len(read), params.resamples, seed)
    figures: dict[str, object] = {"articles": len(read), "sentences": _total(scores["chosen"]).sentences}
    figures |= _boundaries(read)
    for name, found in scores.items():
        total = _total(found)
        figures[name] = {measure: round(getattr(total, measure), 4) for measure in MEASURES} | {
            "accuracy_interval": _rounded(interval(_accuracy, _counts(found), weights, params.confidence))
        }
    gain = paired_difference(
        _accuracy, _counts(scores["baseline"]), _counts(scores["chosen"]), weights, params.confidence
    )
    figures["gain"] = {"accuracy": round(gain.value, 4), "accuracy_interval": _rounded(gain)}
    figures["by_genre"] = _slices(read, lambda one, index: one.labelled.article.genre)
    figures["by_attribution"] = _slices(read, _attribution)
    figures["by_quotation_marks"] = _slices(read, lambda one, index: _style(one.labelled.article.text))
    return figures


def _total(scores: Iterable[SpeakerScores]) -> SpeakerScores:
    return sum(scores, SpeakerScores())


def _counts(scores: Sequence[SpeakerScores]) -> np.ndarray:
    """Right sentences and all sentences by article: (articles, 2)."""
    return np.array([[one.right + one.silent - one.false, one.sentences] for one in scores], dtype=np.float64)


def _accuracy(counts: np.ndarray) -> np.ndarray:
    return counts[..., 0] / np.maximum(counts[..., 1], 1)


def _rounded(found: object) -> list[float | None]:
    return [None if bound is None else round(bound, 4) for bound in (found.low, found.high)]


def _boundaries(read: Sequence[ReadArticle]) -> dict[str, float]:
    nothing = Hits(0, 0, 0)
    total = BoundaryScores(nothing, nothing)
    for one in read:
        gold = [sentence.sentence.span for sentence in one.labelled.sentences]
        total += boundary_scores(
            gold, [sentence.span for sentence in one.raw.sentences], one.labelled.article.text
        )
    return {"sentence_f1": round(total.sentences.f1, 4), "boundary_f1": round(total.boundaries.f1, 4)}


def _slices(
    read: Sequence[ReadArticle], name_of: Callable[[ReadArticle, int], str]
) -> dict[str, dict[str, float]]:
    """Accuracy and number of the sentences that share a name, larger slices first (gold sentences)."""
    totals: dict[str, SpeakerScores] = {}
    for one in read:
        for index, scores in enumerate(sentence_scores(one.labelled, one.attributed)):
            name = name_of(one, index)
            totals[name] = totals.get(name, SpeakerScores()) + scores
    counted = {name: total for name, total in totals.items() if total.sentences}
    return {
        name: {"accuracy": round(total.accuracy, 4), "sentences": total.sentences}
        for name, total in sorted(counted.items(), key=lambda item: -item[1].sentences)
    }


def _attribution(one: ReadArticle, index: int) -> str:
    found = one.attributed.attribution(index)
    return found.kind if found and found.kind != "none" else NARRATION


def _style(text: str) -> str:
    """The quotation mark that a text uses most; apostrophes are not counted as marks."""
    counts = {
        "“": text.count("“"),
        '"': text.count('"') / 2,
        "‘": text.count("‘"),
        "'": len(_OPENING_STRAIGHT.findall(text)),
    }
    mark = max(counts, key=counts.__getitem__)
    return _STYLES[mark] if counts[mark] else "none"
