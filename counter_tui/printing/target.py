"""Where slips go: the `uri` under [printer] in counter.toml, taken apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qsl

from counter_tui.words import N_

Way = Literal["none", "text", "pdf", "cups", "file", "serial", "usb", "tcp"]

ESCPOS: Final = frozenset[Way]({"file", "serial", "usb", "tcp"})
"""The ways that speak ESC/POS to a receipt printer."""

_DEFAULTS: Final[Mapping[str, int]] = {"columns": 48, "baud": 9600, "cut": 1}
"""48 columns are a paper of 80 mm; 58 mm have 32."""


class BadTarget(ValueError):
    """The address of a printer that there is not; its text is a sentence of the catalogue."""


@dataclass(frozen=True, slots=True)
class Target:
    """A printer. `where` is a folder, a device, `VENDOR:PRODUCT`, `HOST:PORT` or a queue."""

    way: Way
    where: str = ""
    columns: int = 48
    baud: int = 9600
    cut: bool = True

    @property
    def on(self) -> bool:
        """Whether anything is printed at all."""
        return self.way != "none"


def target(uri: str) -> Target:
    """Take `uri` apart. Raises BadTarget.

    `file:FOLDER` writes text files, `pdf:FOLDER` PDF files, `cups:QUEUE` prints PDF (empty: the
    default queue); `escpos:/dev/usb/lp0`, `escpos:serial:/dev/ttyS0?baud=19200`,
    `escpos:usb:04b8:0e15`, `escpos:tcp://HOST:9100` drive a receipt printer, each with
    `columns=32` for narrow paper and `cut=0` for one without a knife.
    """
    if not uri:
        return Target("none")
    address, _, query = uri.partition("?")
    scheme, _, rest = address.partition(":")
    values = _values(query)
    if scheme == "cups":
        return Target("cups", rest)
    if scheme in ("file", "pdf") and rest:
        return Target("text" if scheme == "file" else "pdf", rest, values["columns"])
    if scheme != "escpos" or not rest:
        raise BadTarget(
            N_("a printer is file:FOLDER, pdf:FOLDER, cups:QUEUE or escpos:… (see counter.toml)")
        )
    way, where = _device(rest)
    return Target(way, where, values["columns"], values["baud"], bool(values["cut"]))


def _device(rest: str) -> tuple[Way, str]:
    if rest.startswith("/"):
        return "file", rest
    way, _, where = rest.partition(":")
    where = where.removeprefix("//")
    if way == "serial" and where.startswith("/"):
        return "serial", where
    if way == "usb" and _is_usb(where):
        return "usb", where
    if way == "tcp" and where:
        host, _, port = where.rpartition(":")
        if host and port.isdecimal() and 0 < int(port) < 65536:
            return "tcp", where
    raise BadTarget(N_("escpos: goes on with /dev/…, serial:/dev/…, usb:VVVV:PPPP or tcp://H:PORT"))


def _is_usb(where: str) -> bool:
    vendor, _, product = where.partition(":")
    try:
        return all(len(one) == 4 and int(one, 16) >= 0 for one in (vendor, product))
    except ValueError:
        return False


def _values(query: str) -> dict[str, int]:
    found = dict(_DEFAULTS)
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in found or not value.isdecimal():
            raise BadTarget(N_("a printer's options are columns, baud and cut, each a number"))
        found[name] = int(value)
    if not 24 <= found["columns"] <= 96:
        raise BadTarget(N_("a receipt printer has 24 to 96 columns"))
    return found
