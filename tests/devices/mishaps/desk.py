"""What the tests of a SAM_V line share: people, a reader at work, and what a good record is."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from devices.records import (
    CardRead,
    IdCard,
    ReaderUp,
)
from devices.samv.driver import SamvDriver
from devices.transports.serial_line import SerialLine
from devices.virtual.cards import CardData, ResidentCard
from devices.virtual.module import Module
from devices.virtual.people import sample_people
from devices.virtual.samv import VirtualReader
from tests.devices.mishaps.running import Running

TODAY = date(2026, 11, 24)
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


def everything_is_whole(running: Running, *cards: CardData) -> None:
    """Each record ever handed out is one card's, all of it."""
    for event in running.events:
        if isinstance(event, CardRead):
            assert isinstance(event.card, IdCard)
            assert any(agrees(event.card, card) for card in cards)
