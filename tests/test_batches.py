"""Batches: nothing is lost, the budget holds with padding, and rows find their sentences."""

import numpy as np
import pytest
import torch

from pipeline.learners.transformer.batches import NEIGHBOURHOOD, batches
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


@pytest.mark.parametrize("random", [None, np.random.default_rng(2)])
@pytest.mark.parametrize("count", [1, 7, NEIGHBOURHOOD + 5])
def test_every_sentence_comes_exactly_once(count, random):
    units = np.concatenate([batch.units for batch in batches(some(count), 256, PAD, random)])
    assert sorted(map(tuple, units)) == [(number, slot) for number in range(count) for slot in range(3)]


@pytest.mark.parametrize("random", [None, np.random.default_rng(2)])
def test_the_budget_counts_padding(random):
    for batch in batches(some(100), 256, PAD, random):
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


def test_shuffling_follows_the_seed_and_shuffles():
    def drawn(seed):
        return [batch.units.tolist() for batch in batches(some(80), 256, PAD, np.random.default_rng(seed))]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert [batch.units.tolist() for batch in batches(some(80), 256, PAD)] != drawn(1)


def test_no_windows_give_no_batches():
    assert batches([], 256, PAD) == []
    assert batches([], 256, PAD, np.random.default_rng(1)) == []
