"""All readers of a station as one stream of typed events.

    async with Readers(["samv:/dev/ttyUSB0", "pcsc:"]) as readers:
        async for event in readers:
            ...

Each reader has a daemon thread of its own, as its input and output block. A reader that is lost is
opened again by itself, for ever.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from types import TracebackType
from typing import Final, Self

from devices.driver import Driver, MrzSlot, Session
from devices.factory import Options, make_driver
from devices.records import CardAgain, CardRead, ReaderDown, ReaderError, ReaderEvent
from devices.repeats import Repeats

END_SECONDS: Final = 0.9
"""How long `close` waits for the threads. One in a call that cannot be broken ends by itself."""
SETTLED: Final = 5.0
"""Seconds a reader must have worked for its next loss to be tried quickly again."""


class Readers:
    """An async context manager and an async iterator over `ReaderEvent`s; it ends on `close`.

    A card that another reader delivered within the last seconds is a `CardAgain`, not a second
    `CardRead`. Raises AddressError when made.
    """

    def __init__(
        self,
        uris: Sequence[str],
        options: Options | None = None,
        make: Callable[[str, Options], Driver] = make_driver,
    ) -> None:
        options = options or Options()
        self._mrz = MrzSlot()
        self._drivers = [make(uri, options) for uri in uris]
        self._sessions = [Session(self._post, self._mrz) for _ in uris]
        self._threads: list[threading.Thread] = []
        self._events: asyncio.Queue[ReaderEvent | Exception | None] = asyncio.Queue()
        self._repeats = Repeats()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._working = len(uris)
        self._all_ended = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        for driver, session in zip(self._drivers, self._sessions, strict=True):
            thread = threading.Thread(
                target=self._work, args=(driver, session), name=driver.reader, daemon=True
            )
            self._threads.append(thread)
            thread.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop every reader, within a second."""
        if self._closed:
            return
        self._closed = True
        for driver, session in zip(self._drivers, self._sessions, strict=True):
            session.stop()
            driver.interrupt()
        if self._threads:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._all_ended.wait(), END_SECONDS)
                # They have said so with their last line: this takes no time.
                for thread in self._threads:
                    thread.join()
        self._events.put_nowait(None)

    def __aiter__(self) -> AsyncIterator[ReaderEvent]:
        return self

    async def __anext__(self) -> ReaderEvent:
        event = await self._events.get()
        if event is None:
            # Left for whoever asks again: the stream stays ended.
            self._events.put_nowait(None)
            raise StopAsyncIteration
        if isinstance(event, Exception):
            raise event
        if isinstance(event, CardRead):
            first = self._repeats.first_reader(event.card, time.monotonic())
            if first is not None:
                return CardAgain(event.reader, first)
        return event

    def offer_mrz(self, text: str) -> None:
        """Give a typed or scanned zone to the readers that need it as a key to a chip."""
        self._mrz.offer(text)
        for driver in self._drivers:
            driver.interrupt()

    def withdraw_mrz(self) -> None:
        """Forget the zone, when the case it belongs to is closed."""
        self._mrz.withdraw()

    def abandon(self) -> None:
        """Break off the reads in hand; each gives `CardFailed` with `Problem.CANCELLED`."""
        for session in self._sessions:
            session.abandon()

    def _post(self, event: ReaderEvent | Exception) -> None:
        if not self._closed:
            self._loop_now().call_soon_threadsafe(self._events.put_nowait, event)

    def _loop_now(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            raise RuntimeError("not entered")
        return self._loop

    def _work(self, driver: Driver, session: Session) -> None:
        try:
            serve(driver, session)
        except Exception as error:  # noqa: BLE001 - a flaw in a driver belongs to who iterates
            self._post(error)
        # A thread that ends long after `close` may find the loop gone as well.
        with contextlib.suppress(RuntimeError):
            self._loop_now().call_soon_threadsafe(self._one_ended)

    def _one_ended(self) -> None:
        self._working -= 1
        if not self._working:
            self._all_ended.set()


def serve(driver: Driver, session: Session) -> None:
    """Keep `driver` open and stepping until the session is stopped. Blocking."""
    losses, told = 0, None
    while not session.stopped:
        opened = time.monotonic()
        try:
            session.begin_read()
            up = driver.open(session)
            told = None
            session.emit(up)
            try:
                while not session.stopped:
                    driver.step(session)
            finally:
                driver.close()
        except ReaderError as error:
            if error.problem is not told and not session.stopped:
                told = error.problem
                session.emit(ReaderDown(driver.reader, error.problem))
        if time.monotonic() - opened > SETTLED:
            losses = 0
        session.pause(driver.retry_after[min(losses, len(driver.retry_after) - 1)])
        losses += 1
