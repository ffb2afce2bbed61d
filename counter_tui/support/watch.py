"""What the screens ask each second: is somebody let in, who, until when?"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from counter_tui.support import visit


@dataclass(frozen=True, slots=True)
class Watched:
    """A visit as the banner shows it. Everything personal is masked while this exists.

    `confirmed` is False until the terminal has said that it is masked (`Desk.confirm_masked`).
    """

    visit: visit.Visit
    reason: str
    until: datetime
    confirmed: bool


class Watch:
    """Looks at the visit's file; a glance that finds nothing new is one `stat`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._seen: tuple[int, int] | None = None
        self._now: Watched | None = None

    def look(self) -> Watched | None:
        """Who watches or is about to; None while nobody does, and only then may names show."""
        try:
            status = (self._home / visit.FILE).stat()
        except FileNotFoundError:
            self._seen = self._now = None
            return None
        seen = (status.st_ino, status.st_mtime_ns)
        if seen != self._seen:
            found = visit.read(self._home)
            self._seen, self._now = seen, found and _shown(found)
        return self._now


def _shown(found: visit.Visit) -> Watched:
    reason = visit.REASONS.get(found.reason, found.reason)
    return Watched(found, reason, found.until, found.state != "asked")
