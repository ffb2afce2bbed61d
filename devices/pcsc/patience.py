"""Calls into PC/SC that last as long as a card likes, made so that one need not wait for them.

SCardTransmit cannot be broken off from outside. It runs in a thread that can be left behind; what
has to be given back is given back there, whenever the card lets go.
"""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from devices.driver import SLICE
from devices.records import Problem, ReaderError

SILENCE: Final = 15.0
"""Seconds after which a card that has not answered is given up; readers give up sooner."""

_Result = TypeVar("_Result")
_Job = tuple[Callable[[], Any], "Future[Any]"]


class Calls:
    """One thread that makes one connection's calls, in order.

    `check` is called while waiting and raises to break off.
    """

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._left = False
        threading.Thread(target=self._work, name="pcsc-call", daemon=True).start()

    def make(self, call: Callable[[], _Result]) -> _Result:
        """The call's result or error. Raises NO_ANSWER after `SILENCE`, and what `check` raises."""
        result: Future[_Result] = Future()
        self._jobs.put((call, result))
        deadline = time.monotonic() + SILENCE
        self._left = True
        while True:
            try:
                found = result.result(SLICE)
            except TimeoutError:
                self._check()
                if time.monotonic() > deadline:
                    raise ReaderError(Problem.NO_ANSWER, "the card is silent") from None
                continue
            finally:
                if result.done():
                    self._left = False
            return found

    def finish(self, last: Callable[[], None]) -> None:
        """Make the last call and end the thread; waits unless a call was left behind."""
        result: Future[None] = Future()
        self._jobs.put((last, result))
        self._jobs.put(None)
        if not self._left:
            result.result()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            call, result = job
            try:
                result.set_result(call())
            except BaseException as error:  # noqa: BLE001 - raised again where it was asked for
                result.set_exception(error)
