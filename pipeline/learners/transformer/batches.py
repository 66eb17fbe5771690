"""Windows → batches of one token budget, grouped by length so that little is padding."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pipeline.learners.transformer.windows import Window

NEIGHBOURHOOD = 256  # windows among which like lengths are sought while training; more would undo the shuffling


@dataclass(frozen=True)
class Batch:
    """``ids``, ``mask``, ``slots``: (windows, tokens), int64. ``units[r]`` is (document, sentence) of row r."""

    ids: Tensor
    mask: Tensor
    slots: Tensor
    units: np.ndarray


def batches(
    windows: Sequence[Window], budget: int, pad: int, random: np.random.Generator | None = None
) -> list[Batch]:
    """Batches of at most ``budget`` tokens, padding counted. ``random`` shuffles windows and batches."""
    order = np.arange(len(windows)) if random is None else random.permutation(len(windows))
    step = len(windows) if random is None else NEIGHBOURHOOD
    groups: list[list[Window]] = []
    for start in range(0, len(windows), max(1, step)):
        near = sorted((windows[i] for i in order[start : start + step]), key=lambda w: len(w.ids))
        groups.extend(_fill(near, budget))
    if random is not None:
        groups = [groups[i] for i in random.permutation(len(groups))]
    return [_pad(group, pad) for group in groups]


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
