"""What a SAM_V module answers in SW3, and how bad it is."""

from enum import IntEnum
from typing import Final

from devices.records import Problem, ReaderError


class Status(IntEnum):
    """SW3 of a reply."""

    OK = 0x90
    NOTHING_THERE = 0x91
    FOUND = 0x9F
    BAD_CHECKSUM = 0x10
    BAD_LENGTH = 0x11
    BAD_COMMAND = 0x21
    NOT_ALLOWED = 0x23
    UNRECOGNISED = 0x24
    CARD_REFUSED_SAM = 0x31
    SAM_REFUSED_CARD = 0x32
    BAD_SIGNATURE = 0x33
    BAD_FINGERPRINT = 0x37
    BAD_INFORMATION_LENGTH = 0x3F
    WRONG_CARD = 0x40
    READ_FAILED = 0x41
    NO_RANDOM = 0x47
    SELF_TEST_FAILED = 0x60
    NOT_AUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81


SUCCESSES: Final = frozenset({Status.OK, Status.NOTHING_THERE, Status.FOUND})

PROBLEMS: Final = {
    Status.NO_CARD: Problem.NO_CARD,
    # The card moved, or it was asked too early: asking again usually helps.
    Status.SELECT_FAILED: Problem.CARD_MOVED,
    Status.READ_FAILED: Problem.CARD_MOVED,
    Status.NO_RANDOM: Problem.CARD_MOVED,
    Status.CARD_REFUSED_SAM: Problem.CARD_MOVED,
    # The card is not what it claims to be: a person must look at it.
    Status.SAM_REFUSED_CARD: Problem.NOT_VALID_CARD,
    Status.BAD_SIGNATURE: Problem.NOT_VALID_CARD,
    Status.BAD_FINGERPRINT: Problem.NOT_VALID_CARD,
    Status.WRONG_CARD: Problem.NOT_VALID_CARD,
    Status.BAD_INFORMATION_LENGTH: Problem.BAD_DATA,
    # The command arrived damaged, or the module does not know it.
    Status.BAD_CHECKSUM: Problem.LINE_NOISE,
    Status.BAD_LENGTH: Problem.LINE_NOISE,
    Status.BAD_COMMAND: Problem.LINE_NOISE,
    Status.UNRECOGNISED: Problem.LINE_NOISE,
    # The module itself is unfit.
    Status.NOT_ALLOWED: Problem.READER_OUT_OF_SERVICE,
    Status.SELF_TEST_FAILED: Problem.READER_OUT_OF_SERVICE,
    Status.NOT_AUTHORISED: Problem.READER_OUT_OF_SERVICE,
}
"""Every status that is not a success. One that stands nowhere counts as noise."""


class ModuleError(ReaderError):
    """The module answered a command with a status that is not a success."""

    def __init__(self, status: int, card_status: int, doing: str) -> None:
        super().__init__(
            PROBLEMS.get(status, Problem.LINE_NOISE),  # type: ignore[call-overload]
            f"{doing}: SW {card_status:04X} {status:02X}",
        )
        self.status = status
