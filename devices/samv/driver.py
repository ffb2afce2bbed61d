"""The driver of a reader with a SAM_V module: polls, reads, and tells when a card is gone."""

import time
from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto
from typing import Final

from devices.driver import BACK_OFF, Session
from devices.records import (
    CardFailed,
    CardIn,
    CardOut,
    CardRead,
    IdCard,
    Photo,
    Problem,
    ReaderError,
    ReaderUp,
)
from devices.samv import commands
from devices.samv.blocks import sam_number
from devices.samv.frame import framed
from devices.samv.layouts import Origin
from devices.samv.link import Link, Vigil
from devices.samv.reading import ADDRESS_UNREAD, Abilities, Content, read_content
from devices.samv.status import ModuleError, Status
from devices.transports.transport import Transport

POLL_EMPTY: Final = 0.1
"""Seconds from one find to the next while nothing lies there; a card waits no longer than this."""
LEAST_PAUSE: Final = 0.02
"""Seconds of rest before a find, however slow the module answers."""
POLL_LYING: Final = 0.4
STATUS_EVERY: Final = 10.0
EMPTY: Final = Vigil(
    framed(bytes((0, 0, Status.NO_CARD))), POLL_EMPTY, round(STATUS_EVERY / POLL_EMPTY)
)
"""Nothing lies there. The standard's answer; a module that words it otherwise costs more."""
MOST_NOISE: Final = 5
"""Damaged or odd answers to find, in a row, that make the line unfit."""
RESET_AFTER: Final = 3
"""Failed reads of one lying card after which the module is reset once."""

_LOST: Final = frozenset({Problem.READER_GONE, Problem.READER_OUT_OF_SERVICE})

Decoder = Callable[[bytes], bytes | None]
"""Makes a BMP of a WLT block, or None."""


class Presence(Enum):
    """What is known about the place where cards are laid."""

    EMPTY = auto()
    READ = auto()
    FAILED = auto()
    LEFT_ALONE = auto()
    """A read was broken off by hand; the card is not touched until it has left."""


