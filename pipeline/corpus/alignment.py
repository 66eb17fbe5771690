"""The pipeline's own sentences against the gold ones, by offsets."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import Span


@dataclass(frozen=True)
class Hits:
    """How many of the things looked for were found. Add the hits of articles before you divide."""

    correct: int
    predicted: int
    gold: int

    def __add__(self, other: "Hits") -> "Hits":
        return Hits(self.correct + other.correct, self.predicted + other.predicted, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """Correct among predicted; 0 where nothing was predicted."""
        return self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Correct among gold; 0 where there was nothing to find."""
        return self.correct / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.correct / (self.predicted + self.gold) if self.predicted + self.gold else 0.0


@dataclass(frozen=True)
class BoundaryScores:
    """``boundaries``: ends of sentences. ``sentences``: whole ones, right at both ends."""

    boundaries: Hits
    sentences: Hits

    def __add__(self, other: "BoundaryScores") -> "BoundaryScores":
        return BoundaryScores(self.boundaries + other.boundaries, self.sentences + other.sentences)


def align(gold: Sequence[Span], predicted: Sequence[Span]) -> tuple[int | None, ...]:
    """For each predicted sentence the index of the gold one that it overlaps most, the first of equals.

    None where that overlap covers less than half of the predicted sentence. Both must be in order and free of
    overlaps among themselves; raises ``ValueError`` otherwise. Linear in both.
    """
    _check_order(gold, "gold")
    _check_order(predicted, "predicted")
    aligned: list[int | None] = []
    first = 0
    for span in predicted:
        while first < len(gold) and gold[first].end <= span.start:
            first += 1
        best, covered = None, 0
        index = first
        while index < len(gold) and gold[index].start < span.end:
            overlap = gold[index].overlap(span)
            if overlap > covered:
                best, covered = index, overlap
            index += 1
        aligned.append(best if 2 * covered >= span.end - span.start else None)
    return tuple(aligned)


def _check_order(spans: Sequence[Span], which: str) -> None:
    position = 0
    for index, span in enumerate(spans):
        if span.start < position or span.end < span.start:
            raise ValueError(
                f"{which} sentence {index} ({span.start}–{span.end}) overlaps or precedes the one before"
            )
        position = span.end


def boundary_scores(gold: Sequence[Span], predicted: Sequence[Span], text: str | None = None) -> BoundaryScores:
    """Precision, recall and F1 of sentence ends and of whole sentences in one article.

    With the article's ``text``, blanks at the edges of spans are left out of account, and spans of nothing else
    are dropped. The end of the text counts as a boundary like any other.
    """
    true, found = (set(_trimmed(spans, text)) for spans in (gold, predicted))
    true_ends, found_ends = ({span.end for span in spans} for spans in (true, found))
    return BoundaryScores(
        boundaries=Hits(len(true_ends & found_ends), len(found_ends), len(true_ends)),
        sentences=Hits(len(true & found), len(found), len(true)),
    )


def _trimmed(spans: Sequence[Span], text: str | None) -> Sequence[Span]:
    if text is None:
        return spans
    trimmed = []
    for span in spans:
        content = span.of(text)
        start = span.start + len(content) - len(content.lstrip())
        trimmed.append(Span(start, start + len(content.strip())))
    return [span for span in trimmed if span.end > span.start]
