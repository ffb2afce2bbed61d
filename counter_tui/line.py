"""The line to the clerk's terminal: what it can show, and how sparing to be with it.

Guessed before the first frame from the environment, measured after it: the terminal is asked once
where its cursor stands after one doubtful sign, which tells the sign's width and the round trip.
"""

import os
import select
import termios
import time
import tty
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from widgets.shown import Able

Profile = Literal["auto", "fast", "slow"]

SLOW_MS: Final = 120.0
"""A round trip from here on makes a line slow."""

MEASURED_VARIABLE: Final = "COUNTER_LINE_MS"
"""The round trip as it was measured before the terminal went into a tmux server."""

WIDTH_QUERY: Final = "\x1b[1;1H─\x1b[6n\x1b[1;1H\x1b[K"
"""Draw one doubtful sign, ask where the cursor stands, wipe it away."""

QUERY: Final = "\x1b[6n"

_COLOURLESS: Final = ("dumb", "unknown", "", "vt52", "vt100", "vt102", "vt220", "network")
_PATIENCE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of the line. `slow` picks the theme without bars and fewer repaints."""

    slow: bool
    able: Able
    fixed: bool
    """Whether the configuration said it, so that no measurement changes it."""

    def measured(self, milliseconds: float) -> "Line":
        """The line after its round trip is known."""
        return self if self.fixed else _with_speed(self, milliseconds >= SLOW_MS)

    def drawn(self, columns: int) -> "Line":
        """The line after the doubtful sign took so many columns.

        One column does not say that the terminal's font has the sign.
        """
        wide_signs = self.able.wide_signs and columns == 1
        return replace(self, able=replace(self.able, wide_signs=wide_signs))


def expected(profile: Profile, environment: Mapping[str, str]) -> Line:
    """What to think of the line before anything was measured.

    Over SSH a line counts as slow until it answers quickly; the first frame is then the small one.
    """
    term = environment.get("TERM", "")
    able = Able(colours=term not in _COLOURLESS and not environment.get("NO_COLOR"))
    if term == "linux":
        # The console's font has few signs beside letters.
        able = replace(able, wide_signs=False)
    line = Line(False, able, fixed=profile != "auto")
    if profile != "auto":
        return _with_speed(line, profile == "slow")
    known = environment.get(MEASURED_VARIABLE, "")
    if known.replace(".", "", 1).isdigit():
        return replace(line.measured(float(known)), fixed=True)
    return _with_speed(line, "SSH_CONNECTION" in environment)


def _with_speed(line: Line, slow: bool) -> Line:
    return replace(line, slow=slow, able=replace(line.able, bars=not slow))


def round_trip(terminal: int) -> float | None:
    """Milliseconds until the terminal answered; None when it did not within a second."""
    try:
        before = termios.tcgetattr(terminal)
    except termios.error:
        return None
    tty.setcbreak(terminal, termios.TCSANOW)
    try:
        began = time.monotonic()
        os.write(terminal, QUERY.encode())
        answer = b""
        while not answer.endswith(b"R"):
            left = began + _PATIENCE_SECONDS - time.monotonic()
            if left <= 0 or not select.select([terminal], [], [], left)[0]:
                return None
            answer += os.read(terminal, 64)
        return (time.monotonic() - began) * 1000
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, before)
