"""What an empty reader costs: one wait, one look and one question each time, and no more."""

import os
import sys
import threading
import time
import tty
from collections.abc import Iterator
from statistics import median
from types import FrameType

import pytest

from devices.driver import Session
from devices.records import CardIn, CardRead, Problem, ReaderError, ReaderEvent
from devices.samv import commands
from devices.samv.driver import EMPTY, SamvDriver
from devices.samv.link import Link, Vigil
from devices.transports.serial_line import SerialLine
from devices.virtual.people import sample_people
from devices.virtual.samv import VirtualReader
from tests.devices.mishaps.desk import TODAY

CALLS = 10
"""Functions entered for a question, those of the system among them; an ordinary one has 84."""
FOR_LONG = Vigil(EMPTY.usual, EMPTY.every, 10_000)


@pytest.fixture
def line() -> Iterator[tuple[SerialLine, int]]:
    """An open line and its other end."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    line = SerialLine(os.ttyname(theirs))
    line.open()
    yield line, ours
    line.close()
    os.close(ours)
    os.close(theirs)


def test_the_usual_answer_does_not_end_a_wait_and_a_byte_more_does(
    line: tuple[SerialLine, int],
) -> None:
    port, far = line
    began = time.monotonic()
    os.write(far, bytes(11))
    assert port.watch(b"?", bytes(11), 0.3, 1, lambda: False) == b""
    assert time.monotonic() - began >= 0.3
    assert os.read(far, 10) == b"?"

    began = time.monotonic()
    os.write(far, bytes(12))
    assert port.watch(b"?", bytes(11), 60, 1, lambda: False) == bytes(12)
    assert time.monotonic() - began < 30


def test_a_line_that_waited_for_many_bytes_hears_and_forgets_few(
    line: tuple[SerialLine, int],
) -> None:
    port, far = line
    assert port.watch(b"?", bytes(11), 0.01, 1, lambda: False) == b""
    os.write(far, b"abc")
    port.discard()
    os.write(far, b"de")
    assert port.read() == b"de"


def test_an_empty_place_costs_a_handful_of_calls_for_each_question() -> None:
    calls: list[int] = []

    def count(frame: FrameType, event: str, argument: object) -> None:
        if event == "c_call" and argument is os.write:
            calls.append(0)
        elif event in ("call", "c_call") and calls:
            calls[-1] += 1

    with VirtualReader() as reader:
        driver = SamvDriver("samv:empty", SerialLine(reader.path))
        session = Session(lambda event: None)
        driver.open(session)

        def steps() -> None:
            sys.setprofile(count)
            driver.step(session)

        thread = threading.Thread(target=steps)
        thread.start()
        time.sleep(3)
        session.stop()
        thread.join()
        driver.close()

    assert len(calls) > 5
    assert median(calls[:-1]) <= CALLS, calls


def test_a_card_is_told_of_while_the_empty_place_is_watched() -> None:
    told: list[ReaderEvent] = []
    with VirtualReader() as reader:
        driver = SamvDriver("samv:empty", SerialLine(reader.path))
        session = Session(told.append)
        driver.open(session)
        laid = threading.Timer(0.25, reader.lay, [sample_people(TODAY)[0].card])
        laid.start()
        driver.step(session)
        laid.join()
        while not told:
            driver.step(session)
        driver.close()
    assert [type(one) for one in told] == [CardIn, CardRead]


def test_what_was_abandoned_before_does_not_concern_the_card_that_comes() -> None:
    with VirtualReader() as reader:
        link = Link(SerialLine(reader.path))
        link.open()
        session = Session(lambda event: None)
        laid = threading.Timer(0.25, reader.lay, [sample_people(TODAY)[0].card])
        laid.start()
        session.abandon()
        assert link.ask(session, commands.FIND, FOR_LONG).data
        laid.join()
        link.close()


def test_a_vigil_ends_when_the_readers_are_stopped() -> None:
    with VirtualReader() as reader:
        link = Link(SerialLine(reader.path))
        link.open()
        session = Session(lambda event: None)
        stopping = threading.Timer(0.25, session.stop)
        stopping.start()
        with pytest.raises(ReaderError) as raised:
            link.ask(session, commands.FIND, FOR_LONG)
        assert raised.value.problem is Problem.CANCELLED
        stopping.join()
        link.close()
