"""Windows → batches of one token budget: for reading, of like lengths, so that little is padding; for learning,
of whole articles, whose sentences look at each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from torch import Tensor

from pipeline.learners.transformer.windows import Window

PARTS = 2  # of the windows of a lesson, which as many threads read side by side; more would be too small to gain


@dataclass(frozen=True)
class Batch:
    """``ids``, ``mask``, ``slots``: (windows, tokens), int64. ``units[r]`` is (document, sentence) of row r."""

    ids: Tensor
    mask: Tensor
    slots: Tensor
    units: np.ndarray


def batches(windows: Sequence[Window], budget: int, pad: int) -> list[Batch]:
    """Batches of at most ``budget`` tokens, padding counted; a longer window is one of its own."""
    return [_pad(group, pad) for group in _fill(sorted(windows, key=lambda window: len(window.ids)), budget)]


def lessons(
    windows: Sequence[Window], budget: int, pad: int, random: np.random.Generator
) -> list[tuple[Batch, ...]]:
    """What each step of training reads, in random order: whole articles, as many as fit into ``budget`` tokens and
    at least one, their windows dealt to ``PARTS`` batches."""
    articles = [list(group) for _, group in groupby(windows, key=lambda window: window.document)]
    groups: list[list[Window]] = []
    size = 0
    for place in random.permutation(len(articles)):
        length = sum(len(window.ids) for window in articles[place])
        if groups and size + length <= budget:
            groups[-1] += articles[place]
            size += length
        else:
            groups.append(list(articles[place]))
            size = length
    return [tuple(_pad(group[part::PARTS], pad) for part in range(min(PARTS, len(group)))) for group in groups]


def _fill(windows: Sequence[Window], budget: int) -> list[list[Window]]:
    """Windows must come in growing length: the last one of a group sets its width."""
    groups: list[list[Window]] = []
    for window in windows:
        if groups and len(window.ids) * (len(groups[-1]) + 1) <= budget:
            groups[-1].append(window)
        else:
            groups.append([window])
    return groups


def _pad(windows: Sequence[Window], pad: int) -> Batch:
    width = max(len(window.ids) for window in windows)
    ids = np.full((len(windows), width), pad, dtype=np.int64)
    mask = np.zeros_like(ids)
    slots = np.full_like(ids, -1)
    units: list[tuple[int, int]] = []
    for row, window in enumerate(windows):
        length = len(window.ids)
        ids[row, :length], mask[row, :length] = window.ids, 1
        inside = window.slots >= 0
        numbers = window.slots[inside]
        slots[row, :length][inside] = numbers - numbers.min() + len(units)
        units += [(window.document, sentence) for sentence in range(numbers.min(), numbers.max() + 1)]
    return Batch(torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(slots), np.array(units))
