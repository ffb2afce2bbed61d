"""From starting a program to its first frame, on a pty."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bytes.pty_app import PtyApp

BARE = ("-m", "bench.bare_form")
RUN = ("-m", "counter_tui", "run")
"""The program as a station starts it."""


@contextmanager
def station() -> Iterator[dict[str, str]]:
    """A home with one clerk, as variables for the program."""
    with tempfile.TemporaryDirectory() as home:
        clerks = Path(home) / "clerks"
        clerks.mkdir()
        (clerks / "C0001.json").write_text('{"id": "C0001", "name": "样本警员"}', "utf-8")
        yield {"COUNTER_HOME": home}


def to_text(start: Callable[[], PtyApp], text: str) -> float:
    """Milliseconds until a program has sent `text`."""
    with start() as app:
        received = b""
        while text.encode() not in received:
            assert time.monotonic() < app.started + 60 and app.process.poll() is None, received
            received += app.read(0.002, 0.002)
        return (time.monotonic() - app.started) * 1000


def by_turns(starts: int, before: Sequence[str] = ()) -> tuple[float, float]:
    """Medians of our first frame and of the bare form's; both meet the same machine."""
    ours, bare = [], []
    with station() as variables:
        for _ in range(starts):
            bare.append(to_text(lambda: PtyApp([*before, *BARE]), "Accept"))
            ours.append(to_text(lambda: PtyApp([*before, *RUN], variables=variables), "PIN"))
    return statistics.median(ours), statistics.median(bare)
