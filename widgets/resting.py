"""Waits for keys without waking up ten times a second, and notices the end of the line."""

import select
import selectors
import signal
import time
from types import SimpleNamespace
from typing import Final

from textual.drivers import linux_driver

WAKEFUL: Final = 6
"""Rounds without a key in which the stock pace is kept: half of a key may have come, and the other
half counts as late after `ESCDELAY`."""
REST_SECONDS: Final = 0.25
"""After that. A key ends the wait at once; only the end of the program waits so long."""


class RestingSelector(selectors.SelectSelector):
    """Waits longer once no key has come for a while, and tells the program that its line is gone.

    The system tells that to the leader of the session alone; where that is another program, such as
    `make`, a line without an end would be read empty for ever.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rounds = 0
        self._gone = False

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if not self.get_map():
            # The driver's last look, when it has let the line go: nothing can come.
            return []
        if self._gone:
            time.sleep(REST_SECONDS)
            return []
        found = super().select(REST_SECONDS if self._rounds > WAKEFUL else timeout)
        self._rounds = 0 if found else self._rounds + 1
        if any(_is_gone(key.fd) for key, _ in found):
            self._gone = True
            signal.raise_signal(signal.SIGHUP)
            return []
        return found


def _is_gone(line: int) -> bool:
    look = select.poll()
    look.register(line, 0)
    return any(events & select.POLLHUP for _, events in look.poll(0))


def rest_between_keys() -> None:
    """Let the driver wait as `RestingSelector` does.

    Replaces `linux_driver.selectors`, of which the driver looks for keys every 0.1 s.
    """
    linux_driver.selectors = SimpleNamespace(  # type: ignore[attr-defined]
        SelectSelector=RestingSelector, EVENT_READ=selectors.EVENT_READ
    )
