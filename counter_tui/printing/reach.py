"""Whether a printer can be reached, without printing anything: for the doctor."""

import os
import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final

from counter_tui.printing.fonts import chinese_font
from counter_tui.printing.target import Target

_SECONDS: Final = 1.5


def trouble_at(to: Target) -> str:
    """What stands in the way: a key of `printer.TROUBLES`, or empty."""
    if to.way in ("pdf", "cups") and chinese_font() is None:
        return "no-font"
    match to.way:
        case "text" | "pdf":
            return _folder(Path(to.where))
        case "cups":
            return _queue(to.where)
        case "file" | "serial":
            path = Path(to.where)
            if not path.exists():
                return "absent"
            return "" if os.access(path, os.W_OK) else "denied"
        case "usb":
            return _usb(to.where)
        case _:
            return _network(to.where)


def _folder(path: Path) -> str:
    # It is made when the first paper comes; what must be there is the right to do so.
    there = next(one for one in (path, *path.absolute().parents) if one.exists())
    return "" if there.is_dir() and os.access(there, os.W_OK) else "denied"


def _queue(name: str) -> str:
    if shutil.which("lpstat") is None:
        return "queue"
    asked = ["lpstat", "-a", *([name] if name else [])]
    try:
        found = subprocess.run(asked, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return "slow"
    return "" if found.returncode == 0 else "queue"


def _usb(where: str) -> str:
    import usb.core

    vendor, _, product = where.partition(":")
    with suppress(usb.core.NoBackendError):
        if usb.core.find(idVendor=int(vendor, 16), idProduct=int(product, 16)) is not None:
            return ""
    return "absent"


def _network(where: str) -> str:
    host, _, port = where.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), _SECONDS):
            return ""
    except OSError:
        return "absent"
