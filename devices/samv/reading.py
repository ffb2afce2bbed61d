"""One card, from select to a whole record, through the mishaps a line and a hand can make."""

import time
from dataclasses import dataclass
from typing import Final

from devices.driver import Session
from devices.records import IdCard, Problem, ReaderError
from devices.samv import commands
from devices.samv.blocks import Blocks, cut_base
from devices.samv.layouts import Origin, card_from
from devices.samv.link import Link
from devices.samv.status import ModuleError, Status

CHAINS: Final = 3
"""How often find, select and read are gone through for one card."""
BETWEEN_CHAINS: Final = 0.15
ADDRESS_UNREAD: Final = "newest_address_not_read"
"""The warning of a card whose newest address could not be asked for."""
ENOUGH: Final = 5.0
"""Seconds after which no further chain begins: the clerk is waiting, and has been told nothing."""
_AGAIN: Final = frozenset(
    {Problem.CARD_MOVED, Problem.LINE_NOISE, Problem.NO_ANSWER, Problem.BAD_DATA}
)
_NOT_KNOWN_HERE: Final = frozenset(
    {Status.BAD_COMMAND, Status.BAD_LENGTH, Status.UNRECOGNISED, Status.NOT_ALLOWED}
)


@dataclass(slots=True)
class Abilities:
    """What this module turned out to be able to do."""

    fingerprints: bool = True
    addresses: bool = True


@dataclass(frozen=True, slots=True)
class Content:
    """What lay on the card, whole and from one card only."""

    blocks: Blocks
    addresses: bytes
    warnings: tuple[str, ...] = ()

    def card(self, origin: Origin) -> IdCard:
        """The record. Raises ReaderError BAD_DATA or UNKNOWN_CARD."""
        return card_from(self.blocks, origin, self.addresses, self.warnings)


def read_content(link: Link, session: Session, abilities: Abilities, fingerprints: bool) -> Content:
    """Read the card that was just found. Raises ReaderError."""
    blocks = _chains(link, session, abilities, fingerprints)
    addresses, warnings = _addresses(link, session, abilities)
    return Content(blocks, addresses, warnings)


def _chains(link: Link, session: Session, abilities: Abilities, fingerprints: bool) -> Blocks:
    chain, began = 1, time.monotonic()
    while True:
        try:
            if chain > 1:
                _find_regardless(link, session)
            link.ask(session, commands.SELECT)
            return _base(link, session, abilities, fingerprints)
        except ReaderError as error:
            if error.problem not in _AGAIN or chain == CHAINS or link.silent > 1:
                raise
            if time.monotonic() - began > ENOUGH:
                raise
        chain += 1
        session.pause(BETWEEN_CHAINS)


def _find_regardless(link: Link, session: Session) -> None:
    """Find, whatever comes of it: a card that has once been read is not found again, yet read."""
    try:
        link.ask(session, commands.FIND)
    except ModuleError:
        return


def _base(link: Link, session: Session, abilities: Abilities, fingerprints: bool) -> Blocks:
    """Text, portrait and, if wanted and possible, fingerprints.

    A damaged answer is asked for again at once: the card stays selected, and a card that was
    read to its end is not found a second time.
    """
    if fingerprints and abilities.fingerprints:
        try:
            return cut_base(link.ask(session, commands.READ_ALL).data)
        except ModuleError as error:
            if error.status not in _NOT_KNOWN_HERE:
                raise
            abilities.fingerprints = False
    try:
        return cut_base(link.ask(session, commands.READ).data)
    except ReaderError as error:
        if isinstance(error, ModuleError) or error.problem not in _AGAIN or link.silent > 1:
            raise
    return cut_base(link.ask(session, commands.READ).data)


def _addresses(link: Link, session: Session, abilities: Abilities) -> tuple[bytes, tuple[str, ...]]:
    """Data of the newest-address reply, and warnings.

    Never selects again: the card now on the reader may be the next person's. What cannot be read
    is left out, and said.
    """
    for _ in range(2):
        if not abilities.addresses:
            break
        try:
            return link.ask(session, commands.ADDRESS).data, ()
        except ModuleError as error:
            abilities.addresses = error.status not in _NOT_KNOWN_HERE
            break
        except ReaderError as error:
            if error.problem not in _AGAIN:
                raise
            abilities.addresses = error.problem is not Problem.NO_ANSWER
    return b"", (ADDRESS_UNREAD,)
