"""Batches: nothing is lost, the budget holds with padding, and rows find their sentences."""

import numpy as np
import pytest
import torch

from pipeline.learners.transformer.batches import PARTS, batches, lessons
from pipeline.learners.transformer.windows import Window

PAD = 99


def window(document, first, lengths):
    """A window whose sentences, from number ``first`` on, have these lengths; between them a separator."""
    ids, slots = [1, 2], [-1, -1]
    for slot, length in enumerate(lengths, start=first):
        ids += [10 + slot] * length + [3]
        slots += [slot] * length + [-1]
    return Window(np.array(ids), np.array(slots), document)


def some(count, seed=1):
    random = np.random.default_rng(seed)
    return [window(number, 0, random.integers(1, 30, size=3)) for number in range(count)]


@pytest.mark.parametrize("count", [1, 7, 300])
def test_every_sentence_comes_exactly_once(count):
    units = np.concatenate([batch.units for batch in batches(some(count), 256, PAD)])
    assert sorted(map(tuple, units)) == [(number, slot) for number in range(count) for slot in range(3)]


def test_the_budget_counts_padding():
    for batch in batches(some(100), 256, PAD):
        assert batch.ids.numel() <= 256


def test_a_window_above_the_budget_gets_a_batch_of_its_own():
    made = batches([window(0, 0, [50]), window(1, 0, [50])], 10, PAD)
    assert [batch.ids.shape for batch in made] == [(1, 53), (1, 53)]


def test_rows_point_at_the_tokens_of_their_sentence():
    made = batches([window(4, 7, [3, 1]), window(2, 0, [2, 2, 2])], 1000, PAD)
    (batch,) = made
    assert batch.units.tolist() == [[4, 7], [4, 8], [2, 0], [2, 1], [2, 2]]
    for row, (_, slot) in enumerate(batch.units):
        assert set(batch.ids[batch.slots == row].tolist()) == {10 + slot}
    assert (batch.slots == -1).sum() == batch.slots.numel() - 10


def test_padding_is_masked_and_belongs_to_no_sentence():
    (batch,) = batches([window(0, 0, [1]), window(1, 0, [9])], 1000, PAD)
    padding = batch.ids == PAD
    assert padding.sum() == 8
    assert torch.equal(batch.mask == 0, padding)
    assert (batch.slots[padding] == -1).all()
    assert {batch.ids.dtype, batch.mask.dtype, batch.slots.dtype} == {torch.int64}


def test_like_lengths_go_together():
    """Without grouping, padding would be near half of all tokens here."""
    windows = [window(number, 0, [5 if number % 2 else 60]) for number in range(64)]
    made = batches(windows, 512, PAD)
    assert sum(int((batch.mask == 0).sum()) for batch in made) <= 56  # at most one mixed batch


def articles(count, seed=1):
    """Three windows an article, in order."""
    random = np.random.default_rng(seed)
    return [window(n, 2 * part, random.integers(1, 30, size=2)) for n in range(count) for part in range(3)]


def planned(windows, budget, seed=1):
    return lessons(windows, budget, PAD, np.random.default_rng(seed))


def test_a_lesson_holds_whole_articles_and_all_come_once():
    made = [np.concatenate([part.units for part in parts]).tolist() for parts in planned(articles(20), 300)]
    whole = [sorted({document for document, _ in units}) for units in made]
    assert sorted(document for documents in whole for document in documents) == list(range(20))
    for documents, units in zip(whole, made, strict=True):
        assert sorted(map(tuple, units)) == [(document, slot) for document in documents for slot in range(6)]


def test_a_lesson_keeps_to_the_budget_unless_one_article_is_longer():
    windows = articles(20)
    lengths = [sum(len(one.ids) for one in windows if one.document == n) for n in range(20)]
    for parts in planned(windows, 300):
        inside = {document for part in parts for document, _ in part.units.tolist()}
        assert len(inside) == 1 or sum(lengths[n] for n in inside) <= 300
    assert max(len({d for part in parts for d, _ in part.units.tolist()}) for parts in planned(windows, 300)) > 1
    assert len(planned(windows, 10)) == 20


def test_the_windows_of_a_lesson_are_dealt_to_parts_of_like_size():
    (parts,) = planned(articles(4), 100_000)
    assert [len(part.ids) for part in parts] == [6, 6]
    (single,) = planned([window(0, 0, [5])], 100)
    assert len(single) == 1 < PARTS


def test_lessons_follow_the_seed_and_are_shuffled():
    def drawn(seed):
        return [[part.units.tolist() for part in parts] for parts in planned(articles(20), 300, seed)]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_no_windows_give_no_batches():
    assert batches([], 256, PAD) == []
    assert planned([], 256) == []
