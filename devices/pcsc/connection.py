"""One connection with one card, from power-up to an explicit end.

pyscard's connection objects may raise when they are collected after a restart of pcscd, so the
plain calls are used and everything is given back here, whatever happened.
"""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

from smartcard import scard

from devices.pcsc.codes import failure, is_code, must
from devices.pcsc.patience import Calls
from devices.records import Problem, ReaderError

_PROTOCOLS: Final = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
_BUSY_SECONDS: Final = 2.0
"""How long another program is given to finish with the card."""
_BUSY_STEP: Final = 0.1
_EVENT_COUNT: Final = 16
"""The upper half of a slot's state counts cards in and out."""
_NOTICE_MS: Final = 700
"""pcscd looks every 400 ms whether a card still lies there; a removal shows this late."""


class CardConnection:
    """A `Link` (devices/chip/apdu.py) with the card in the reader called `name`.

    Use as a context manager; leaving it powers the card down, so that the next reader of it starts
    afresh, and never raises.
    """

    def __init__(self, name: str, check: Callable[[], None] = lambda: None) -> None:
        self.reader = f"pcsc:{name}"
        self.atr = b""
        self._name = name
        self._check = check
        self._context: Any = None
        self._card: Any = None
        self._request: Any = None
        self._lay = 0
        """State of the slot when the card was connected, with its count of cards in and out."""

    def __enter__(self) -> Self:
        """Connect. Raises ReaderError; nothing is left open then."""
        self._calls = Calls(self._check)
        try:
            self._calls.make(self._open)
        except BaseException:
            self._calls.finish(self._release)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._calls.finish(self._release)

    def transmit(self, apdu: bytes) -> bytes:
        """The card's whole answer. Raises ReaderError: CARD_MOVED, READER_GONE, SERVICE_DOWN,
        NO_ANSWER, what `check` raises, or LINE_NOISE while the card still lies there."""
        return self._calls.make(lambda: self._transmit(apdu))

    def reset(self) -> None:
        """Reset the card. Raises ReaderError, CARD_MOVED when it was out in between."""
        self._calls.make(self._reset)

    def _open(self) -> None:
        code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        if code != scard.SCARD_S_SUCCESS:
            raise failure(code, "SCardEstablishContext")
        self._context = context
        self._connect()
        code, _, _, _, atr = scard.SCardStatus(self._card)
        must(code, "SCardStatus")
        self.atr = bytes(atr)
        self._lay = self._state(0)

    def _transmit(self, apdu: bytes) -> bytes:
        code, answer = scard.SCardTransmit(self._card, self._request, list(apdu))
        if code == scard.SCARD_S_SUCCESS:
            return bytes(answer)
        raise self._explained(failure(code, "SCardTransmit"))

    def _reset(self) -> None:
        code, protocol = scard.SCardReconnect(
            self._card, scard.SCARD_SHARE_SHARED, _PROTOCOLS, scard.SCARD_RESET_CARD
        )
        if code != scard.SCARD_S_SUCCESS:
            raise self._explained(failure(code, "SCardReconnect"))
        if self._state(0) >> _EVENT_COUNT != self._lay >> _EVENT_COUNT:
            raise ReaderError(Problem.CARD_MOVED, "out and in again")
        self._speak(protocol)

    def _explained(self, error: ReaderError) -> ReaderError:
        """`error`, or that the card was taken away if that is what it was about."""
        if error.problem not in (Problem.LINE_NOISE, Problem.UNKNOWN_CARD):
            return error
        now = self._state(_NOTICE_MS)
        same = now & scard.SCARD_STATE_PRESENT and now >> _EVENT_COUNT == self._lay >> _EVENT_COUNT
        return error if same else ReaderError(Problem.CARD_MOVED, error.detail)

    def _state(self, wait_ms: int) -> int:
        """The slot's state, after at most `wait_ms` if it stays what it was when we connected."""
        code, states = scard.SCardGetStatusChange(
            self._context, wait_ms, [(self._name, self._lay if wait_ms else 0)]
        )
        if is_code(code, scard.SCARD_E_TIMEOUT):
            return self._lay
        must(code, "SCardGetStatusChange")
        return states[0][1]

    def _connect(self) -> None:
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            code, card, protocol = scard.SCardConnect(
                self._context, self._name, scard.SCARD_SHARE_SHARED, _PROTOCOLS
            )
            busy = is_code(code, scard.SCARD_E_SHARING_VIOLATION)
            if not busy or time.monotonic() > deadline:
                break
            time.sleep(_BUSY_STEP)
        must(code, "SCardConnect")
        self._card = card
        self._speak(protocol)

    def _speak(self, protocol: int) -> None:
        t0 = protocol == scard.SCARD_PROTOCOL_T0
        self._request = scard.SCARD_PCI_T0 if t0 else scard.SCARD_PCI_T1

    def _release(self) -> None:
        # After a restart of the service both calls answer with an error code; there is nothing
        # left to give back then.
        if self._card is not None:
            scard.SCardDisconnect(self._card, scard.SCARD_UNPOWER_CARD)
            self._card = None
        if self._context is not None:
            scard.SCardReleaseContext(self._context)
            self._context = None
