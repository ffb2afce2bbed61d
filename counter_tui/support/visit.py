"""A supporter's visit: asked for, screen masked, let in, over.

The order is what protects people: nobody is let in before the terminal has said that it is masked,
and the terminal takes the mask off only when the visit's file is gone, which happens after the
supporter is out. A crash anywhere in between leaves the mask on.
"""

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from counter_tui.support.errors import AlreadyOpen, NoTerminal, NotMasked
from counter_tui.support.place import Place
from counter_tui.support.screen import Screen
from counter_tui.words import N_

FILE: Final = "visit.json"
LONGEST_MINUTES: Final = 120

REASONS: Final = {
    "reader": N_("Card reader"),
    "printer": N_("Printer"),
    "network": N_("Network"),
    "case": N_("How to take in this case"),
    "program": N_("Program behaves oddly"),
    "training": N_("Training"),
}
"""Why a supporter is let in. A choice, because a free sentence would carry people's names."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit. `until` is for people to read; what ends it is a timer in the tmux server."""

    id: str
    reason: str
    minutes: int
    opened_at: datetime
    until: datetime
    state: Literal["asked", "masked", "open"]


def read(home: Path) -> Visit | None:
    """The visit that is asked for or open in this station's home, if any.

    An unreadable file counts as an open visit: the safe reading is that somebody watches.
    """
    try:
        text = (home / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        values: dict[str, Any] = json.loads(text)
        for moment in ("opened_at", "until"):
            values[moment] = datetime.fromisoformat(values[moment])
        return Visit(**values)
    except (ValueError, TypeError, KeyError):
        now = datetime.now(UTC)
        return Visit("unknown", "program", 0, now, now, "open")


class Desk:
    """Lets a supporter in and out of one station. Used by the terminal and by `counter support`."""

    def __init__(
        self,
        home: Path,
        place: Place,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._home, self._clock = home, clock
        self._screen = Screen(place)

    def ask(self, reason: str, minutes: int) -> Visit:
        """Begin a visit: from here on the terminal must mask itself. Nobody is in yet.

        Raises AlreadyOpen, NoTerminal, or ValueError for a reason or time that does not exist.
        """
        if reason not in REASONS or not 1 <= minutes <= LONGEST_MINUTES:
            raise ValueError(reason)
        if not self._screen.runs():
            raise NoTerminal
        if read(self._home) is not None:
            raise AlreadyOpen
        now = self._clock()
        until = now + timedelta(minutes=minutes)
        visit = Visit(secrets.token_hex(4), reason, minutes, now, until, "asked")
        self._write(visit, new=True)
        return visit

    def confirm_masked(self, visit: Visit) -> Visit:
        """The terminal says: every personal field is masked, and the audit chain has the visit."""
        masked = replace(visit, state="masked")
        self._write(masked)
        return masked

    def admit(self, visit: Visit) -> Visit:
        """Let the supporter in. Raises NotMasked unless the terminal confirmed this very visit."""
        now = read(self._home)
        if now is None or now.id != visit.id or now.state != "masked":
            raise NotMasked
        self._screen.admit(visit.id, visit.minutes * 60)
        admitted = replace(now, state="open")
        self._write(admitted)
        return admitted

    def now(self) -> Visit | None:
        """The visit that is asked for or open; None also when its terminal is gone."""
        visit = read(self._home)
        return visit if visit is not None and self._screen.runs() else None

    def end(self) -> Visit | None:
        """Throw the supporter out, make sure of it, and end the visit; returns what ended.

        Raises StillInside, and then the visit goes on and the mask stays.
        """
        visit = read(self._home)
        self._screen.expel()
        (self._home / FILE).unlink(missing_ok=True)
        return visit

    def end_if_over(self) -> Visit | None:
        """End a visit whose time is up; returns it if so. The terminal asks each second."""
        visit = read(self._home)
        if visit is None or self._clock() < visit.until:
            return None
        return self.end()

    def _write(self, visit: Visit, new: bool = False) -> None:
        values = asdict(visit)
        values |= {name: values[name].isoformat() for name in ("opened_at", "until")}
        path, fresh = self._home / FILE, self._home / f"{FILE}.new"
        with open(fresh, "w", encoding="utf-8", opener=_private) as file:
            json.dump(values, file)
            file.flush()
            os.fsync(file.fileno())
        if new:
            try:
                # A link fails where a rename would replace another visit asked for just now.
                os.link(fresh, path)
            except FileExistsError:
                raise AlreadyOpen from None
            finally:
                fresh.unlink()
        else:
            fresh.replace(path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
