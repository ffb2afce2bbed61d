"""Room given back when the disk is full, so that the present case can be finished."""

import os
from pathlib import Path
from typing import Final

BYTES: Final = 16 * 1024 * 1024
_ROOM_TO_REFILL: Final = 4 * BYTES


def lay(home: Path, size: int = BYTES) -> bool:
    """Put the ballast in place when there is room for it. True when it stands."""
    path = home / "ballast"
    if path.exists() and path.stat().st_size == size:
        return True
    free = os.statvfs(home)
    if free.f_bavail * free.f_frsize < _ROOM_TO_REFILL:
        return False
    handle = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        os.posix_fallocate(handle, 0, size)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def give_back(home: Path) -> bool:
    """Free the ballast. False when it was gone already."""
    try:
        (home / "ballast").unlink()
    except FileNotFoundError:
        return False
    return True
