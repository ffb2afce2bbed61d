"""Commands and answers (ISO 7816-4), and the channel that carries them to one chip."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from devices.chip.faults import StatusError, Unprotected
from devices.records import Problem, ReaderError

OK: Final = 0x9000
END_OF_FILE: Final = 0x6282
SHORT_LE: Final = 256
EXTENDED_LE: Final = 65536
_LONGEST_CHAIN: Final = 64
"""GET RESPONSE is asked at most this often for one answer."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command APDU. `le` is how many bytes are wanted, None for no answer data."""

    ins: int
    p1: int = 0
    p2: int = 0
    data: bytes = b""
    le: int | None = None
    cla: int = 0

    @property
    def head(self) -> bytes:
        return bytes([self.cla, self.ins, self.p1, self.p2])

    def encode(self, extended: bool | None = None) -> bytes:
        """The bytes to send; extended length where asked for, or where short cannot say it."""
        if extended is None:
            extended = len(self.data) > 255 or (self.le or 0) > SHORT_LE
        body = b""
        if self.data:
            size = len(self.data)
            body = (b"\0" + size.to_bytes(2) if extended else bytes([size])) + self.data
        if self.le is not None:
            if not extended:
                body += bytes([self.le % SHORT_LE])
            else:
                body += (b"" if self.data else b"\0") + (self.le % EXTENDED_LE).to_bytes(2)
        return self.head + body


@dataclass(frozen=True, slots=True)
class Answer:
    """One response APDU."""

    data: bytes
    sw: int

    def must(self, doing: str, *also: int) -> bytes:
        """The data, when the status is 9000 or one of `also`. Raises StatusError otherwise."""
        if self.sw != OK and self.sw not in also:
            raise StatusError(self.sw, doing)
        return self.data


class Link(Protocol):
    """What carries bytes to a card. Every method may raise ReaderError."""

    @property
    def reader(self) -> str: ...

    @property
    def atr(self) -> bytes: ...

    def transmit(self, apdu: bytes) -> bytes:
        """Send one command APDU and return the whole answer with its status word."""
        ...

    def reset(self) -> None:
        """Start the same card afresh: nothing selected, no session."""
        ...


class Protection(Protocol):
    """Secure messaging, as the channel sees it."""

    @property
    def short_data(self) -> int: ...

    def wrap(self, command: Command) -> bytes: ...

    def unwrap(self, answer: Answer) -> Answer: ...

    def rewind(self) -> None: ...


class Channel:
    """Sends commands to one card, protected once there is a session, and counts them.

    `check` is called before every command; it raises when the reading was broken off.
    """

    def __init__(self, link: Link, check: Callable[[], None]) -> None:
        self.link = link
        self.count = 0
        """Command APDUs sent so far, GET RESPONSE and repetitions included."""
        self.protection: Protection | None = None
        self._check = check

    def send(self, command: Command, extended: bool | None = None) -> Answer:
        """The answer to `command`. Raises Unprotected when a session is on and it has no MAC."""
        if self.protection is None:
            return self._exchange(command.encode(extended))
        answer = self._exchange(self.protection.wrap(command))
        try:
            return self.protection.unwrap(answer)
        except Unprotected:
            # Most chips that refuse a command before unwrapping it have not counted it either.
            self.protection.rewind()
            raise

    def restart(self) -> None:
        """Start the card afresh, without a session."""
        self.protection = None
        self.link.reset()

    def _exchange(self, apdu: bytes) -> Answer:
        answer = self._transmit(apdu)
        # With data it is the secured status of the chip itself, and the session has moved on.
        if answer.sw >> 8 == 0x6C and not answer.data:
            answer = self._transmit(_with_le(apdu, answer.sw & 0xFF))
        data = answer.data
        for _ in range(_LONGEST_CHAIN):
            if answer.sw >> 8 != 0x61:
                break
            answer = self._transmit(bytes([apdu[0] & 0x03, 0xC0, 0, 0, answer.sw & 0xFF]))
            data += answer.data
        return Answer(data, answer.sw)

    def _transmit(self, apdu: bytes) -> Answer:
        self._check()
        self.count += 1
        raw = self.link.transmit(apdu)
        if len(raw) < 2:
            raise ReaderError(Problem.LINE_NOISE, "answer without a status word")
        return Answer(raw[:-2], int.from_bytes(raw[-2:]))


def _with_le(apdu: bytes, le: int) -> bytes:
    """The same command asking for `le` bytes; a short command always ends with its Le here."""
    if len(apdu) == 4:
        return apdu + bytes([le])
    short = len(apdu) == 5 or apdu[4] != 0
    return apdu[:-1] + bytes([le]) if short else apdu[:-2] + le.to_bytes(2)
