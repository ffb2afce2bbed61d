"""Every mishap of a SAM_V line: one clear problem at most, and the next card reads normally."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from devices.records import (
    CardFailed,
    CardOut,
    CardRead,
    IdCard,
    Problem,
    ReaderDown,
    ReaderUp,
)
from devices.samv.driver import SamvDriver
from devices.transports.serial_line import SerialLine
from devices.virtual.cards import CardData
from devices.virtual.mishaps import (
    AbsurdLength,
    CutOff,
    FlippedBit,
    InnerLengths,
    Instead,
    Mishap,
    Noise,
    OneByteAtATime,
    Silence,
    Status,
    SwappedAt,
    TakenAt,
    TakenBefore,
    UnpluggedAt,
    WrongChecksum,
)
from devices.virtual.module import FIND, READ, READ_ADDRESS, SELECT, Module, frame
from devices.virtual.samv import VirtualReader
from tests.devices.mishaps.desk import (
    FIRST,
    PEOPLE,
    SECOND,
    at_work,
    changed,
    everything_is_whole,
    noise,
    photographed,
    reads,
)
from tests.devices.mishaps.running import Running

OVERCOME = [
    OneByteAtATime(),
    Silence(at=100, seconds=1.0),
    Silence(at=100, seconds=5.0),
    Noise(before_frame=b"\xaa\xaa\xaa\x96\x68\x00\xff\xaa\xaa"),
    WrongChecksum(),
    FlippedBit(at=3),
    FlippedBit(at=6),
    FlippedBit(at=9),
    FlippedBit(at=700),
    AbsurdLength(length=0xFFFF),
    AbsurdLength(length=0),
    AbsurdLength(length=0x0508 + 200),
    Noise(inside=b"\x00\xaa\xaa\xaa\x96\x69\x00\x04", at=300),
    CutOff(at=100),
    CutOff(at=0),
    InnerLengths(text=0x0100, photo=0x0500),
    InnerLengths(text=0, photo=0x0500),
    Instead(raw=noise(7, 1295)),
    Status(status=0x41),
    Status(status=0x24, sw=(0x6F, 0x00)),
    WrongChecksum(command=FIND),
    CutOff(command=SELECT, at=4),
    Status(command=SELECT, status=0x81),
]


def overcome(mishap: Mishap) -> None:
    """The card is read in spite of it, and the next one after it."""
    first, second = photographed(FIRST, 1), photographed(SECOND, 2)
    with at_work() as (reader, running):
        reader.misbehave(replace(mishap))
        reader.lay(first)
        reads(running, first, 0)
        after = running.mark
        reader.take()
        reader.lay(second)
        reads(running, second, after)
        everything_is_whole(running, first, second)


Lasting = tuple[Mishap, set[Problem]]
LASTING: list[Lasting] = [
    (WrongChecksum(times=50), {Problem.LINE_NOISE}),
    (AbsurdLength(times=50), {Problem.LINE_NOISE}),
    (InnerLengths(times=50), {Problem.BAD_DATA}),
    (Instead(raw=noise(8, 900)[:5], times=50), {Problem.LINE_NOISE, Problem.NO_ANSWER}),
    (Status(status=0x10, times=50), {Problem.LINE_NOISE}),
    (Status(status=0x32, times=50), {Problem.NOT_VALID_CARD}),
    (Status(status=0x33, times=50), {Problem.NOT_VALID_CARD}),
    (Status(status=0x40, times=50), {Problem.NOT_VALID_CARD, Problem.UNKNOWN_CARD}),
    (Status(status=0x47, times=50), {Problem.CARD_MOVED}),
    (Noise(inside=frame(0x80), at=300, times=50), {Problem.NO_CARD, Problem.CARD_MOVED}),
    (Status(status=0xEE, times=50), set(Problem) - {Problem.NO_CARD}),
]


def one_problem(case: Lasting) -> None:
    """One failure of a kind that fits, however long it lasts; then the next card reads."""
    mishap, problems = case
    with at_work() as (reader, running):
        reader.misbehave(replace(mishap))
        reader.lay(FIRST)
        failed = running.next(CardFailed)
        assert failed.problem in problems, failed
        reader.take()
        running.next(CardOut)
        assert sum(isinstance(event, CardFailed) for event in running.events) == 1
        after = running.mark
        reader.behave()
        reader.lay(SECOND)
        reads(running, SECOND, after)
        everything_is_whole(running, SECOND)


WRONG_CARDS = [
    (changed(FIRST, patches=((0, b"\x00\xd8A\x00"),)), {Problem.BAD_DATA}),
    (changed(FIRST, patches=((122, b"\x00\xdc" * 18),)), {Problem.BAD_DATA}),
    (changed(FIRST, patches=((36, "20269999".encode("utf-16-le")),)), {Problem.BAD_DATA}),
    (changed(FIRST, patches=((248, b"Z\x00"),)), {Problem.UNKNOWN_CARD}),
    (changed(FIRST, patches=((0, b"\xff" * 256),)), set(Problem)),
    (changed(FIRST, patches=((0, b" \x00" * 128),)), {Problem.BAD_DATA}),
    (changed(FIRST, photo=bytes(512)), {Problem.BAD_DATA}),
]


def refused(case: tuple[CardData, set[Problem]]) -> None:
    """The card is a problem, the next one is not."""
    card, problems = case
    with at_work() as (reader, running):
        reader.lay(card)
        assert running.next(CardFailed).problem in problems
        after = running.mark
        reader.take()
        reader.lay(SECOND)
        reads(running, SECOND, after)
        everything_is_whole(running, SECOND)


def test_control_characters_and_markup_do_not_reach_the_screen(
    reader: VirtualReader, running: Running
) -> None:
    nasty = "样\x1b[2J\u202e\x07[b]x"
    reader.lay(changed(FIRST, name=nasty, address="[link=x]\x9b31m\r\n样本路"))
    card = running.next(CardRead).card
    assert isinstance(card, IdCard)
    for text in (card.name, card.address or ""):
        assert text.isprintable()
        assert not any(sign in text for sign in "\x1b\x07\u202e\x9b")
    assert "name_cleaned" in card.warnings


def taken_at(at: int) -> None:
    """The module stops at this byte of its answer because the card is gone."""
    with at_work() as (reader, running):
        reader.misbehave(TakenAt(at=at, cut=True))
        reader.lay(FIRST)
        running.next(CardFailed, CardOut)
        after = running.mark
        reader.lay(SECOND)
        reads(running, SECOND, after)
        everything_is_whole(running, SECOND)


@pytest.mark.parametrize("command", [SELECT, READ])
def test_taken_away_before_a_command(reader: VirtualReader, running: Running, command: int) -> None:
    reader.misbehave(TakenBefore(command=command))
    reader.lay(FIRST)
    assert running.next(CardFailed).problem is Problem.CARD_MOVED
    after = running.mark
    reader.lay(SECOND)
    reads(running, SECOND, after)


def swapped(case: tuple[int, bool]) -> None:
    """Another card lies there from this command's answer on."""
    command, cut = case
    first, second = photographed(FIRST, 1), photographed(SECOND, 2)
    with at_work() as (reader, running):
        reader.misbehave(SwappedAt(command=command, card=second, at=8, cut=cut))
        reader.lay(first)
        reads(running, second, 0)
        everything_is_whole(running, first, second)


