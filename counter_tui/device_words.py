"""One sentence for each way a card or a reader can fail, and the exit status of a command then."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from counter_tui.failure import ClearNo, Failure, OutOfOrder, WrongUse
from counter_tui.words import N_
from devices.records import Problem, ReaderError
from devices.text import clean
from devices.uri import AddressError, Fault

PROBLEMS: Final[Mapping[Problem, str]] = MappingProxyType(
    {
        Problem.NO_CARD: N_("No card on the reader."),
        Problem.CARD_MOVED: N_("The card was moved while it was read; lay it down again."),
        Problem.NOT_VALID_CARD: N_("The reader does not accept this card as genuine."),
        Problem.UNKNOWN_CARD: N_("This is not a card the counter reads."),
        Problem.BAD_DATA: N_(
            "The card's data are damaged; lay it down again, else type them by hand."
        ),
        Problem.LINE_NOISE: N_("The line to the reader is disturbed; lay the card down again."),
        Problem.NO_ANSWER: N_("The reader does not answer; check its cable."),
        Problem.READER_GONE: N_("The reader was unplugged."),
        Problem.READER_BUSY: N_("Another program is using the reader."),
        Problem.PORT_DENIED: N_("This account may not use the reader's port."),
        Problem.READER_OUT_OF_SERVICE: N_("The reader is out of order."),
        Problem.SERVICE_DOWN: N_("The reader service is being started again."),
        Problem.MRZ_NEEDED: N_("Scan the two lines at the foot of the document's data page."),
        Problem.ACCESS_DENIED: N_("The chip refused: the scanned lines are not this document's."),
        Problem.CANCELLED: N_("Reading was cancelled."),
        Problem.BAD_ADDRESS: N_("The reader's address in counter.toml is wrong."),
        Problem.BAD_TRUST: N_("The folder of trusted certificates cannot be read."),
        Problem.DRIVER_MISSING: N_("The reader's driver is not installed."),
    }
)
"""What is said on the screen."""

_CLEAR_NO: Final = frozenset(
    {
        Problem.NO_CARD,
        Problem.CARD_MOVED,
        Problem.NOT_VALID_CARD,
        Problem.UNKNOWN_CARD,
        Problem.BAD_DATA,
        Problem.ACCESS_DENIED,
        Problem.CANCELLED,
    }
)
_COMMAND_LINE: Final[Mapping[Problem, str]] = MappingProxyType(
    {
        Problem.READER_GONE: N_("The reader is not there; check its cable and its address."),
        Problem.SERVICE_DOWN: N_("The PC/SC service (pcscd) is not running."),
        Problem.MRZ_NEEDED: N_("Give the lines at the foot of the data page with --mrz."),
        Problem.BAD_TRUST: N_("--trust is not a folder of certificates."),
    }
)
"""Where a command says something else than a screen."""

ADDRESS_FAULTS: Final[Mapping[Fault, str]] = MappingProxyType(
    {
        Fault.SCHEME: N_(
            "{uri}: not a reader; write samv:/dev/ttyUSB0, samv:usb, pcsc:NAME,"
            " scanner:/dev/ttyACM0 or virtual:"
        ),
        Fault.CONTROL: N_("{uri}: holds a control character; write it again by hand"),
        Fault.VIRTUAL: N_("{uri}: write virtual: with nothing behind it"),
        Fault.IDENTITY: N_("{uri}: write device=VID:PID or device=VID:PID:SERIAL, hexadecimal"),
        Fault.IDENTITY_NEEDED: N_("{uri}: say which unit: samv:serial?device=VID:PID:SERIAL"),
        Fault.IDENTITY_MISPLACED: N_("{uri}: device= goes with samv:serial and samv:usb only"),
        Fault.FAR: N_("{uri}: write socket://HOST:PORT or rfc2217://HOST:PORT"),
        Fault.PATH: N_("{uri}: write the port's path, such as /dev/ttyUSB0"),
        Fault.OPTIONS: N_("{uri}: write options as ?name=value&name=value"),
        Fault.TWICE: N_("{uri}: an option stands twice; leave one out"),
        Fault.BAUD: N_("{uri}: not a usual line speed; most readers have baud=115200"),
        Fault.YES_OR_NO: N_("{uri}: fingerprints is yes or no"),
        Fault.UNKNOWN_OPTION: N_("{uri}: there are the options baud, device, serial, fingerprints"),
    }
)
"""What is wrong with a reader's address, and what to write in its place."""


def failure(error: ReaderError) -> Failure:
    """How a command ends because of `error`."""
    if isinstance(error, AddressError):
        return WrongUse(ADDRESS_FAULTS[error.fault], uri=clean(error.uri))
    problem = error.problem
    if problem in (Problem.BAD_ADDRESS, Problem.BAD_TRUST, Problem.MRZ_NEEDED):
        kind: type[Failure] = WrongUse
    else:
        kind = ClearNo if problem in _CLEAR_NO else OutOfOrder
    return kind(_COMMAND_LINE.get(problem, PROBLEMS[problem]))
