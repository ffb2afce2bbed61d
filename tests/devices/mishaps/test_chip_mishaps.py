"""Every mishap of a chip, over a real pcscd: one clear problem, and the next card reads."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from threading import enumerate as threads

import pytest

from devices.chip.trust import Certificate, Trust
from devices.pcsc.driver import PcscDriver
from devices.records import (
    CardFailed,
    CardOut,
    CardRead,
    IdCard,
    Problem,
    ReaderDown,
    ReaderUp,
    TravelDocument,
)
from devices.virtual.chip.card import ChipCard
from devices.virtual.chip.documents import Document, group
from devices.virtual.chip.identity import BareIdentityCard, TunnelledIdentityCard
from devices.virtual.chip.mishaps import (
    ChipMishap,
    FlippedData,
    Instead,
    RandomBytes,
    Removed,
    Slow,
    StatusOnly,
    WrongMac,
)
from devices.virtual.chip.slot import VirtualChip
from devices.virtual.chip.specimens import Shelf, specimens
from devices.virtual.people import crowd
from tests.devices.mishaps.running import Running
from tests.devices.pcscd import Pcscd


@cache
def shelf() -> Shelf:
    """The documents of this process."""
    return specimens()


def trust() -> Trust:
    """Who issued them, the stranger left out."""
    return Trust(tuple(Certificate.read(issuer.root_der) for issuer in shelf().issuers))


def agrees(read: TravelDocument, document: Document) -> bool:
    """Whether the record is this document's and nothing of it another's."""
    face = read.face
    return "".join(read.mrz).encode() in document.files[group(1)] and (
        face is None or face.data in document.files[group(2)]
    )


@contextmanager
def at_work(pcscd: Pcscd, document: Document) -> Iterator[tuple[VirtualChip, Running]]:
    """A slot with nothing in it yet, and a driver that knows this document's printed zone."""
    chip = VirtualChip(ChipCard(document), port=pcscd.port(0))
    with Running(PcscDriver(trust=trust)) as running:
        running.session.mrz.offer("".join(document.lines.lines))
        running.next(ReaderUp)
        try:
            yield chip, running
        finally:
            chip.remove()


def reads(running: Running, document: Document, since: int) -> TravelDocument:
    """Wait for a record and see that it is this document's."""
    card = running.next(CardRead, since=since).card
    assert isinstance(card, TravelDocument)
    assert agrees(card, document)
    return card


VERDICTS = {
    "tampered": ("failed", "ok"),
    "copied": ("ok", "failed"),
    "stranger": ("untrusted", "absent"),
    "passport": ("ok", "ok"),
    "pace-p256": ("ok", "ok"),
}


def test_each_document_reads_and_is_judged(pcscd: Pcscd) -> None:
    documents = shelf().documents
    slots = [
        VirtualChip(ChipCard(next(iter(documents.values()))), port=pcscd.port(n)) for n in (0, 1)
    ]
    try:
        with Running(PcscDriver(trust=trust)) as running:
            running.next(ReaderUp)
            for number, (key, document) in enumerate(documents.items()):
                since = running.mark
                running.session.mrz.offer("".join(document.lines.lines))
                # One slot settles while the other reads.
                slots[number % 2].insert(ChipCard(document))
                read = reads(running, document, since)
                passive, active = VERDICTS.get(key, ("ok", "absent"))
                judged = (read.authenticity.passive, read.authenticity.active)
                assert judged == (passive, active), key
                assert read.access == ("PACE" if document.pace else "BAC")
                slots[number % 2].remove()
    finally:
        for slot in slots:
            slot.remove()


def test_identity_cards_through_pcsc(pcscd: Pcscd) -> None:
    person = crowd(1, date(2026, 11, 24))[0]
    bare = VirtualChip(BareIdentityCard(), port=pcscd.port(0))
    tunnelled = VirtualChip(TunnelledIdentityCard(person), port=pcscd.port(1))
    with Running(PcscDriver(trust=trust)) as running:
        running.next(ReaderUp)
        try:
            bare.insert()
            assert running.next(CardFailed).problem in (Problem.UNKNOWN_CARD, Problem.MRZ_NEEDED)
            tunnelled.insert()
            card = running.next(CardRead).card
            assert isinstance(card, IdCard)
            assert (card.name, card.number) == (person.name, person.number)
            assert (card.address, card.birth_date) == (person.address, person.birth)
        finally:
            bare.remove()
            tunnelled.remove()


LATE = 40
"""A command in the middle of the portrait."""
FAULTS: list[tuple[list[ChipMishap], set[Problem]]] = [
    ([Removed(at=0)], {Problem.CARD_MOVED}),
    ([Removed(at=5)], {Problem.CARD_MOVED}),
    ([Removed(at=LATE)], {Problem.CARD_MOVED}),
    ([WrongMac(at=LATE, lasting=True)], {Problem.BAD_DATA}),
    ([FlippedData(at=LATE, lasting=True)], {Problem.BAD_DATA}),
    ([RandomBytes(at=0)], set(Problem)),
    ([RandomBytes(at=LATE)], set(Problem)),
    ([StatusOnly(at=6, status=0x6300, lasting=True)], set(Problem)),
    ([Instead(at=LATE, raw=b"\x90", lasting=True)], set(Problem)),
    ([Instead(at=LATE, raw=b"\x90\x00", lasting=True)], set(Problem)),
    ([Instead(at=LATE, raw=b"\x6c\x10", lasting=True)], set(Problem)),
    ([Instead(at=LATE, raw=b"\x61\x10", lasting=True)], set(Problem)),
]


