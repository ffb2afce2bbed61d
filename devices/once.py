"""One card, now: for the command line. And a look at readers without reading."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from devices.driver import Driver, Session
from devices.factory import Options, make_driver
from devices.readers import Readers
from devices.records import (
    Card,
    CardFailed,
    CardIn,
    CardOut,
    CardRead,
    Problem,
    Progress,
    ReaderDown,
    ReaderError,
    ReaderUp,
)

FINISH_SECONDS: Final = 20.0
"""How long a read that has begun, or has just brought bytes, may go on past the waiting time."""
LOOK_SECONDS: Final = 5.5
"""How long a reader may take to say that it is there."""

_WORTH_WAITING: Final = frozenset({Problem.CARD_MOVED, Problem.LINE_NOISE, Problem.NO_ANSWER})
"""Failures that laying the card down better may cure."""


async def read_one(
    uris: Sequence[str],
    wait: float,
    options: Options | None = None,
    mrz: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Card:
    """The first card that can be read on any of `uris`, waiting `wait` seconds for it to be laid.

    The waiting begins when the first reader is up. Raises ReaderError: what the card's failure
    was; NO_CARD when none came; a reader's problem when no reader is left.
    """
    loop = asyncio.get_running_loop()
    down: dict[str, Problem] = {}
    failure: ReaderError | None = None
    async with Readers(uris, options) as readers:
        if mrz is not None:
            readers.offer_mrz(mrz)
        laid_until = loop.time() + wait + LOOK_SECONDS
        up = False
        try:
            async with asyncio.timeout_at(laid_until) as patience:
                async for event in readers:
                    match event:
                        case CardRead(card=card):
                            return card
                        case CardIn() | Progress():
                            patience.reschedule(max(laid_until, loop.time() + FINISH_SECONDS))
                            if isinstance(event, Progress) and on_progress is not None:
                                on_progress(event)
                        case CardFailed(problem=problem, detail=detail):
                            failure = ReaderError(problem, detail)
                            if problem not in _WORTH_WAITING:
                                raise failure
                            patience.reschedule(laid_until)
                        case CardOut():
                            patience.reschedule(laid_until)
                        case ReaderUp(reader=reader):
                            down.pop(reader, None)
                            if not up:
                                up, laid_until = True, loop.time() + wait
                                patience.reschedule(laid_until)
                        case ReaderDown(reader=reader, problem=problem):
                            down[reader] = problem
                            if len(down) >= len(uris):
                                raise ReaderError(problem, reader)
        except TimeoutError:
            pass
    if failure is not None:
        raise failure
    if down:
        raise ReaderError(next(iter(down.values())), next(iter(down)))
    raise ReaderError(Problem.NO_CARD if up else Problem.NO_ANSWER)


@dataclass(frozen=True, slots=True)
class ReaderState:
    """What a reader answered when it was asked once; `problem` is None when it is ready."""

    uri: str
    name: str = ""
    sam_number: str | None = None
    problem: Problem | None = None


def look(
    uris: Sequence[str], options: Options | None = None, seconds: float = LOOK_SECONDS
) -> list[ReaderState]:
    """Open each reader, all at once, see who answers, and close it again. No card is read.

    One that has not answered after `seconds` counts as NO_ANSWER. Does not raise ReaderError.
    """
    options = options or Options()
    states: dict[int, ReaderState] = {}
    session = Session(lambda event: None)

    def ask(place: int, driver: Driver) -> None:
        try:
            up = driver.open(session)
        except ReaderError as error:
            states[place] = ReaderState(driver.reader, problem=error.problem)
            return
        states[place] = ReaderState(driver.reader, up.name, up.sam_number)
        driver.close()

    threads: list[threading.Thread] = []
    for place, uri in enumerate(uris):
        try:
            driver = make_driver(uri, options)
        except ReaderError as error:
            states[place] = ReaderState(uri, problem=error.problem)
            continue
        threads.append(threading.Thread(target=ask, args=(place, driver), daemon=True))
        threads[-1].start()
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    session.stop()
    late = Problem.NO_ANSWER
    return [states.get(place) or ReaderState(uri, problem=late) for place, uri in enumerate(uris)]
