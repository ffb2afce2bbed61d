"""Finds a USB serial port again by what it is (VID:PID:serial), not by the name it got."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, Self


class Port(Protocol):
    """A serial port as `serial.tools.list_ports` describes it."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """One USB unit. Cheap adapters have no serial number; then only the kind is known."""

    vid: int
    pid: int
    serial: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `VVVV:PPPP` or `VVVV:PPPP:SERIAL`, hexadecimal. Raises ValueError."""
        found = re.fullmatch(r"([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?::(.+))?", text)
        if found is None:
            raise ValueError("not VID:PID or VID:PID:SERIAL")
        return cls(int(found[1], 16), int(found[2], 16), found[3])

    def __str__(self) -> str:
        text = f"{self.vid:04X}:{self.pid:04X}"
        return f"{text}:{self.serial}" if self.serial else text

    def fits(self, port: Port) -> bool:
        """Whether `port` is this unit, as far as one can tell."""
        if (port.vid, port.pid) != (self.vid, self.pid):
            return False
        return self.serial is None or port.serial_number == self.serial


def identity_of(device: str, ports: Iterable[Port]) -> Identity | None:
    """What stands behind the name `device`; None when it is not a USB port."""
    for port in ports:
        if port.device == device and port.vid is not None and port.pid is not None:
            return Identity(port.vid, port.pid, port.serial_number or None)
    return None


def device_of(identity: Identity, ports: Iterable[Port], last: str | None = None) -> str | None:
    """The name the unit has now; None when it is not there.

    Of several units that cannot be told apart only the one at `last`, its former name, is taken:
    a guess could read the neighbour's cards.
    """
    fitting = [port.device for port in ports if identity.fits(port)]
    if len(fitting) == 1:
        return fitting[0]
    return last if last in fitting else None
