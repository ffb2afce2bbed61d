"""A driver at work in a thread, and the events it has given so far."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from devices.driver import Driver, Session
from devices.records import ReaderDown, ReaderError, ReaderEvent

Kind = TypeVar("Kind", bound=ReaderEvent)
PATIENCE = 20.0


class Running:
    """Opens, steps and reopens a driver as the readers' threads do, with short pauses."""

    def __init__(self, driver: Driver, pause: float = 0.05) -> None:
        self.driver = driver
        self.events: list[ReaderEvent] = []
        self.fault: BaseException | None = None
        self.session = Session(self._emit)
        self._pause = pause
        self._came = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="driver-under-test")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.session.stop()
        self.driver.interrupt()
        began = time.monotonic()
        self._thread.join(10)
        if error is None:
            assert not self._thread.is_alive(), "the driver does not stop"
            assert time.monotonic() - began < 2.0, "the driver stops late"
            assert self.fault is None, repr(self.fault)

    def _emit(self, event: ReaderEvent) -> None:
        with self._came:
            self.events.append(event)
            self._came.notify_all()

    def _work(self) -> None:
        try:
            while not self.session.stopped:
                self._once()
                self.session.pause(self._pause)
        except BaseException as fault:  # noqa: BLE001 - what is not declared is the finding
            self.fault = fault
            with self._came:
                self._came.notify_all()

    def _once(self) -> None:
        try:
            self._emit(self.driver.open(self.session))
            while not self.session.stopped:
                self.driver.step(self.session)
        except ReaderError as error:
            self._emit(ReaderDown(self.driver.reader, error.problem))
        finally:
            self.driver.close()

    def next(
        self, *kinds: type[Kind], since: int = 0, where: Callable[[Kind], bool] = lambda event: True
    ) -> Kind:
        """The first event of one of `kinds` from number `since` on; waits for it."""
        end = time.monotonic() + PATIENCE
        with self._came:
            while True:
                for event in self.events[since:]:
                    if isinstance(event, kinds) and where(event):
                        return event
                assert self.fault is None, repr(self.fault)
                left = end - time.monotonic()
                assert left > 0, [type(event).__name__ for event in self.events[since:]]
                self._came.wait(left)

    @property
    def mark(self) -> int:
        """How many events there are: where to look from later."""
        return len(self.events)