@pytest.mark.parametrize(("mishaps", "problems"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_is_one_clear_problem(
    pcscd: Pcscd, mishaps: list[ChipMishap], problems: set[Problem]
) -> None:
    document = shelf().documents["passport"]
    with at_work(pcscd, document) as (chip, running):
        chip.misbehave(*mishaps)
        chip.insert()
        failed = running.next(CardFailed, CardRead)
        if isinstance(failed, CardRead):
            assert isinstance(failed.card, TravelDocument)
            assert failed.card.authenticity.passive == "failed" or failed.card.warnings
        else:
            assert failed.problem in problems, failed
        chip.remove()
        running.next(CardOut)
        assert sum(isinstance(event, CardFailed) for event in running.events) <= 1
        chip.behave()
        since = running.mark
        chip.insert()
        assert reads(running, document, since).authenticity.passive == "ok"


def huge(document: Document, number: int) -> Document:
    """The file claims 16 MB and has its usual bytes."""
    raw = document.files[group(number)]
    return document.with_file(group(number), raw[:1] + b"\x84\x01\x00\x00\x00" + raw[4:])


@pytest.mark.parametrize("spoilt", ["huge-dg1", "huge-dg2", "no-dg2", "empty-dg11", "junk-sod"])
def test_wrong_contents_are_a_problem_or_labelled(pcscd: Pcscd, spoilt: str) -> None:
    document = shelf().documents["passport"]
    wrong = {
        "huge-dg1": huge(document, 1),
        "huge-dg2": huge(document, 2),
        "no-dg2": document.without(2),
        "empty-dg11": document.with_file(group(11), b"\x6b\x00"),
        "junk-sod": document.with_file(0x011D, b"\x77\x82\x05\x00" + b"\x30\x82" * 640),
    }[spoilt]
    with at_work(pcscd, document) as (chip, running):
        chip.insert(ChipCard(wrong))
        event = running.next(CardFailed, CardRead)
        if isinstance(event, CardRead):
            assert isinstance(event.card, TravelDocument)
            card = event.card
            assert card.authenticity.passive == "failed" or card.warnings
        else:
            assert event.problem is Problem.BAD_DATA
        since = running.mark
        chip.insert(ChipCard(document))
        assert reads(running, document, since).authenticity.passive == "ok"


def test_a_wrong_zone_is_denied_and_the_right_one_then_reads(pcscd: Pcscd) -> None:
    document, other = (shelf().documents[key] for key in ("passport", "hkm-permit"))
    with at_work(pcscd, other) as (chip, running):
        chip.insert(ChipCard(document))
        assert running.next(CardFailed).problem is Problem.ACCESS_DENIED
        running.session.mrz.offer("".join(document.lines.lines))
        reads(running, document, 0)


def test_a_slow_chip_is_waited_for_and_can_be_abandoned(pcscd: Pcscd) -> None:
    document = shelf().documents["passport"]
    with at_work(pcscd, document) as (chip, running):
        chip.misbehave(Slow(at=LATE, seconds=1.5))
        chip.insert()
        reads(running, document, 0)
        chip.behave()
        chip.misbehave(Slow(at=10, seconds=0.2, lasting=True))
        since = running.mark
        chip.insert()
        while chip.commands < 12:
            time.sleep(0.01)
        began = time.monotonic()
        running.session.abandon()
        assert running.next(CardFailed, since=since).problem is Problem.CANCELLED
        assert time.monotonic() - began < 1.0
        chip.behave()


def test_a_silent_chip_keeps_nobody_waiting(pcscd: Pcscd) -> None:
    document = shelf().documents["passport"]
    with at_work(pcscd, document) as (chip, running):
        # vpcd waits for more after an empty answer: to PC/SC the card has fallen silent.
        chip.misbehave(Instead(at=LATE, raw=b"", lasting=True))
        chip.insert()
        while chip.commands <= LATE:
            time.sleep(0.01)
        began = time.monotonic()
        running.session.abandon()
        assert running.next(CardFailed).problem is Problem.CANCELLED
        assert time.monotonic() - began < 1.0
        chip.remove()
        running.next(CardOut)
        chip.behave()
        since = running.mark
        chip.insert()
        reads(running, document, since)


def restarts(pcscd: Pcscd, times: int, how: signal.Signals) -> None:
    """Kill the service under the driver; it is back within 5 s, and no thread is left over."""
    document = shelf().documents["passport"]
    with at_work(pcscd, document) as (chip, running):
        chip.insert()
        reads(running, document, 0)
        before = len(threads())
        for _ in range(times):
            since = running.mark
            pcscd.stop(how)
            assert running.next(ReaderDown, since=since).problem is Problem.SERVICE_DOWN
            pcscd.start()
            began = time.monotonic()
            reads(running, document, since)
            assert time.monotonic() - began < 5.0
        assert len(threads()) == before


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_service_restarted(pcscd: Pcscd, how: signal.Signals) -> None:
    restarts(pcscd, 1, how)


@pytest.mark.soak
def test_the_service_killed_and_restarted_twenty_times(pcscd: Pcscd) -> None:
    restarts(pcscd, 20, signal.SIGKILL)


def in_and_out(pcscd: Pcscd, cycles: int) -> None:
    """Two people's documents in turn, in and out."""
    documents = [shelf().documents[key] for key in ("passport", "hkm-permit")]
    with at_work(pcscd, documents[0]) as (chip, running):
        for cycle in range(cycles):
            document, since = documents[cycle % 2], running.mark
            running.session.mrz.offer("".join(document.lines.lines))
            chip.insert(ChipCard(document))
            reads(running, document, since)
            chip.remove()
            running.next(CardOut, since=since)


def test_in_and_out(pcscd: Pcscd) -> None:
    in_and_out(pcscd, 4)


@pytest.mark.soak
def test_in_and_out_two_hundred_times(pcscd: Pcscd) -> None:
    in_and_out(pcscd, 200)
