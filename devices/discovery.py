"""Readers that could be configured: what is plugged in and looks like one. Nothing is opened."""

import contextlib
from urllib.parse import quote

from serial.tools import list_ports

from devices.records import ReaderError
from devices.transports.binding import Identity


def plugged_in() -> list[str]:
    """Reader URIs of the USB serial ports, USB modules and PC/SC readers of this machine.

    A USB serial port may be something else than a reader; only its owner knows.
    """
    return [*_serial_ports(), *_usb_modules(), *_pcsc_readers()]


def _serial_ports() -> list[str]:
    return [
        f"samv:serial?device={quote(str(Identity(port.vid, port.pid, port.serial_number)), ':')}"
        for port in list_ports.comports()
        if port.vid is not None and port.pid is not None
    ]


def _usb_modules() -> list[str]:
    import usb.core

    from devices.transports.usb_bulk import USUAL

    # Without libusb, or without the right to list the bus, there is nothing to offer.
    with contextlib.suppress(usb.core.NoBackendError, usb.core.USBError):
        if usb.core.find(idVendor=USUAL.vid, idProduct=USUAL.pid) is not None:
            return ["samv:usb"]
    return []


def _pcsc_readers() -> list[str]:
    from devices.pcsc.service import reader_names

    with contextlib.suppress(ReaderError):
        return [f"pcsc:{name}" for name in reader_names()]
    return []
