"""Which predicted attribution finds which gold one, by the characters of their contents.

White space does not count, so that it does not matter who owns the blank between two sentences. All work is done
in offsets that count visible characters only.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.records import Attribution, Span

# Contents as disjoint spans in order, in offsets of visible characters.
Pieces = list[Span]


@dataclass(frozen=True)
class Matching:
    """How the units of one article pair up.

    ``finder[g]`` is the index of the predicted unit that finds gold unit ``g``, or None. ``inside[p]`` says
    whether at least half of the characters of predicted unit ``p`` lie in the content of any gold unit.
    """

    finder: tuple[int | None, ...]
    inside: tuple[bool, ...]


def match_units(text: str, gold: Sequence[Attribution], predicted: Sequence[Attribution]) -> Matching:
    """Pair the units of one article; neither result hangs on the order in which units are given.

    A predicted unit can find a gold unit when it covers at least half of its characters. Of several, the one
    whose content fits best finds it (Dice's coefficient: shared characters over the mean length of both): where
    one report lies in another, both predictions may cover the inner unit, and the closer one is meant. Ties go to
    the one that stands first in the text. One predicted unit may find many gold units.

    Takes O(n log n + pairs of overlapping spans) for n spans.
    """
    visible = list(accumulate((not character.isspace() for character in text), initial=0))
    wanted = [_pieces(one.content, visible) for one in gold]
    offered = [_pieces(one.content, visible) for one in predicted]
    order = sorted(range(len(offered)), key=lambda p: (offered[p], _details(predicted[p])))
    rank = {p: place for place, p in enumerate(order)}
    best: dict[int, tuple[float, int, int]] = {}
    for (g, p), shared in shared_characters(wanted, offered).items():
        if 2 * shared >= _size(wanted[g]):
            fit = shared / (_size(wanted[g]) + _size(offered[p]))
            best[g] = max(best.get(g, (0.0, 0, 0)), (fit, -rank[p], p))
    everything = _merged(span for pieces in wanted for span in pieces)
    covered = shared_characters([everything], offered)
    return Matching(
        tuple(best[g][2] if g in best else None for g in range(len(gold))),
        tuple(0 < _size(pieces) <= 2 * covered.get((0, p), 0) for p, pieces in enumerate(offered)),
    )


def shared_characters(left: Sequence[Pieces], right: Sequence[Pieces]) -> dict[tuple[int, int], int]:
    """Characters that unit ``l`` of ``left`` and ``r`` of ``right`` share, for the pairs that share any.

    A sweep over the starts and ends of all pieces, which looks at each pair of overlapping pieces once.
    """
    bounds = []
    for side, units in enumerate((left, right)):
        for unit, pieces in enumerate(units):
            for piece in pieces:
                # at one offset ends (0) come before starts (1): spans are half-open
                bounds += [(piece.start, 1, side, unit, piece.end), (piece.end, 0, side, unit, piece.end)]
    shared: dict[tuple[int, int], int] = defaultdict(int)
    running: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for at, starts, side, unit, end in sorted(bounds):
        if not starts:
            del running[side][unit]
            continue
        for other, other_end in running[1 - side].items():
            shared[(other, unit) if side else (unit, other)] += min(end, other_end) - at
        running[side][unit] = end
    return shared


def _pieces(content: Iterable[Span], visible: Sequence[int]) -> Pieces:
    return _merged(Span(visible[span.start], visible[span.end]) for span in content)


def _merged(spans: Iterable[Span]) -> Pieces:
    """Disjoint spans that do not touch, in order, over the same characters."""
    merged: Pieces = []
    for span in sorted(span for span in spans if span.start < span.end):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _size(pieces: Pieces) -> int:
    return sum(piece.end - piece.start for piece in pieces)


def _details(one: Attribution) -> tuple[object, ...]:
    """What orders units of the same content; a missing span comes last."""
    last = Span(2**62, 2**62)
    return (one.source or last, one.cue or last, one.kind, one.voice.speaker, one.voice.party, one.voice.kind)
