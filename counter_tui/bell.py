"""How terminal and agent wake each other: a datagram on a Unix socket in the station's home.

The socket is for this user only (mode 0600), and the kernel tells who sent each datagram. A home
may lie deeper than a socket's path may be long, so it is reached through its folder's descriptor.
"""

import asyncio
import json
import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

_CREDENTIALS: Final = struct.Struct("iii")
_LARGEST: Final = 65536

Message = dict[str, Any]


class Bell:
    """A named bell of one process: others `ring` it."""

    def __init__(self, home: Path, name: str) -> None:
        self._home, self._name = home, f"{name}.sock"
        self.rung_by = 0
        """The process that sent the last message, as the kernel tells."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            (home / self._name).unlink(missing_ok=True)
            mask = os.umask(0o177)
            try:
                _reached(home, self._name, self._socket.bind)
            finally:
                os.umask(mask)
        except BaseException:
            self._socket.close()
            raise

    def on_ring(self, heard: Callable[[Message], None]) -> None:
        """Call `heard` on the running event loop for each message of this user's processes."""
        asyncio.get_running_loop().add_reader(self._socket, self._drain, heard)

    def wait(self, seconds: float) -> Message | None:
        """Wait for one message without an event loop; None when there was none in time."""
        self._socket.settimeout(seconds)
        try:
            return self._message()
        except TimeoutError:
            return None

    def fileno(self) -> int:
        """For `select`: readable when somebody rang."""
        return self._socket.fileno()

    def close(self) -> None:
        """Take the bell down."""
        # After the loop has ended there is nothing left to remove.
        with suppress(RuntimeError):
            asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        (self._home / self._name).unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _drain(self, heard: Callable[[Message], None]) -> None:
        while True:
            try:
                message = self._message()
            except BlockingIOError:
                return
            if message is not None:
                heard(message)

    def _message(self) -> Message | None:
        space = socket.CMSG_SPACE(_CREDENTIALS.size)
        data, ancillary, _, _ = self._socket.recvmsg(_LARGEST, space)
        senders = [sender for one in ancillary if (sender := _sender(*one))]
        if not senders:
            return None
        self.rung_by = senders[0]
        try:
            message = json.loads(data)
        except ValueError:
            return None
        return message if isinstance(message, dict) else None


def ring(home: Path, name: str, message: Message) -> bool:
    """Send a message to the bell `name`; False when nobody is there. Never blocks."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender:
        try:
            _reached(
                home, f"{name}.sock", lambda path: sender.sendto(json.dumps(message).encode(), path)
            )
        except OSError:
            return False
    return True


def is_heard(home: Path, name: str) -> bool:
    """Whether somebody is there to hear the bell `name`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
        try:
            _reached(home, f"{name}.sock", probe.connect)
        except OSError:
            return False
    return True


def _reached(home: Path, name: str, use: Callable[[str], object]) -> None:
    folder = os.open(home, os.O_PATH | os.O_DIRECTORY)
    try:
        use(f"/proc/self/fd/{folder}/{name}")
    finally:
        os.close(folder)


def _sender(level: int, kind: int, data: bytes) -> int:
    """The number of a process of this user's that sent it; 0 for any other's."""
    if (level, kind) != (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
        return 0
    process, user, _ = _CREDENTIALS.unpack(data[: _CREDENTIALS.size])
    return process if user == os.getuid() else 0
