"""Readers behind a network: raw bytes, and RFC 2217 by pyserial's own server side."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import serial
from serial.rfc2217 import PortManager

from devices.once import read_one
from devices.records import IdCard, Problem, ReaderError
from devices.virtual.people import sample_people
from devices.virtual.samv import VirtualReader

# pyserial names its thread in the way of older Pythons.
pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")
CARD = sample_people(date(2026, 11, 24))[0].card


class WithoutModemLines(serial.Serial):
    """A pseudo-terminal has no modem lines; a server that asks for them hears that all are low."""

    cts = dsr = ri = cd = property(lambda self: False)

    def _update_rts_state(self) -> None:
        return

    def _update_dtr_state(self) -> None:
        return

    def _update_break_state(self) -> None:
        return


class Box:
    """A serial-to-LAN box with one client at a time; closes the line when told or left."""

    def __init__(self, path: str, rfc2217: bool) -> None:
        self._path, self._rfc2217 = path, rfc2217
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "Box":
        self._thread.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._server.close()
        self._thread.join(5)
        assert not self._thread.is_alive()

    def write(self, data: bytes) -> None:
        """What the RFC 2217 side wants to say by itself."""
        self._client.sendall(data)

    def _serve(self) -> None:
        self._client, _ = self._server.accept()
        with self._client, WithoutModemLines(self._path, 115200, timeout=0) as line:
            manager = PortManager(line, self) if self._rfc2217 else None
            while True:
                ready, _, _ = select.select([self._client, line], [], [])
                if self._client in ready:
                    data = self._client.recv(4096)
                    if not data:
                        return
                    line.write(b"".join(manager.filter(data)) if manager else data)
                if line in ready:
                    data = line.read(4096)
                    self._client.sendall(b"".join(manager.escape(data)) if manager else data)


@contextmanager
def box(rfc2217: bool) -> Iterator[int]:
    with VirtualReader() as reader:
        reader.lay(CARD)
        with Box(reader.path, rfc2217) as there:
            yield there.port


@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
async def test_a_card_is_read_over_the_network(scheme: str) -> None:
    with box(scheme == "rfc2217") as port:
        card = await read_one([f"samv:{scheme}://127.0.0.1:{port}"], 5)
    assert isinstance(card, IdCard)
    assert card.number == CARD.number


@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
async def test_a_box_that_is_not_there_is_said(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ReaderError) as caught:
        await read_one([f"samv:{scheme}://127.0.0.1:{port}"], 5)
    assert caught.value.problem is Problem.READER_GONE
