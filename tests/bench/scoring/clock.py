"""Contenders that run in turn, A B A B …, so that what else the machine does meets them all alike."""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import torch
from threadpoolctl import threadpool_limits


@dataclass(frozen=True)
class Seconds:
    """What one run took: ``cpu`` of all its threads and, for a child, its processes; ``wall`` by the clock."""

    cpu: float
    wall: float


Turn = Callable[[], Seconds]
Rounds = Mapping[str, Sequence[Seconds]]
"""Name of a contender → what each of its runs took, in the order of the rounds."""


def timed(work: Callable[[], object]) -> Turn:
    """A turn that runs ``work`` in this process."""

    def turn() -> Seconds:
        gc.collect()
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        return Seconds(time.process_time() - cpu, time.perf_counter() - wall)

    return turn


def interleaved(turns: Mapping[str, Turn], rounds: int, warm: bool = True) -> Rounds:
    """Every contender once a round. With ``warm`` a first round is not counted: it loads, compiles and fills
    caches."""
    found: dict[str, list[Seconds]] = {name: [] for name in turns}
    for number in range(rounds + warm):
        for name, turn in turns.items():
            seconds = turn()
            if number >= warm:
                found[name].append(seconds)
    return found


def usual(runs: Sequence[Seconds]) -> Seconds:
    """The median run, of CPU and of clock each for itself."""
    return Seconds(median(one.cpu for one in runs), median(one.wall for one in runs))


def times_faster(rounds: Rounds, name: str, than: str) -> float:
    """CPU seconds of ``than`` over those of ``name``: the median of the ratios of each round, which a machine that
    slows down for a while moves less than the ratio of medians."""
    pairs = zip(rounds[than], rounds[name], strict=True)
    return median(slow.cpu / max(fast.cpu, 1e-9) for slow, fast in pairs)


def one_thread() -> None:
    """Keep PyTorch, OpenMP and BLAS of this process to one thread. Not to one core: the child processes that are
    measured too would have to share it."""
    torch.set_num_threads(1)
    threadpool_limits(1)
