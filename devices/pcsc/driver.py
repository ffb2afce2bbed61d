"""The PC/SC service as a driver: all its readers, or the one that is named."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import Final

from devices.chip.reader import read_document
from devices.chip.trust import Trust
from devices.driver import Session
from devices.mrz import AccessKey, MrzError, access_key
from devices.pcsc.connection import CardConnection
from devices.pcsc.service import (
    CardLaid,
    CardTaken,
    Change,
    ReaderAdded,
    ReaderRemoved,
    Watch,
    reader_names,
)
from devices.pcsc.tunnelled import read_id_card, shows_id_card
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

SCHEME: Final = "pcsc:"
_WAIT: Final = 0.5
"""Seconds of one wait; a zone that is scanned while a card lies there is noticed as fast."""
_LOST: Final = frozenset({Problem.SERVICE_DOWN, Problem.READER_GONE})
_TRY_WITH_NEXT_ZONE: Final = frozenset({Problem.MRZ_NEEDED, Problem.ACCESS_DENIED})


class PcscDriver:
    """A `Driver` (devices/driver.py). Events of a reader carry its own address, `pcsc:NAME`.

    A chip document needs the printed zone: a card that failed for want of it, or with the wrong
    one, is read again as soon as another zone is offered.
    """

    retry_after = (0.5, 1.0, 2.0)

    def __init__(self, name: str = "", trust: Callable[[], Trust | None] = lambda: None) -> None:
        """`trust` is asked when the driver is first opened, in its thread: certificates of many
        states take their time. It may raise ReaderError.
        """
        self.reader = SCHEME + name
        self._name = name
        self._trusted = cache(trust)
        self._watch = Watch()
        self._readers: set[str] = set()
        self._lying: dict[str, bytes] = {}
        self._unread: dict[str, int] = {}
        """Cards that wait for a zone, and the number of the one that was tried."""

    def open(self, session: Session) -> ReaderUp:
        """Find the service, and the named reader in it. Raises ReaderError."""
        self._trusted()
        if self._name and self._name not in reader_names():
            raise ReaderError(Problem.READER_GONE, "no reader of this name")
        self._watch.open()
        self._readers.clear()
        self._lying.clear()
        self._unread.clear()
        return ReaderUp(self.reader, self._name or "PC/SC")

    def step(self, session: Session) -> None:
        """Wait for changes and read what was laid down. Raises ReaderError when all is lost."""
        try:
            for change in self._watch.changes(_WAIT):
                self._apply(change, session)
            self._read_waiting(session)
        except ReaderError as error:
            self._all_gone(session, error.problem)
            raise

    def close(self) -> None:
        """Give the context back."""
        self._watch.close()

    def interrupt(self) -> None:
        """End the wait for changes; from any thread."""
        self._watch.cancel()

    def _apply(self, change: Change, session: Session) -> None:
        if self._name and change.name != self._name:
            return
        address = SCHEME + change.name
        match change:
            case ReaderAdded(name):
                self._readers.add(name)
                if not self._name:
                    session.emit(ReaderUp(address, name))
            case ReaderRemoved(name):
                self._readers.discard(name)
                self._taken(name, session)
                if self._name:
                    raise ReaderError(Problem.READER_GONE, "the reader was unplugged")
                session.emit(ReaderDown(address, Problem.READER_GONE))
            case CardLaid(name, atr):
                self._lying[name] = atr
                session.emit(CardIn(address))
                self._read(name, atr, session)
            case CardTaken(name):
                self._taken(name, session)

    def _taken(self, name: str, session: Session) -> None:
        self._unread.pop(name, None)
        if self._lying.pop(name, None) is not None:
            session.emit(CardOut(SCHEME + name))

    def _all_gone(self, session: Session, problem: Problem) -> None:
        for name in sorted(self._readers):
            self._taken(name, session)
            if not self._name:
                session.emit(ReaderDown(SCHEME + name, problem))
        self._readers.clear()

    def _read_waiting(self, session: Session) -> None:
        version, text = session.mrz.latest()
        if text is None:
            return
        for name, tried in list(self._unread.items()):
            if tried != version:
                del self._unread[name]
                self._read(name, self._lying[name], session)

    def _read(self, name: str, atr: bytes, session: Session) -> None:
        session.begin_read()
        version, text = session.mrz.latest()
        try:
            with CardConnection(name, session.check) as link:
                card = self._recognise(link, _key(text), session)
        except ReaderError as error:
            if error.problem is Problem.SERVICE_DOWN:
                raise
            if error.problem in _TRY_WITH_NEXT_ZONE:
                self._unread[name] = version
            session.emit(CardFailed(SCHEME + name, error.problem, error.detail))
        else:
            session.emit(CardRead(SCHEME + name, card))

    def _recognise(self, link: CardConnection, key: AccessKey | None, session: Session) -> Card:
        """Read the card as what its ATR says, else as a travel document, else as a module's."""
        if shows_id_card(link.atr):
            return read_id_card(link, session.check)

        def progress(file: str, percent: int) -> None:
            session.emit(Progress(link.reader, file, percent))

        now = datetime.now(UTC)
        try:
            return read_document(link, key, self._trusted(), progress, session.check, now)
        except ReaderError as error:
            if error.problem is not Problem.UNKNOWN_CARD:
                raise
            return read_id_card(link, session.check)


def _key(text: str | None) -> AccessKey | None:
    """The key in the zone that was offered; text that is none is as good as no zone."""
    try:
        return access_key(text, date.today()) if text else None
    except MrzError:
        return None
