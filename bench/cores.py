"""How much of a core a process takes, which holds also while others use the machine."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Cores:
    """Seconds of core time while something ran, by who took them; and how long it took."""

    seconds: dict[str, float] = field(default_factory=dict)
    taken: float = 0.0

    def share(self, who: str) -> float:
        """Percent of one core."""
        return 100 * self.seconds[who] / self.taken


@contextmanager
def watched(**processes: int) -> Iterator[Cores]:
    """Core time of processes (with their children) and of this one (`generator`) meanwhile."""
    cores, began = Cores(), time.perf_counter()
    before = {who: _of_tree(pid) for who, pid in processes.items()}
    own = time.process_time()
    yield cores
    cores.taken = time.perf_counter() - began
    cores.seconds = {who: _of_tree(pid) - before[who] for who, pid in processes.items()}
    cores.seconds["generator"] = time.process_time() - own


def share_of(pid: int, seconds: float) -> float:
    """Percent of one core that a process takes in so many seconds, finer than by ticks."""
    began, before = time.perf_counter(), _of_threads(pid)
    time.sleep(seconds)
    return 100 * (_of_threads(pid) - before) / (time.perf_counter() - began)


def _of_threads(pid: int) -> float:
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in threads) / 1e9


def _of_tree(pid: int) -> float:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    return _of(pid) + sum(_of_tree(int(child)) for child in found.stdout.split())


def _of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0  # It ended meanwhile.
    return (int(fields[11]) + int(fields[12])) / _TICKS
