"""Cards and cables that come and go while the line misbehaves."""

import random

import pytest

from devices.records import (
    CardOut,
    ReaderDown,
)
from devices.virtual.mishaps import (
    FlippedBit,
    Noise,
    Silence,
    Status,
    SwappedAt,
    TakenAt,
    UnpluggedAt,
    WrongChecksum,
)
from devices.virtual.module import FIND, READ, READ_ADDRESS, SELECT, Module
from devices.virtual.people import crowd
from devices.virtual.samv import VirtualReader
from tests.devices.mishaps.desk import (
    FIRST,
    SECOND,
    TODAY,
    at_work,
    everything_is_whole,
    noise,
    photographed,
    reads,
)
from tests.devices.mishaps.running import Running


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
