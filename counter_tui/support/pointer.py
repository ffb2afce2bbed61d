"""What a supporter points at and proposes, as it reaches the terminal.

One datagram a message. The kernel says which user sent it; anybody else's is dropped. Text is
cleaned and cut here, so that nothing a supporter sends can repaint the screen.
"""

import dataclasses
import json
import os
import pwd
import re
import socket
import struct
from dataclasses import dataclass
from typing import Any, Final

from counter_tui.clean import clean
from counter_tui.support.place import Place

LONGEST_MESSAGE: Final = 2048
LONGEST_TEXT: Final = 120
_FIELD: Final = re.compile(r"\w[\w .,]{0,39}")
_CREDENTIALS: Final = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class Arrival:
    """The supporter attached; `who` is the name in the certificate they came with."""

    who: str


@dataclass(frozen=True, slots=True)
class Pointing:
    """Look there: row and column of the screen from 0, and a word about it."""

    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value for a field; nothing happens until the clerk takes it."""

    field: str
    value: str = dataclasses.field(repr=False)


Message = Arrival | Pointing | Proposal


class Pointer:
    """The terminal's ear. Belongs to the thread that made it."""

    def __init__(self, place: Place) -> None:
        self._path = place.pointer
        self._allowed = {os.getuid(), pwd.getpwnam(place.supporter).pw_uid}
        self._path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._socket.bind(str(self._path))
        self._path.chmod(0o660)

    def fileno(self) -> int:
        """For `loop.add_reader`."""
        return self._socket.fileno()

    def receive(self) -> Message | None:
        """The next message; None when there is none. What makes no sense is passed over."""
        while True:
            try:
                data, ancillary, flags, _ = self._socket.recvmsg(
                    LONGEST_MESSAGE, socket.CMSG_SPACE(_CREDENTIALS.size)
                )
            except BlockingIOError:
                return None
            message = None
            if not flags & socket.MSG_TRUNC and _sender(ancillary) in self._allowed:
                message = parse(data)
            if message is not None:
                return message

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
        self._path.unlink(missing_ok=True)


def parse(data: bytes) -> Message | None:
    """The message in a datagram, cleaned; None when it is none."""
    try:
        value = json.loads(data)
    except ValueError:
        return None
    match value:
        case {"do": "arrive", "who": str(who)}:
            return Arrival(_text(who))
        case {"do": "point", "row": int(row), "column": int(column), "text": str(text)} if (
            0 <= row < 1000 and 0 <= column < 1000
        ):
            return Pointing(row, column, _text(text))
        case {"do": "propose", "field": str(name), "value": str(text)} if _FIELD.fullmatch(name):
            return Proposal(name, _text(text))
    return None


def _text(text: str) -> str:
    return clean(text)[:LONGEST_TEXT].strip()


def _sender(ancillary: list[tuple[int, int, bytes]]) -> int | None:
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
            return _CREDENTIALS.unpack(data[: _CREDENTIALS.size])[1]
    return None


def message(do: str, **values: Any) -> bytes:
    """A datagram of this protocol."""
    return json.dumps({"do": do, **values}).encode()
