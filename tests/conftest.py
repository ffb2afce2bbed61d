"""What holds for every test."""

import ctypes
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from counter_tui.address.book import AddressBook
from tests.devices.pcscd import process_socket

_SET_CHILD_SUBREAPER = 36
_PATIENCE_SECONDS = 10.0


def pytest_configure() -> None:
    # The first test that asks for any card would otherwise fix the machine's socket for all.
    process_socket()
    # Whatever loses its parent is ours from then on, so that it can be found at the end.
    assert ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def children() -> dict[int, str]:
    """The command lines of the processes that run below this one, by their numbers."""
    found: dict[int, str] = {}
    for about in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            said = (about / "stat").read_text("utf-8", "replace").rpartition(") ")[2]
            state, parent = said.split()[:2]
            if int(parent) == os.getpid() and state != "Z":
                words = (about / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(about.name)] = words.decode("utf-8", "replace").strip()
    return found


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of the tests, the same for all who run them at once."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextmanager
def made_once(path: Path) -> Iterator[bool]:
    """Whether `path` is still to be made; whoever else asks waits until it was."""
    with path.with_name(path.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not path.exists()


@pytest.fixture(scope="session")
def divisions(shared_folder: Path) -> Path:
    """The index of divisions, which every station's first terminal makes for seconds."""
    path = shared_folder / "divisions.tsv"
    with made_once(path) as wanted:
        if wanted:
            AddressBook.open(path).close()
    return path


@pytest.fixture(scope="session", autouse=True)
def nobody_stays() -> Iterator[None]:
    """No process that a test started runs on when all are done."""
    before = children()
    yield
    ends = time.monotonic() + _PATIENCE_SECONDS
    while left := {pid: line for pid, line in children().items() if pid not in before}:
        if time.monotonic() > ends:
            break
        time.sleep(0.1)
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert not left, f"tests left these processes behind: {sorted(left.values())}"
