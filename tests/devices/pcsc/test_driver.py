"""The PC/SC driver over a real pcscd and virtual cards in its slots."""

import queue
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from devices.driver import MrzSlot, Session
from devices.pcsc.driver import PcscDriver
from devices.readers import serve
from devices.records import (
    CardFailed,
    CardIn,
    CardOut,
    CardRead,
    IdCard,
    Problem,
    Progress,
    ReaderDown,
    ReaderEvent,
    ReaderUp,
    TravelDocument,
)
from devices.virtual.chip.card import ChipCard
from devices.virtual.chip.documents import exit_permit, prc_issuer, prc_passport
from devices.virtual.chip.identity import BareIdentityCard, TunnelledIdentityCard
from devices.virtual.chip.slot import VirtualChip
from devices.virtual.people import sample_people
from tests.devices.chip.memory import trust_of
from tests.devices.pcscd import Pcscd

ISSUER = prc_issuer()
PASSPORT = prc_passport(ISSUER, picture_bytes=3000)
ADDRESS = f"pcsc:{Pcscd.reader()}"


class Run:
    """A driver in its thread, and what it tells, progress left out."""

    def __init__(self, name: str) -> None:
        self.mrz = MrzSlot()
        self._events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
        self.session = Session(self._events.put, self.mrz)
        self.driver = PcscDriver(name, lambda: trust_of(ISSUER))
        self.thread = threading.Thread(target=serve, args=(self.driver, self.session))

    def next(self, seconds: float = 6.0) -> ReaderEvent:
        while isinstance(event := self._events.get(timeout=seconds), Progress):
            pass
        return event

    def until(self, kind: type[ReaderEvent], seconds: float = 8.0) -> ReaderEvent:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if isinstance(event := self.next(end - time.monotonic()), kind):
                return event
        raise AssertionError(f"no {kind}")


@contextmanager
def running(name: str = "") -> Iterator[Run]:
    run = Run(name)
    run.thread.start()
    try:
        yield run
    finally:
        begun = time.monotonic()
        run.session.stop()
        run.driver.interrupt()
        run.thread.join(5)
        assert not run.thread.is_alive() and time.monotonic() - begun < 1.0


def test_card_in_read_out(pcscd: Pcscd) -> None:
    with running(pcscd.reader()) as run:
        run.mrz.offer("".join(PASSPORT.lines.lines))
        assert run.next() == ReaderUp(ADDRESS, pcscd.reader())
        with VirtualChip(ChipCard(PASSPORT), port=pcscd.port()):
            assert run.next() == CardIn(ADDRESS)
            event = run.next()
            assert isinstance(event, CardRead) and isinstance(event.card, TravelDocument)
            assert event.card.authenticity.passive == "ok" and event.card.reader == ADDRESS
        assert run.next() == CardOut(ADDRESS)


def test_a_card_waits_for_its_zone(pcscd: Pcscd) -> None:
    other = exit_permit(ISSUER, "CS")
    with running(pcscd.reader()) as run, VirtualChip(ChipCard(PASSPORT), port=pcscd.port()):
        failed = run.until(CardFailed)
        assert isinstance(failed, CardFailed) and failed.problem is Problem.MRZ_NEEDED
        run.mrz.offer(other.lines.lines[0])
        failed = run.until(CardFailed)
        assert isinstance(failed, CardFailed) and failed.problem is Problem.ACCESS_DENIED
        run.mrz.offer("\n".join(PASSPORT.lines.lines))
        assert run.until(CardRead) is not None


def test_two_slots_are_two_readers(pcscd: Pcscd) -> None:
    permit = exit_permit(ISSUER, "CS")
    with running() as run:
        assert [run.next() for _ in range(3)] == [
            ReaderUp("pcsc:", "PC/SC"),
            ReaderUp(ADDRESS, pcscd.reader(0)),
            ReaderUp(f"pcsc:{pcscd.reader(1)}", pcscd.reader(1)),
        ]
        run.mrz.offer(permit.lines.lines[0])
        with VirtualChip(ChipCard(permit), port=pcscd.port(1)):
            event = run.until(CardRead)
            assert isinstance(event, CardRead) and event.card.kind == "hkm_permit"
            assert event.reader == f"pcsc:{pcscd.reader(1)}"


def test_id_cards_through_a_module_and_without_one(pcscd: Pcscd) -> None:
    person = sample_people(date(2026, 1, 1))[0].card
    with running(pcscd.reader()) as run:
        with VirtualChip(TunnelledIdentityCard(person), port=pcscd.port()):
            event = run.until(CardRead)
            assert isinstance(event, CardRead) and isinstance(event.card, IdCard)
            assert event.card.photo is not None and len(event.card.photo.data) == 1024
        with VirtualChip(BareIdentityCard(), port=pcscd.port()):
            failed = run.until(CardFailed)
            assert isinstance(failed, CardFailed) and failed.problem is Problem.UNKNOWN_CARD


def restarts(pcscd: Pcscd, count: int) -> None:
    threads = threading.active_count()
    with running(pcscd.reader()) as run:
        run.mrz.offer("".join(PASSPORT.lines.lines))
        run.until(ReaderUp)
        for turn in range(count):
            pcscd.stop(signal.SIGKILL if turn % 2 else signal.SIGTERM)
            down = run.until(ReaderDown)
            assert isinstance(down, ReaderDown) and down.problem is Problem.SERVICE_DOWN
            pcscd.start()
            begun = time.monotonic()
            run.until(ReaderUp)
            assert time.monotonic() - begun < 5
            with VirtualChip(ChipCard(PASSPORT), port=pcscd.port()):
                assert isinstance(run.until(CardRead), CardRead)
            run.until(CardOut)
        # The driver's own thread is the only one more than before.
        assert threading.active_count() <= threads + 1
    assert threading.active_count() == threads


def test_the_service_restarted_under_it(pcscd: Pcscd) -> None:
    restarts(pcscd, 2)


@pytest.mark.soak
def test_the_service_restarted_twenty_times(pcscd: Pcscd) -> None:
    restarts(pcscd, 20)


def test_a_service_that_is_not_there_is_said_once(pcscd: Pcscd) -> None:
    pcscd.stop()
    with running() as run:
        assert run.next() == ReaderDown("pcsc:", Problem.SERVICE_DOWN)
        before = time.thread_time()
        pcscd.start()
        assert run.until(ReaderUp, 5) == ReaderUp("pcsc:", "PC/SC")
        assert time.thread_time() - before < 1


def test_idle_costs_next_to_nothing(pcscd: Pcscd) -> None:
    with running(pcscd.reader()) as run:
        run.until(ReaderUp)
        run.driver.interrupt()
        begun, spent = time.monotonic(), time.process_time()
        time.sleep(2)
        share = (time.process_time() - spent) / (time.monotonic() - begun)
    assert share < 0.02
