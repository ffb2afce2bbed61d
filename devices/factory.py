"""From reader addresses to drivers. What a driver needs is imported only when one is made."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from devices import uri
from devices.driver import BACK_OFF, Driver, Session
from devices.records import Problem, ReaderError, ReaderUp

if TYPE_CHECKING:
    from devices.transports.transport import Transport


@dataclass(frozen=True, slots=True)
class Options:
    """What all readers of a station share."""

    trust: Path | None = None
    """Folder of CSCA certificates; None: chip signatures are not checked."""
    wlt_library: str = ""
    """Vendor library that decodes the portrait of an ID card; empty: none."""


def make_driver(text: str, options: Options) -> Driver:
    """The driver for the reader URI `text`; nothing is opened yet.

    Raises AddressError.
    """
    address = uri.parse(text)
    match address:
        case uri.PcscAddress(name):
            return _pcsc(name, options)
        case uri.UsbAddress(identity, fingerprints):
            from devices.transports.usb_bulk import UsbBulk

            return _samv(text, UsbBulk(identity), options, fingerprints)
        case uri.SerialAddress(line, baud, identity, fingerprints):
            from devices.transports.serial_line import SerialLine

            return _samv(text, SerialLine(line, baud, identity), options, fingerprints)
        case uri.ScannerAddress(line, baud, identity):
            from devices.scanners.line import LineScanner
            from devices.transports.serial_line import SerialLine

            return LineScanner(text, SerialLine(line, baud, identity))
        case uri.VirtualAddress():
            return VirtualDriver(text, options)


def _samv(
    text: str, transport: "Transport", options: Options, fingerprints: bool = False
) -> Driver:
    from devices.samv.driver import SamvDriver
    from devices.wlt.decoder import WltDecoder

    decoder = WltDecoder(options.wlt_library) if options.wlt_library else None
    return SamvDriver(text, transport, fingerprints=fingerprints, decoder=decoder)


def _pcsc(name: str, options: Options) -> Driver:
    from devices.chip.trust import Trust
    from devices.pcsc.driver import PcscDriver

    def trusted() -> Trust | None:
        try:
            return None if options.trust is None else Trust.folder(options.trust)
        except OSError as error:
            raise ReaderError(Problem.BAD_TRUST, type(error).__name__) from None

    return PcscDriver(name, trusted)


class VirtualDriver:
    """A virtual reader on a pseudo-terminal of this process, with a made-up person's card on it,
    read over the real protocol.
    """

    retry_after = BACK_OFF

    def __init__(self, reader: str, options: Options) -> None:
        self.reader = reader
        self._options = options
        self._open = ExitStack()
        self._driver: Driver | None = None

    def open(self, session: Session) -> ReaderUp:
        """Start the twin, lay the first sample person's card, connect."""
        from devices.transports.serial_line import SerialLine
        from devices.virtual.people import sample_people
        from devices.virtual.samv import VirtualReader

        with ExitStack() as opened:
            twin = opened.enter_context(VirtualReader())
            twin.lay(sample_people(date.today())[0].card)
            driver = _samv(self.reader, SerialLine(twin.path), self._options)
            up = driver.open(session)
            opened.callback(driver.close)
            self._open, self._driver = opened.pop_all(), driver
        return up

    def step(self, session: Session) -> None:
        """One round of the driver over it."""
        if self._driver is not None:
            self._driver.step(session)

    def close(self) -> None:
        """Stop driver and twin."""
        self._driver = None
        self._open.close()

    def interrupt(self) -> None:
        """The driver beneath needs no waking."""
