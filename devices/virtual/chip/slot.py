"""A card in a slot of vpcd: the wire between a virtual chip and a real pcscd.

Each message is two bytes of length and that many bytes. One byte from vpcd is an order (0 power
off, 1 power on, 2 reset, 4 give the ATR), anything else a command APDU.
"""

import socket
import threading
import time
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from devices.virtual.chip.card import Card
from devices.virtual.chip.mishaps import ChipMishap

FIRST_PORT = 35963
SETTLE = 0.6
"""Seconds a slot must stay empty: pcscd may lose a card that comes back sooner."""
RETRY = 0.05
GIVE_ATR = b"\x04"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the card is: seconds for each command, bits a second in the field."""

    command: float = 0.0
    bits_per_second: float = 0.0

    def seconds(self, size: int) -> float:
        """What one exchange of `size` bytes, both ways, takes the card."""
        return self.command + (size * 8 / self.bits_per_second if self.bits_per_second else 0.0)


REAL = Pace(command=0.004, bits_per_second=424_000)
"""A chip of the usual kind on a reader of the usual kind."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One command for measuring: instruction, bytes both ways, times of the monotonic clock."""

    ins: int
    sent: int
    received: int
    began: float
    ended: float


class VirtualChip:
    """A card that can be put into one slot of a running vpcd and taken out of it.

    When pcscd goes away while the card is in, the card waits and connects again, as a card left
    lying on the reader does.
    """

    def __init__(
        self, card: Card, *, port: int = FIRST_PORT, host: str = "127.0.0.1", pace: Pace = Pace()
    ) -> None:
        self.card = card
        self.exchanges: deque[Exchange] = deque(maxlen=100_000)
        self._address = (host, port)
        self._pace = pace
        self._mishaps: list[ChipMishap] = []
        self._out = threading.Event()
        self._out.set()
        self._left = 0.0
        self._count = 0
        self._thread: threading.Thread | None = None
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.insert()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    @property
    def inserted(self) -> bool:
        """Whether the card lies in the slot."""
        return not self._out.is_set()

    @property
    def commands(self) -> int:
        """How many commands came since it was inserted."""
        return self._count

    def insert(self, card: Card | None = None) -> None:
        """Put the card, or another one, into the slot; waits until the slot has settled."""
        self.remove()
        if card is not None:
            self.card = card
        time.sleep(max(0.0, self._left + SETTLE - time.monotonic()))
        self.card.reset()
        self._count = 0
        self._out = threading.Event()
        self._thread = threading.Thread(
            target=self._lie, args=(self.card, self._out), name="virtual-chip"
        )
        self._thread.start()

    def remove(self) -> None:
        """Take the card out, if it is in."""
        self._out.set()
        with self._lock:
            if self._socket is not None:
                self._hang_up(self._socket)
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def misbehave(self, *mishaps: ChipMishap) -> None:
        """Let each of `mishaps` befall the command it names."""
        self._mishaps.extend(mishaps)

    def behave(self) -> None:
        """Forget all mishaps."""
        self._mishaps.clear()

    @staticmethod
    def _hang_up(line: socket.socket) -> None:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            # vpcd was gone first.
            return

    def _lie(self, card: Card, out: threading.Event) -> None:
        while not out.is_set():
            try:
                line = socket.create_connection(self._address, timeout=5)
            except OSError:
                out.wait(RETRY)
                continue
            with line:
                line.settimeout(None)
                with self._lock:
                    self._socket = line
                if not out.is_set():
                    self._serve(card, line, out)
                with self._lock:
                    self._socket = None
            self._left = time.monotonic()

    def _serve(self, card: Card, line: socket.socket, out: threading.Event) -> None:
        try:
            while not out.is_set() and (message := self._receive(line)) is not None:
                if len(message) == 1:
                    if message == GIVE_ATR:
                        self._send(line, card.atr)
                    else:
                        card.reset()
                    continue
                answer = self._exchange(card, message, out)
                if answer is None:
                    out.set()
                    return
                self._send(line, answer)
        except OSError:
            # vpcd went away, or we hung up on it: the caller sees which.
            return

    def _exchange(self, card: Card, message: bytes, out: threading.Event) -> bytes | None:
        began = time.monotonic()
        number = self._count
        self._count += 1
        mishap = next((each for each in self._mishaps if each.due(number)), None)
        answer = card.answer(message) if mishap is None else mishap.answer(card, message)
        if answer is None:
            return None
        due = began + self._pace.seconds(len(message) + len(answer))
        out.wait(max(0.0, due - time.monotonic()))
        self.exchanges.append(
            Exchange(message[1], len(message), len(answer), began, time.monotonic())
        )
        return answer

    @staticmethod
    def _receive(line: socket.socket) -> bytes | None:
        # Without this each message costs the 40 ms of a delayed acknowledgement; it does not last.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        head = line.recv(2, socket.MSG_WAITALL)
        if len(head) < 2:
            return None
        size = int.from_bytes(head, "big")
        body = line.recv(size, socket.MSG_WAITALL) if size else b""
        return body if len(body) == size else None

    @staticmethod
    def _send(line: socket.socket, body: bytes) -> None:
        line.sendall(len(body).to_bytes(2, "big") + body)
