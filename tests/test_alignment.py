"""Predicted sentences against gold ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus.alignment import BoundaryScores, Hits, align, boundary_scores
from pipeline.records import Span


def spans(*bounds: tuple[int, int]) -> list[Span]:
    return [Span(start, end) for start, end in bounds]


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        (spans((0, 10), (11, 30), (31, 40)), (0, 1, 2)),
        (spans((0, 30), (31, 40)), (1, 2)),  # two sentences taken for one: the longer
        (spans((0, 10), (11, 20), (21, 30)), (0, 1, 1)),  # one taken for two
        (spans((0, 3), (3, 10)), (0, 0)),
        (spans((8, 12)), (0,)),  # half covered, 2 of 4
        (spans((38, 43)), (None,)),  # 2 of 5
        (spans((50, 60)), (None,)),
        (spans(), ()),
    ],
)
def test_each_goes_to_the_gold_sentence_it_overlaps_most(predicted: list[Span], expected: tuple[int | None, ...]):
    assert align(spans((0, 10), (11, 30), (31, 40)), predicted) == expected


def test_the_first_of_equals_wins_and_an_empty_span_is_aligned_to_nothing():
    assert align(spans((0, 5), (5, 10)), spans((0, 10))) == (0,)
    assert align(spans((0, 5)), spans((2, 2))) == (None,)


def test_spans_out_of_order_are_refused():
    with pytest.raises(ValueError, match="gold sentence 1"):
        align(spans((5, 9), (0, 4)), spans())
    with pytest.raises(ValueError, match="predicted sentence 1"):
        align(spans(), spans((0, 4), (3, 9)))


ORDERED = st.lists(st.integers(0, 80), max_size=24, unique=True).map(
    lambda cuts: [Span(*pair) for pair in zip(*[iter(sorted(cuts))] * 2, strict=False)]
)


@given(ORDERED, ORDERED)
def test_the_sweep_agrees_with_the_definition(gold: list[Span], predicted: list[Span]):
    for span, index in zip(predicted, align(gold, predicted), strict=True):
        overlaps = [other.overlap(span) for other in gold]
        best = max(overlaps, default=0)
        enough = best > 0 and 2 * best >= span.end - span.start
        assert index == (overlaps.index(best) if enough else None)


def test_boundaries_and_whole_sentences_are_scored():
    scores = boundary_scores(spans((0, 10), (11, 20), (21, 30)), spans((0, 10), (11, 30)))
    assert scores.boundaries == Hits(correct=2, predicted=2, gold=3)
    assert scores.sentences == Hits(correct=1, predicted=2, gold=3)
    assert scores.boundaries.precision == 1
    assert scores.boundaries.recall == pytest.approx(2 / 3)
    assert scores.sentences.f1 == pytest.approx(0.4)


def test_blanks_at_the_edges_do_not_count_when_the_text_is_given():
    text = "One ran.  Two ran. "
    gold, predicted = spans((0, 8), (10, 18)), spans((0, 10), (10, 19))
    assert boundary_scores(gold, predicted, text).sentences == Hits(2, 2, 2)
    assert boundary_scores(gold, predicted).sentences == Hits(0, 2, 2)
    assert boundary_scores(gold, [*predicted, Span(18, 19)], text).sentences == Hits(2, 2, 2)


def test_hits_of_articles_add_up_and_nothing_divides_by_nothing():
    total = boundary_scores(spans((0, 4)), spans((0, 4))) + BoundaryScores(Hits(0, 0, 3), Hits(0, 0, 3))
    assert total.sentences == Hits(1, 1, 4)
    assert (Hits(0, 0, 0).precision, Hits(0, 0, 0).recall, Hits(0, 0, 0).f1) == (0, 0, 0)
