"""Reader addresses, as they stand in the configuration and after `--reader`.

    samv:/dev/ttyUSB0?baud=115200            a serial port of this machine
    samv:serial?device=0403:6001:A5XK3RJT    the same, bound to the unit and not to its name
    samv:socket://192.0.2.7:9000             behind a serial-to-LAN box that passes raw bytes
    samv:rfc2217://192.0.2.7:2217            behind one that speaks RFC 2217
    samv:usb, samv:usb?device=0400:C35A, samv:usb?serial=123
    pcsc:READER NAME                         a PC/SC reader; `pcsc:` any of them
    scanner:/dev/ttyACM0?baud=9600           a barcode or MRZ scanner on a serial port
    virtual:                                 a reader of this process, for trying things out

`fingerprints=yes` on a `samv` address reads the fingerprint templates too.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl, unquote

from devices.records import Problem, ReaderError
from devices.transports.binding import Identity

SCHEMES: Final = ("samv", "pcsc", "scanner", "virtual")
BAUDS: Final = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)
_USUAL_BAUD: Final = {"samv": 115200, "scanner": 9600}
_FAR: Final = re.compile(r"(socket|rfc2217)://(\[[0-9A-Fa-f:.]+\]|[^/?#\[\]:@\s]+):([0-9]{1,5})/?")
_YES: Final = {"yes": True, "1": True, "true": True, "no": False, "0": False, "false": False}


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A serial line: `line` is a path or a pyserial URL, None when `identity` names the unit."""

    line: str | None
    baud: int
    identity: Identity | None = None
    fingerprints: bool = False


@dataclass(frozen=True, slots=True)
class UsbAddress:
    """A SAM_V module on USB."""

    identity: Identity
    fingerprints: bool = False


@dataclass(frozen=True, slots=True)
class PcscAddress:
    """A PC/SC reader by name; empty: any."""

    name: str


@dataclass(frozen=True, slots=True)
class ScannerAddress:
    """A scanner on a serial line."""

    line: str | None
    baud: int
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class VirtualAddress:
    """A virtual reader of this process."""


Address = SerialAddress | UsbAddress | PcscAddress | ScannerAddress | VirtualAddress


class Fault(StrEnum):
    """What can be wrong with an address; the application has a sentence for each."""

    SCHEME = "scheme"
    CONTROL = "control"
    VIRTUAL = "virtual"
    IDENTITY = "identity"
    IDENTITY_NEEDED = "identity_needed"
    IDENTITY_MISPLACED = "identity_misplaced"
    FAR = "far"
    PATH = "path"
    OPTIONS = "options"
    TWICE = "twice"
    BAUD = "baud"
    YES_OR_NO = "yes_or_no"
    UNKNOWN_OPTION = "unknown_option"


class AddressError(ReaderError):
    """The address cannot be understood; `uri` is it, `fault` what is wrong."""

    def __init__(self, fault: Fault, uri: str = "") -> None:
        super().__init__(Problem.BAD_ADDRESS, str(fault))
        self.fault = fault
        self.uri = uri


def parse(uri: str) -> Address:
    """What `uri` names. Raises AddressError."""
    try:
        return _parse(uri)
    except AddressError as error:
        raise AddressError(error.fault, uri) from None


def _parse(uri: str) -> Address:
    scheme, colon, rest = uri.partition(":")
    if not colon or scheme not in SCHEMES:
        raise AddressError(Fault.SCHEME)
    if not rest.isprintable():
        raise AddressError(Fault.CONTROL)
    if scheme == "pcsc":
        return PcscAddress(rest)
    if scheme == "virtual":
        if rest:
            raise AddressError(Fault.VIRTUAL)
        return VirtualAddress()
    place, _, query = rest.partition("?")
    options = _Options(query)
    if scheme == "samv" and place == "usb":
        return _usb(options)
    line, identity = _line(place, options)
    baud = options.baud(_USUAL_BAUD[scheme])
    if scheme == "scanner":
        options.none_left()
        return ScannerAddress(line, baud, identity)
    fingerprints = options.yes("fingerprints")
    options.none_left()
    return SerialAddress(line, baud, identity, fingerprints)


def _line(place: str, options: "_Options") -> tuple[str | None, Identity | None]:
    identity = options.identity()
    if place == "serial":
        if identity is None:
            raise AddressError(Fault.IDENTITY_NEEDED)
        return None, identity
    if identity is not None:
        raise AddressError(Fault.IDENTITY_MISPLACED)
    if "://" in place:
        found = _FAR.fullmatch(place)
        if found is None or not 0 < int(found[3]) < 65536:
            raise AddressError(Fault.FAR)
        return place.rstrip("/"), None
    path = unquote(place)
    if not path.startswith("/") or "\x00" in path:
        raise AddressError(Fault.PATH)
    return path, None


def _usb(options: "_Options") -> UsbAddress:
    usual = Identity(0x0400, 0xC35A)
    serial = options.take("serial")
    identity = options.identity() or usual
    fingerprints = options.yes("fingerprints")
    options.none_left()
    if serial is not None:
        identity = Identity(identity.vid, identity.pid, serial)
    return UsbAddress(identity, fingerprints)


class _Options:
    """The part after `?`, each option to be taken once."""

    def __init__(self, query: str) -> None:
        try:
            pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
        except ValueError:
            raise AddressError(Fault.OPTIONS) from None
        self._values = dict(pairs)
        if len(self._values) != len(pairs):
            raise AddressError(Fault.TWICE)

    def take(self, name: str) -> str | None:
        return self._values.pop(name, None)

    def baud(self, usual: int) -> int:
        text = self.take("baud")
        if text is None:
            return usual
        if not (text.isascii() and text.isdigit()) or int(text) not in BAUDS:
            raise AddressError(Fault.BAUD)
        return int(text)

    def yes(self, name: str) -> bool:
        text = self.take(name)
        if text is None:
            return False
        if text not in _YES:
            raise AddressError(Fault.YES_OR_NO)
        return _YES[text]

    def identity(self) -> Identity | None:
        text = self.take("device")
        try:
            return None if text is None else Identity.parse(text)
        except ValueError:
            raise AddressError(Fault.IDENTITY) from None

    def none_left(self) -> None:
        if self._values:
            raise AddressError(Fault.UNKNOWN_OPTION)
