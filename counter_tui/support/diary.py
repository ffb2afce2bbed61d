"""What happened on a visit while the store was closed; it enters the audit at the next sign-in.

A clerk who cannot sign in may need help most. The file holds events and counts, nobody's data.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

FILE: Final = "visits.jsonl"


def note(home: Path, event: str, detail: dict[str, Any]) -> None:
    """Write one event down; on the disk when it returns."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({"event": event, **detail, "at": at}) + "\n"
    handle = os.open(home / FILE, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def noted(home: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events written down, oldest first. A torn last line is passed over."""
    try:
        lines = (home / FILE).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            detail = json.loads(line)
            yield detail.pop("event"), detail
        except (ValueError, KeyError, AttributeError):
            continue


def forget(home: Path) -> None:
    """The events are in the chain now."""
    (home / FILE).unlink(missing_ok=True)
