"""Watching the PC/SC service: readers that come and go, cards that are laid down and taken away.

pyscard's own monitors end silently when pcscd restarts; this watch loses its context then, says
so, and whoever runs it makes a new one.
"""

import time
from dataclasses import dataclass
from typing import Any, Final

from smartcard import scard

from devices.pcsc.codes import failure, is_code, must
from devices.records import Problem, ReaderError

_PLUG: Final = "\\\\?PnP?\\Notification"
"""Not a reader: changes when one comes or goes."""
_EVENT_COUNT: Final = 16
_HALF: Final = 1 << 16
_GONE: Final = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class ReaderAdded:
    """A reader is there, with or without a card."""

    name: str


@dataclass(frozen=True, slots=True)
class ReaderRemoved:
    """The reader is gone, and with it any card."""

    name: str


@dataclass(frozen=True, slots=True)
class CardLaid:
    """A card lies on the reader. `atr` is empty when it does not answer to power."""

    name: str
    atr: bytes


@dataclass(frozen=True, slots=True)
class CardTaken:
    """The card left the reader."""

    name: str


Change = ReaderAdded | ReaderRemoved | CardLaid | CardTaken


class Watch:
    """One PC/SC context and what is known through it.

    `changes` belongs to one thread; `cancel` may be called from any.
    """

    def __init__(self) -> None:
        self._context: Any = None
        self._states: dict[str, int] = {}

    def open(self) -> None:
        """Find the service. Raises ReaderError(SERVICE_DOWN)."""
        code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        if code != scard.SCARD_S_SUCCESS:
            raise ReaderError(Problem.SERVICE_DOWN, failure(code, "SCardEstablishContext").detail)
        self._context = context
        self._states = {}

    def close(self) -> None:
        """Give the context back. Never raises; the service may be gone."""
        context, self._context = self._context, None
        if context is not None:
            scard.SCardReleaseContext(context)

    def cancel(self) -> None:
        """End a wait in `changes` early."""
        context = self._context
        if context is not None:
            scard.SCardCancel(context)

    def changes(self, seconds: float) -> list[Change]:
        """What happened, waiting at most `seconds` for the first; none when nothing did.

        Raises ReaderError(SERVICE_DOWN) when the service is gone: close, and open again.
        """
        names = self._names()
        found = self._compare_readers(names)
        states = [(name, self._states[name] or scard.SCARD_STATE_UNAWARE) for name in names]
        states.append((_PLUG, len(names) << _EVENT_COUNT))
        wait = 0 if found or 0 in self._states.values() else round(seconds * 1000)
        begun = time.monotonic()
        code, answers = scard.SCardGetStatusChange(self._context, wait, states)
        if is_code(code, scard.SCARD_E_TIMEOUT, scard.SCARD_E_CANCELLED):
            return found
        if is_code(code, scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE):
            # A reader went between the list and the wait: the next list shows it.
            return found
        if code != scard.SCARD_S_SUCCESS:
            raise ReaderError(Problem.SERVICE_DOWN, failure(code, "SCardGetStatusChange").detail)
        for name, state, atr in answers[: len(names)]:
            found += self._compare_card(name, state, bytes(atr))
        if not found and time.monotonic() - begun < seconds / 10:
            # A state that keeps changing without a meaning here must not become a busy loop.
            time.sleep(min(0.05, seconds))
        return found

    def _names(self) -> list[str]:
        code, names = scard.SCardListReaders(self._context, [])
        if is_code(code, scard.SCARD_E_NO_READERS_AVAILABLE):
            return []
        if code != scard.SCARD_S_SUCCESS:
            raise ReaderError(Problem.SERVICE_DOWN, failure(code, "SCardListReaders").detail)
        return list(names)

    def _compare_readers(self, names: list[str]) -> list[Change]:
        found: list[Change] = [ReaderRemoved(name) for name in self._states if name not in names]
        found += [ReaderAdded(name) for name in names if name not in self._states]
        self._states = {name: self._states.get(name, 0) for name in names}
        return found

    def _compare_card(self, name: str, state: int, atr: bytes) -> list[Change]:
        """What a slot's new state means beside its old one.

        The upper half of a state counts cards in and out, so that one that was changed between
        two looks is seen too.
        """
        before, self._states[name] = self._states[name], state & ~scard.SCARD_STATE_CHANGED
        if state & _GONE:
            return []
        was_in = bool(before & scard.SCARD_STATE_PRESENT)
        is_in = bool(state & scard.SCARD_STATE_PRESENT)
        moved = before and before // _HALF != state // _HALF
        changes: list[Change] = []
        if was_in and (moved or not is_in):
            changes.append(CardTaken(name))
        if is_in and (moved or not was_in):
            changes.append(CardLaid(name, atr))
        return changes


def reader_names() -> list[str]:
    """The readers there are now. Raises ReaderError(SERVICE_DOWN)."""
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    must(code, "SCardEstablishContext")
    try:
        code, names = scard.SCardListReaders(context, [])
        if is_code(code, scard.SCARD_E_NO_READERS_AVAILABLE):
            return []
        must(code, "SCardListReaders")
        return list(names)
    finally:
        scard.SCardReleaseContext(context)
