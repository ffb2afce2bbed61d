"""Memory given back between two cases, when nobody types."""

import ctypes
import gc
from collections.abc import Callable
from typing import Final

from textual.app import App
from textual.timer import Timer

from widgets.seams import forget_texts

QUIET_SECONDS: Final = 1.0
"""How long no key must have come; then a few milliseconds are nobody's."""
MOST: Final = 10_000
"""So many objects are looked through in 5 ms. What is more than that came to stay: a desk that was
opened for the first time, what was imported for it."""


class Tidying:
    """Collects what a case left behind, and gives the free memory back to the system.

    Screens leave circles behind, most of them of the kind that the collector looks at only after
    tens of thousands of new objects: hours, at a counter. `idle` says for how many seconds no key
    came.
    """

    def __init__(self, app: App[None], idle: Callable[[], float]) -> None:
        self._app, self._idle = app, idle
        self._timer: Timer | None = None
        self._trim = getattr(ctypes.CDLL(None), "malloc_trim", None)

    def soon(self) -> None:
        """A case came to its end: tidy up at the next quiet moment."""
        if self._timer is None:
            self._timer = self._app.set_timer(QUIET_SECONDS, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._idle() < QUIET_SECONDS:
            self.soon()
            return
        forget_texts()
        gc.collect()
        if len(gc.get_objects()) > MOST:
            # From now on only what is new is looked through, or each look would take a key's time.
            gc.freeze()
        # Not every C library has it.
        if self._trim is not None:
            self._trim(0)
