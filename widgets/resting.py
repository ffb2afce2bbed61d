"""Waits for keys without waking up for nothing, and notices the end of the line."""

import os
import select
import selectors
import signal
from threading import Event
from types import SimpleNamespace
from typing import Final

from textual.drivers import linux_driver

WAKEFUL: Final = 6
"""Rounds without a key in which the stock pace is kept: half of a key may have come, and the other
half counts as late after `ESCDELAY`."""


class Waker:
    """Ends a wait from another thread. Once it woke, it does so until it rests again."""

    def __init__(self) -> None:
        self.woken, self._end = os.pipe()
        os.set_blocking(self.woken, False)
        os.set_blocking(self._end, False)

    def wake(self) -> None:
        """Whoever waits for `woken` goes on; twice is as good as once."""
        try:
            os.write(self._end, b"!")
        except BlockingIOError:
            return

    def rest(self) -> None:
        """From now on it is waited for again."""
        try:
            while os.read(self.woken, 512):
                pass
        except BlockingIOError:
            return

    def close(self) -> None:
        """Nobody waits any more."""
        os.close(self.woken)
        os.close(self._end)


class WakingEvent(Event):
    """Tells who sleeps in a selector that it is set; a flag is seen only at the next look."""

    def __init__(self, waker: Waker) -> None:
        super().__init__()
        self._waker = waker

    def set(self) -> None:
        super().set()
        self._waker.wake()

    def clear(self) -> None:
        super().clear()
        self._waker.rest()


class RestingSelector(selectors.SelectSelector):
    """Waits for a key or the waker once no key has come for a while, and tells the program that its
    line is gone.

    The system tells that to the leader of the session alone; where that is another program, such as
    `make`, a line without an end would be read empty for ever.
    """

    def __init__(self, waker: Waker) -> None:
        super().__init__()
        self._waker = waker.woken
        self.register(waker.woken, selectors.EVENT_READ)
        self._rounds = 0
        self._gone = False

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if len(self.get_map()) == 1:
            # The driver's last look, when it has let the line go: nothing can come.
            return []
        if self._gone:
            select.select([self._waker], [], [])
            return []
        found = super().select(None if self._rounds > WAKEFUL else timeout)
        found = [(key, events) for key, events in found if key.fd != self._waker]
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

    Replaces `linux_driver.selectors`, of which the driver looks for keys every 0.1 s, and
    `linux_driver.Event`, by which it is told between two looks that it shall end.
    """
    waker = Waker()
    linux_driver.Event = lambda: WakingEvent(waker)  # type: ignore[assignment, misc]
    linux_driver.selectors = SimpleNamespace(  # type: ignore[attr-defined]
        SelectSelector=lambda: RestingSelector(waker), EVENT_READ=selectors.EVENT_READ
    )
