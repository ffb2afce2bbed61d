"""The one place that sets the process's environment, before the first Textual import.

Textual reads these once, while it is imported.
"""

import os
import sys
import time
from collections.abc import MutableMapping
from types import ModuleType
from typing import Final

COLOUR_SYSTEMS: Final = {
    "linux": "standard",
    "xterm": "standard",
    "screen": "standard",
    "tmux": "standard",
    "putty": "standard",
    "vt100": "standard",
    "vt220": "standard",
    "rxvt": "standard",
    "cygwin": "standard",
}
"""Terminals whose name promises no more than 16 colours."""

SETTINGS: Final = {
    # Kitty's keyboard mode breaks Chinese input methods.
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
    # A function key cut in two by a slow line is still one key if the halves are this close (ms).
    "ESCDELAY": "300",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    # Children (agent, helpers) speak UTF-8 whatever the login shell said.
    "LC_ALL": "C.UTF-8",
    # The city's time, without asking for a database of zones: a computer left on UTC would show
    # yesterday's day until eight in the morning.
    "TZ": "CST-8",
}

LEFT_OUT: Final = ("ssl", "_hashlib")
"""The two doors to OpenSSL, which asyncio and hashlib open unasked: 5 MiB resident. The terminal
opens no connection to the centre, and its digests are Python's own."""

PLUGINS: Final = "pydantic.plugin._loader"
"""Pydantic's search for plugins; there are none, and it brings the reader of installed packages'
facts with it, 1.5 MiB."""

SIZE: Final = ("COLUMNS", "LINES")
"""What a login shell may have left behind; believed before the terminal's own word on its size."""


def prepare(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set what Textual and the children must find. Raises RuntimeError when it comes too late."""
    if "textual.constants" in sys.modules:
        raise RuntimeError("prepare() must run before Textual is imported")
    environment.update(SETTINGS)
    time.tzset()
    for size in SIZE:
        environment.pop(size, None)
    environment["TEXTUAL_COLOR_SYSTEM"] = colour_system(environment.get("TERM", ""))
    for stream in (sys.__stdout__, sys.__stderr__):
        # Textual writes to the original stderr in that stream's encoding.
        if stream is not None:
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[attr-defined]


def leave_out() -> None:
    """Let whoever imports what is left out find that it is not there, and do without."""
    for name in LEFT_OUT:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    found_none = ModuleType(PLUGINS)
    found_none.get_plugins = tuple  # type: ignore[attr-defined]
    sys.modules.setdefault(PLUGINS, found_none)


def colour_system(term: str) -> str:
    """How many colours to use on a terminal of type `term`: `256` or `standard` (16).

    An unknown or dumb terminal would get 24-bit colour from the library; 16 is the safe reading.
    """
    if term in COLOUR_SYSTEMS:
        return COLOUR_SYSTEMS[term]
    return "256" if "256color" in term or term.endswith("-direct") else "standard"
