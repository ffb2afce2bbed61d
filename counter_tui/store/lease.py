"""Who has the store open: a lock beside the file, shared by all that use it.

Changing the key needs the store to itself, and SQLite's own locks let idle readers be. The lock
ends with the process that holds it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from counter_tui.store.errors import Busy, InUse


def shared(store: Path) -> int:
    """Say that this process uses the store; answers what `let_go` takes. Raises Busy."""
    handle = _handle(store)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Busy from None
    return handle


def let_go(handle: int) -> None:
    """This process does not use the store any more."""
    os.close(handle)


@contextmanager
def alone(store: Path) -> Iterator[None]:
    """Have the store to oneself. Raises InUse while anybody has it open."""
    handle = _handle(store)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse from None
        yield
    finally:
        os.close(handle)


def _handle(store: Path) -> int:
    path = store.with_name(store.name + ".lock")
    return os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
