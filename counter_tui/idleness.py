"""How long nobody has typed, and the lock that comes of it, also over a sleep of the machine."""

import asyncio
import ctypes
import os
from collections.abc import Awaitable, Callable
from time import CLOCK_BOOTTIME, clock_gettime
from typing import Final

BURST_SECONDS: Final = 0.4
"""Keys that follow each other as quickly were typed in one go."""

_ABSOLUTE: Final = 1


class _Moment(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _Setting(ctypes.Structure):
    _fields_ = (("interval", _Moment), ("value", _Moment))


def running_for() -> float:
    """Seconds since the machine was started, those that it slept counted: they are idle too."""
    return clock_gettime(CLOCK_BOOTTIME)


class Alarm:
    """Rings once at a moment of `running_for`; what passed in a sleep rings as it ends.

    The event loop's own timers stand still while the machine sleeps. Until Python 3.13 the kernel's
    are reached through the C library only.
    """

    def __init__(self, ring: Callable[[], object]) -> None:
        self._library = ctypes.CDLL(None, use_errno=True)
        self._timer = self._library.timerfd_create(CLOCK_BOOTTIME, os.O_NONBLOCK | os.O_CLOEXEC)
        if self._timer < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self._ring = ring
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._timer, self._rings)

    def set(self, at: float) -> None:
        """Ring at that moment, not at the one set before."""
        seconds, rest = divmod(int(at * 1e9), 10**9)
        setting = _Setting(value=_Moment(seconds, rest))
        if self._library.timerfd_settime(self._timer, _ABSOLUTE, ctypes.byref(setting), None):
            raise OSError(ctypes.get_errno(), "timerfd_settime")

    def close(self) -> None:
        """Ring no more."""
        self._loop.remove_reader(self._timer)
        os.close(self._timer)

    def _rings(self) -> None:
        os.read(self._timer, 8)
        self._ring()


class Idleness:
    """Locks what stands open after `limit` seconds without a key.

    The lock comes first, and what was meant for another screen is not typed into the PIN: not the
    key that found the machine asleep, nor those that came in one go with it or with the lock.
    """

    def __init__(
        self, limit: float, open: Callable[[], bool], lock: Callable[[], Awaitable[None]]
    ) -> None:
        self._limit, self._open, self._lock = limit, open, lock
        self._last_key = running_for()
        self._locked_now = False
        self._alarm: Alarm | None = None

    @property
    def seconds(self) -> float:
        """Since the last key."""
        return running_for() - self._last_key

    def watch(self, ring: Callable[[], object]) -> None:
        """`ring` when it may be time to `look`."""
        self._alarm = Alarm(ring)
        self._alarm.set(self._last_key + self._limit)

    def stop(self) -> None:
        """Watch no more."""
        if self._alarm is not None:
            self._alarm.close()

    async def look(self) -> None:
        """Lock if it is time."""
        if self._too_long:
            await self._lock_now()
        left = self._limit - self.seconds
        if self._alarm is not None:
            # Where nothing stands open, nobody has to type either.
            self._alarm.set(running_for() + (left if left > 0 else self._limit))

    async def takes_key(self) -> bool:
        """Note a key; whether nobody else may have it."""
        pause, too_long = self.seconds, self._too_long
        self._last_key = running_for()
        if too_long:
            await self._lock_now()
        elif pause > BURST_SECONDS:
            self._locked_now = False
        return self._locked_now

    async def _lock_now(self) -> None:
        self._last_key, self._locked_now = running_for(), True
        await self._lock()
        # What was typed meanwhile is read after it.
        self._last_key = running_for()

    @property
    def _too_long(self) -> bool:
        return self._open() and self.seconds > self._limit