def unplugged(at: int) -> None:
    """The cable is pulled at this byte and put back with another card on the reader."""
    with at_work() as (reader, running):
        reader.misbehave(UnpluggedAt(at=at))
        reader.lay(FIRST)
        assert running.next(ReaderDown).problem is Problem.READER_GONE
        after = running.mark
        reader.lay(SECOND)
        reader.plug()
        running.next(ReaderUp, since=after)
        reads(running, SECOND, after)
        everything_is_whole(running, SECOND)


def sampled(key: str) -> None:
    """A sample reads as it was written."""
    with at_work() as (reader, running):
        reader.lay(PEOPLE[key])
        reads(running, PEOPLE[key], 0)


def drowned(answers: int) -> None:
    """So many answers are noise, whatever was asked; then the card reads."""
    with at_work() as (reader, running):
        reader.misbehave(
            *(Instead(command=None, raw=noise(n, 40 * n)) for n in range(1, answers + 1))
        )
        reader.lay(FIRST)
        reads(running, FIRST, 0)
        everything_is_whole(running, FIRST)


def late(seconds: float) -> None:
    """One person's answer comes when the next person's card already lies there."""
    first, second = photographed(FIRST, 1), photographed(SECOND, 2)
    with at_work() as (reader, running):
        reader.misbehave(Silence(at=0, seconds=seconds), SwappedAt(command=FIND, card=second, at=0))
        reader.lay(first)
        reads(running, second, 0)
        everything_is_whole(running, first, second)


BYTES = (0, 1, 6, 9, 10, 13, 14, 270, 300, 1294)
"""Places in a read answer: in its head, at the seams of its blocks, in their middle, at the end."""
MISHAPS: list[tuple[Callable[[Any], None], list[Any]]] = [
    (overcome, OVERCOME),
    (one_problem, LASTING),
    (refused, WRONG_CARDS),
    (taken_at, list(BYTES)),
    (unplugged, list(BYTES)),
    (sampled, sorted(PEOPLE)),
    (drowned, [1, 2, 3]),
    (late, [0.5, 4.0, 5.5]),
    (swapped, list(product((FIND, SELECT, READ, READ_ADDRESS), (False, True)))),
]


def test_every_mishap() -> None:
    """All of them side by side, each with a reader of its own, as each is mostly waiting."""
    failures = []
    with ThreadPoolExecutor(max_workers=24) as pool:
        jobs = [(check, case) for check, cases in MISHAPS for case in cases]
        for (check, case), done in [(job, pool.submit(*job)) for job in jobs]:
            error = done.exception()
            if error is not None:
                failures.append(f"{check.__name__} {case!r}: {error}")
    assert not failures, "\n".join(failures)


def test_a_module_out_of_service_says_so() -> None:
    module = Module(out_of_service=0x66)
    with VirtualReader(module=module) as reader:
        driver = SamvDriver(f"samv:{reader.path}", SerialLine(reader.path))
        with Running(driver) as running:
            assert running.next(ReaderDown).problem is Problem.READER_OUT_OF_SERVICE
            module.out_of_service = None
            reader.lay(SECOND)
            running.next(ReaderUp)
            reads(running, SECOND, 0)