class SamvDriver:
    """One module behind one transport. See `devices.driver.Driver`."""

    retry_after = BACK_OFF

    def __init__(
        self,
        reader: str,
        transport: Transport,
        *,
        fingerprints: bool = False,
        decoder: Decoder | None = None,
    ) -> None:
        self.reader = reader
        self._transport = transport
        self._link = Link(transport)
        self._fingerprints = fingerprints
        self._decoder = decoder
        self._abilities = Abilities()
        self._number: str | None = None
        self._presence = Presence.EMPTY
        self._last: Content | None = None
        self._failures = 0
        self._noise = 0
        self._finds_again = False
        """This module has found a card again that was read and had not left."""
        self._status_due = 0.0

    def open(self, session: Session) -> ReaderUp:
        """Connect; ask for the module's health and number."""
        self._presence, self._last, self._noise = Presence.EMPTY, None, 0
        self._link.open()
        try:
            self._greet(session)
        except ReaderError:
            self._link.close()
            raise
        self._status_due = time.monotonic() + STATUS_EVERY
        return ReaderUp(self.reader, self._transport.reader, self._number)

    def _greet(self, session: Session) -> None:
        self._number = None
        try:
            self._link.ask(session, commands.STATUS)
            self._link.marker = commands.STATUS
            self._number = sam_number(self._link.ask(session, commands.NUMBER).data)
            self._link.marker = commands.NUMBER
        except ModuleError as error:
            if error.problem in _LOST:
                raise
        except ReaderError as error:
            if error.problem in _LOST or error.problem is Problem.CANCELLED:
                raise
            # Some modules answer nothing but what a read needs.
            if self._link.marker is None:
                self._found(session)
                if not self._link.answered:
                    raise

    def step(self, session: Session) -> None:
        """Wait a little, look for a card, and deal with what is there."""
        if session.pause(self._rest()):
            return
        session.begin_read()
        if self._presence is Presence.EMPTY and time.monotonic() > self._status_due:
            self._check_health(session)
        touched = self._touches(session) if self._presence is Presence.READ else None
        if touched:
            return
        found = self._found(session, EMPTY if self._presence is Presence.EMPTY else None)
        if found is None:
            return
        if self._presence is Presence.EMPTY:
            if found:
                self._arrive(session)
        elif self._presence is Presence.READ:
            self._watch_read(session, touched, found)
        elif not found:
            self._leave(session)
        elif self._presence is Presence.FAILED:
            self._try_again(session)

    def _rest(self) -> float:
        """Seconds until it is time to look again."""
        if self._presence is not Presence.EMPTY:
            return POLL_LYING
        return max(LEAST_PAUSE, self._link.asked + POLL_EMPTY - time.monotonic())

    def _check_health(self, session: Session) -> None:
        self._status_due = time.monotonic() + STATUS_EVERY
        if self._link.marker is None:
            return
        try:
            self._link.ask(session, commands.STATUS)
        except ReaderError as error:
            self._bear(error)

    def _found(self, session: Session, vigil: Vigil | None = None) -> bool | None:
        """What find says; None when it said nothing sensible. Raises when the reader is lost."""
        try:
            self._link.ask(session, commands.FIND, vigil)
        except ReaderError as error:
            if error.problem is Problem.NO_CARD:
                self._noise = 0
                return False
            self._bear(error)
            return None
        self._noise = 0
        return True

    def _bear(self, error: ReaderError) -> None:
        """Put up with `error` unless it means that the reader is lost."""
        if error.problem in _LOST or self._link.silent > 1:
            raise error
        if error.problem is Problem.CANCELLED:
            return
        self._noise += 1
        if self._noise >= MOST_NOISE:
            raise error

    def _arrive(self, session: Session) -> None:
        session.emit(CardIn(self.reader))
        self._failures = 0
        try:
            content = self._read(session)
            card = content.card(self._origin())
        except ReaderError as error:
            self._fail(session, error)
            return
        self._deliver(session, content, card)

    def _read(self, session: Session) -> Content:
        return read_content(self._link, session, self._abilities, self._fingerprints)

    def _origin(self) -> Origin:
        return Origin(self.reader, self._number)

    def _deliver(self, session: Session, content: Content, card: IdCard) -> None:
        self._presence, self._last = Presence.READ, content
        session.emit(CardRead(self.reader, self._with_picture(card)))

    def _with_picture(self, card: IdCard) -> IdCard:
        if self._decoder is None or card.photo is None:
            return card
        picture = self._decoder(card.photo.data)
        if picture is None:
            return replace(card, warnings=(*card.warnings, "photo_not_decoded"))
        return replace(card, photo=Photo("bmp", picture, decoded=True))

    def _fail(self, session: Session, error: ReaderError) -> None:
        if session.stopped:
            return
        cancelled = error.problem is Problem.CANCELLED
        session.begin_read()
        self._presence = Presence.LEFT_ALONE if cancelled else Presence.FAILED
        session.emit(CardFailed(self.reader, error.problem, error.detail))
        if error.problem in _LOST or self._link.silent > 1:
            raise error

    def _touches(self, session: Session) -> bool | None:
        """Whether the card that was read still answers; None when that cannot be asked.

        By the standard such a card is not found again before it has left, so find cannot tell
        "still there" from "gone". Asking once more for its newest address can: it stays selected.
        """
        answered = self._last is not None and ADDRESS_UNREAD not in self._last.warnings
        if not self._abilities.addresses or not answered:
            return None
        try:
            self._link.ask(session, commands.ADDRESS)
        except ModuleError:
            return False
        except ReaderError as error:
            self._bear(error)
            return None
        return True

    def _watch_read(self, session: Session, touched: bool | None, found: bool) -> None:
        """Deal with a card that was read and may be gone, or be another one."""
        if found:
            self._read_over(session)
        elif touched is False or self._finds_again:
            self._leave(session)

    def _read_over(self, session: Session) -> None:
        """A card is found: another one, or the same on a module that finds lying cards again."""
        try:
            content = self._read(session)
            if self._last is not None and content.blocks == self._last.blocks:
                self._finds_again = True
                return
            card = content.card(self._origin())
        except ReaderError as error:
            # Half gone or the next card half there: the next find tells.
            self._bear(error)
            return
        self._leave(session)
        session.emit(CardIn(self.reader))
        self._deliver(session, content, card)

    def _try_again(self, session: Session) -> None:
        """A card that could not be read still lies there; perhaps it lies better now."""
        try:
            content = self._read(session)
            card = content.card(self._origin())
        except ReaderError as error:
            self._failures += 1
            if error.problem in _LOST or self._link.silent > 1:
                raise
            if self._failures == RESET_AFTER:
                self._reset(session)
            return
        self._deliver(session, content, card)

    def _reset(self, session: Session) -> None:
        try:
            self._link.ask(session, commands.RESET)
        except ReaderError as error:
            self._bear(error)

    def _leave(self, session: Session) -> None:
        self._presence, self._last = Presence.EMPTY, None
        session.emit(CardOut(self.reader))

    def close(self) -> None:
        """Give the line back."""
        self._link.close()
        self._last = None

    def interrupt(self) -> None:
        """Nothing to wake: every wait here is a short one."""
