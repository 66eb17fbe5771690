"""Child processes under the clock: CPU seconds of the whole family, and the memory it holds at most."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline import ROOT
from tests.bench.scoring.clock import Seconds

_LOOK = 0.02  # seconds between looks whether a child has ended: what its wall time may be too long by
_LOOKS_A_SAMPLE = 10
_TICKS = os.sysconf("SC_CLK_TCK")
# Places in /proc/<pid>/stat after the name of the program, which may hold anything (man 5 proc).
_PARENT, _USER, _SYSTEM = 1, 11, 12


class ChildFailed(RuntimeError):
    """A child process that did not end well; the message ends with what it said."""


@dataclass(frozen=True)
class Child:
    """What a child process and all below it took. Bytes at their highest: ``peak`` counts a page that processes
    share once (proportional set size), ``resident`` once for each of them."""

    seconds: Seconds
    peak: int
    resident: int


class Family:
    """A process and its descendants, sampled: workers that nobody waits for appear in no other account."""

    def __init__(self, root: int) -> None:
        self.root = root
        self.peak = self.resident = 0
        self._cpu: dict[int, float] = {}

    @property
    def cpu(self) -> float:
        """CPU seconds of every process as last seen: what it took after its last sample is missing."""
        return sum(self._cpu.values())

    def sample(self) -> None:
        """Look at all processes that are there now."""
        seen = {process: fields for process, fields in _processes() if fields}
        family, grown = {self.root}, True
        while grown:
            children = {one for one, fields in seen.items() if int(fields[_PARENT]) in family} - family
            family |= children
            grown = bool(children)
        found = [process for process in family if process in seen]
        for one in found:
            self._cpu[one] = (int(seen[one][_USER]) + int(seen[one][_SYSTEM])) / _TICKS
        memory = [_memory(one) for one in found]
        self.peak = max(self.peak, sum(shared for shared, _ in memory))
        self.resident = max(self.resident, sum(resident for _, resident in memory))


def score_command(path: Path, out: Path, bundle: Path, workers: int | None) -> list[str]:
    """The command line of ``asylum-stance score``; ``workers`` None leaves the number to it."""
    chosen = [] if workers is None else ["--workers", str(workers)]
    return [
        *(sys.executable, "-m", "pipeline.cli", "score", str(path)),
        *("--out", str(out), "--bundle", str(bundle), *chosen),
    ]


def environment() -> Mapping[str, str]:
    """One thread for each process; workers are what runs side by side."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}


def run(command: Sequence[str]) -> Child:
    """Run a command in the root of the repository to its end. Raises ``ChildFailed``."""
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=said, stderr=subprocess.STDOUT)
        family = Family(process.pid)
        try:
            status, own = _watched(process, family)
        except BaseException:
            process.kill()
            process.wait()
            raise
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            words = said.read().decode("utf-8", errors="replace")[-800:]
            raise ChildFailed(f"{' '.join(command)}: exit code {process.returncode}; it said: {words}")
    return Child(Seconds(max(own, family.cpu), wall), family.peak, family.resident)


def _watched(process: subprocess.Popen, family: Family) -> tuple[int, float]:
    """Wait for a process, its family sampled meanwhile. The status that it ended with, and CPU seconds of itself
    and of those that it waited for."""
    looks = 0
    while True:
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if ended:
            return status, usage.ru_utime + usage.ru_stime
        if looks % _LOOKS_A_SAMPLE == 0:
            family.sample()
        looks += 1
        time.sleep(_LOOK)


def _processes() -> Iterator[tuple[int, list[str]]]:
    """Every process with the fields of its status after its name; none where it is gone."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                yield int(entry.name), (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()


def _memory(process: int) -> tuple[int, int]:
    """Bytes of a process, shared pages in proportion, and all that are resident; nothing where it is gone."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
        sizes = {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines)}
        return sizes["Pss"], sizes["Rss"]
    return 0, 0
