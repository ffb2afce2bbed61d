"""Reader addresses, and finding a unit again under another name."""

from dataclasses import dataclass

import pytest

from devices.transports.binding import Identity, device_of, identity_of
from devices.uri import (
    AddressError,
    Fault,
    PcscAddress,
    ScannerAddress,
    SerialAddress,
    UsbAddress,
    VirtualAddress,
    parse,
)

UNIT = Identity(0x0403, 0x6001, "A5XK3RJT")
GOOD = {
    "samv:/dev/ttyUSB0?baud=57600": SerialAddress("/dev/ttyUSB0", 57600),
    "samv:/dev/ttyUSB0?fingerprints=yes": SerialAddress("/dev/ttyUSB0", 115200, None, True),
    "samv:serial?device=0403:6001:A5XK3RJT": SerialAddress(None, 115200, UNIT),
    "samv:socket://192.0.2.7:9000": SerialAddress("socket://192.0.2.7:9000", 115200),
    "samv:rfc2217://[2001:db8::7]:2217": SerialAddress("rfc2217://[2001:db8::7]:2217", 115200),
    "samv:usb": UsbAddress(Identity(0x0400, 0xC35A)),
    "samv:usb?serial=12": UsbAddress(Identity(0x0400, 0xC35A, "12")),
    "samv:usb?device=0483:5750": UsbAddress(Identity(0x0483, 0x5750)),
    "pcsc:Virtual PCD 00 00": PcscAddress("Virtual PCD 00 00"),
    "pcsc:": PcscAddress(""),
    "scanner:/dev/ttyACM0": ScannerAddress("/dev/ttyACM0", 9600),
    "virtual:": VirtualAddress(),
}
BAD = {
    "": Fault.SCHEME,
    "/dev/ttyUSB0": Fault.SCHEME,
    "com:1": Fault.SCHEME,
    "samv:": Fault.PATH,
    "samv:ttyUSB0": Fault.PATH,
    "samv:/dev/tty\x1b[2J": Fault.CONTROL,
    "samv:/dev/ttyUSB0?baud=7": Fault.BAUD,
    "samv:/dev/ttyUSB0?baud=x&baud=y": Fault.TWICE,
    "samv:/dev/ttyUSB0?bauds=9600": Fault.UNKNOWN_OPTION,
    "samv:/dev/ttyUSB0?baud": Fault.OPTIONS,
    "samv:/dev/ttyUSB0?fingerprints=perhaps": Fault.YES_OR_NO,
    "samv:/dev/ttyUSB0?device=0403:6001": Fault.IDENTITY_MISPLACED,
    "samv:serial": Fault.IDENTITY_NEEDED,
    "samv:serial?device=403": Fault.IDENTITY,
    "samv:socket://host": Fault.FAR,
    "samv:socket://host:99999": Fault.FAR,
    "samv:http://host:80": Fault.FAR,
    "virtual:two": Fault.VIRTUAL,
}


@pytest.mark.parametrize(("uri", "address"), GOOD.items())
def test_an_address_is_understood(uri: str, address: object) -> None:
    assert parse(uri) == address


@pytest.mark.parametrize(("uri", "fault"), BAD.items())
def test_a_wrong_address_says_what_is_wrong(uri: str, fault: Fault) -> None:
    with pytest.raises(AddressError) as caught:
        parse(uri)
    assert (caught.value.fault, caught.value.uri) == (fault, uri)


@dataclass
class Port:
    device: str
    vid: int | None = 0x0403
    pid: int | None = 0x6001
    serial_number: str | None = None


def test_a_unit_is_found_again_by_what_it_is() -> None:
    before = [Port("/dev/ttyS0", None, None), Port("/dev/ttyUSB0", serial_number="A5XK3RJT")]
    identity = identity_of("/dev/ttyUSB0", before)
    assert identity == UNIT
    after = [
        Port("/dev/ttyUSB0", serial_number="OTHER"),
        Port("/dev/ttyUSB1", serial_number=UNIT.serial),
    ]
    assert device_of(UNIT, after, "/dev/ttyUSB0") == "/dev/ttyUSB1"
    assert device_of(UNIT, after[:1], "/dev/ttyUSB0") is None
    assert identity_of("/dev/ttyS0", before) is None


def test_units_that_cannot_be_told_apart_are_not_guessed_at() -> None:
    twins = [Port("/dev/ttyUSB0"), Port("/dev/ttyUSB1")]
    kind = Identity(0x0403, 0x6001)
    assert device_of(kind, twins, "/dev/ttyUSB1") == "/dev/ttyUSB1"
    assert device_of(kind, twins, "/dev/ttyUSB2") is None
    assert device_of(kind, twins[1:], "/dev/ttyUSB0") == "/dev/ttyUSB1"
