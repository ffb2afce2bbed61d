"""Every mishap of a SAM_V line: one clear problem at most, and the next card reads normally."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
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
from devices.virtual.cards import CardData, ResidentCard
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
from devices.virtual.people import crowd, sample_people
from devices.virtual.samv import VirtualReader
from tests.devices.mishaps.running import Running

TODAY = date(2026, 11, 24)
PEOPLE = {person.key: person.card for person in sample_people(TODAY)}
FIRST, SECOND = PEOPLE["moved"], PEOPLE["long-name"]
"""Of one the newest address differs, of the other the name is as long as it can be."""


def changed(card: CardData, **values: object) -> CardData:
    """The same card with other values."""
    return type(card)(**{**vars(card), **values})


def noise(seed: int, size: int) -> bytes:
    """Bytes without a meaning, the same for a seed."""
    return random.Random(seed).randbytes(size)  # noqa: S311 - noise, not secrets


def agrees(read: IdCard, card: CardData) -> bool:
    """Whether all of the record is this card's and nothing of it another's."""
    expected = (card.number, card.birth, card.valid_from, card.valid_to, card.photo)
    photo = None if read.photo is None else read.photo.data
    if expected != (read.number, read.birth_date, read.valid_from, read.valid_to, photo):
        return False
    if not isinstance(card, ResidentCard):
        return True
    newest = card.newest_addresses[-1] if card.newest_addresses else None
    unread = "newest_address_not_read" in read.warnings and read.newest_address is None
    return (read.name, read.address, read.issuing_authority) == (
        card.name,
        card.address,
        card.authority,
    ) and (unread or read.newest_address == newest)


@contextmanager
def at_work(module: Module | None = None) -> Iterator[tuple[VirtualReader, Running]]:
    """A reader and a driver that has found it."""
    with VirtualReader(module=module) as reader:
        driver = SamvDriver(f"samv:{reader.path}", SerialLine(reader.path))
        with Running(driver) as running:
            running.next(ReaderUp)
            yield reader, running


@pytest.fixture
def reader(desk: tuple[VirtualReader, Running]) -> VirtualReader:
    return desk[0]


@pytest.fixture
def running(desk: tuple[VirtualReader, Running]) -> Running:
    return desk[1]


@pytest.fixture
def desk() -> Iterator[tuple[VirtualReader, Running]]:
    with at_work() as both:
        yield both


def photographed(card: CardData, seed: int) -> CardData:
    """The card with a photo block of its own, so that a foreign one would show."""
    return changed(card, photo=noise(seed, 1024))


def reads(running: Running, card: CardData, since: int) -> CardRead:
    """Wait for this card's record."""
    event = running.next(
        CardRead,
        since=since,
        where=lambda event: isinstance(event.card, IdCard) and event.card.number == card.number,
    )
    assert isinstance(event.card, IdCard)
    assert agrees(event.card, card)
    return event


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


def everything_is_whole(running: Running, *cards: CardData) -> None:
    """Each record ever handed out is one card's, all of it."""
    for event in running.events:
        if isinstance(event, CardRead):
            assert isinstance(event.card, IdCard)
            assert any(agrees(event.card, card) for card in cards)


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


@pytest.mark.parametrize("reselect", [True, False])
def test_the_screen_knows_when_a_card_is_gone(reselect: bool) -> None:
    with at_work(Module(reselect=reselect)) as (reader, running):
        for card in crowd(3, TODAY):
            after = running.mark
            reader.lay(card)
            reads(running, card, after)
            reader.take()
            running.next(CardOut, since=after)


def hot_plug(reader: VirtualReader, running: Running, cycles: int) -> None:
    """Pull and put back the cable, each time with another person's card."""
    for card in crowd(cycles, TODAY, seed=3):
        after = running.mark
        reader.unplug()
        running.next(ReaderDown, since=after)
        reader.lay(card)
        reader.plug()
        reads(running, card, after)
    everything_is_whole(running, *crowd(cycles, TODAY, seed=3))


def test_hot_plugging(reader: VirtualReader, running: Running) -> None:
    hot_plug(reader, running, 8)


@pytest.mark.soak
def test_hot_plugging_two_hundred_times(reader: VirtualReader, running: Running) -> None:
    hot_plug(reader, running, 200)


def storm(reader: VirtualReader, running: Running, rounds: int, seed: int) -> None:
    """People come and go at odd moments while the line misbehaves; after each round it is calm.

    Whatever was read in between is one person's, whole; and in the calm the next card reads.
    """
    chance = random.Random(seed)  # noqa: S311 - the same storm for a seed
    people = [photographed(card, n) for n, card in enumerate(crowd(12, TODAY, seed))]
    people += [photographed(FIRST, 98), photographed(SECOND, 99)]
    last = people[0]
    for _ in range(rounds):
        before = last
        one, other = chance.sample(people, 2)
        command = chance.choice((FIND, SELECT, READ, READ_ADDRESS))
        at = chance.randrange(1295)
        reader.misbehave(
            chance.choice(
                (
                    SwappedAt(command=command, card=other, at=at),
                    SwappedAt(command=command, card=other, at=at, cut=True),
                    TakenAt(command=command, at=at),
                    FlippedBit(command=command, at=at),
                    WrongChecksum(command=command, times=2),
                    Silence(command=command, at=at % 20, seconds=0.4),
                    Noise(command=command, before_frame=noise(at, 9)),
                    Status(command=command, status=chance.choice((0x41, 0x81, 0x24, 0x33))),
                    UnpluggedAt(command=command, at=at),
                )
            )
        )
        reader.lay(one)
        match chance.randrange(3):
            case 0:
                reader.take()
            case 1:
                reader.lay(other)
        running.session.pause(chance.random() * 0.3)
        reader.behave()
        reader.take()
        # A card lifted and laid again between two looks is the same card, and no event.
        last = chance.choice([each for each in people if each not in (one, other, before)])
        since = running.mark
        reader.lay(last)
        reader.plug()
        reads(running, last, since)
    everything_is_whole(running, *people)


def test_a_storm(reader: VirtualReader, running: Running) -> None:
    storm(reader, running, rounds=8, seed=1)


@pytest.mark.soak
def test_a_long_storm(reader: VirtualReader, running: Running) -> None:
    storm(reader, running, rounds=250, seed=2)
