"""Opening a chip: PACE where EF.CardAccess offers it, else BAC (ICAO 9303-11 §4)."""

from collections.abc import Iterable
from typing import Final, Literal

from devices.chip import bac, pace
from devices.chip.apdu import OK, Channel, Command
from devices.chip.faults import AccessDenied, BadData, NoBac, StatusError, Unprotected
from devices.chip.pace import PaceInfo
from devices.chip.security_infos import SecurityInfo
from devices.mrz import AccessKey
from devices.records import Problem, ReaderError

_APPLICATION: Final = bytes.fromhex("A0000002471001")
_NO_PARAMETERS: Final = frozenset({0x6700, 0x6A80, 0x6A86, 0x6B00})
PACE_FAILED: Final = "pace_failed_bac_used"


class Access:
    """How one chip was opened, so that it can be opened the same way again."""

    method: Literal["BAC", "PACE"]

    def __init__(self, channel: Channel, key: AccessKey, infos: Iterable[SecurityInfo]) -> None:
        self._channel = channel
        self._key = key
        self.offers = pace.offered(infos)
        """PACE variants that chip and reader both know."""
        self._chosen: PaceInfo | None = None
        self.warnings: list[str] = []

    def open(self) -> None:
        """Open the chip and select the travel document in it.

        A session that a noisy answer ended at once is tried once more.

        Raises ReaderError: ACCESS_DENIED when the key does not fit, MRZ_NEEDED when the chip
        knows only BAC and the key is a card access number, UNKNOWN_CARD when the card holds no
        travel document.
        """
        try:
            self._open()
        except ReaderError as error:
            if error.problem is not Problem.LINE_NOISE and not isinstance(error, Unprotected):
                raise
            self._channel.restart()
            self._open()

    def _open(self) -> None:
        failed: ReaderError | None = None
        for offer in self.offers:
            try:
                self._channel.protection = pace.authenticate(self._channel, offer, self._key)
            except (StatusError, AccessDenied, BadData) as error:
                failed = error
                self._channel.restart()
                continue
            self._chosen = offer
            self.method = "PACE"
            select_application(self._channel)
            return
        select_application(self._channel)
        self._bac(failed)
        self.method = "BAC"
        if failed is not None:
            self.warnings.append(PACE_FAILED)

    def again(self) -> None:
        """Open the same card afresh. Raises ReaderError; CARD_MOVED when the key does not fit."""
        self._channel.restart()
        try:
            if self._chosen is not None:
                self._channel.protection = pace.authenticate(self._channel, self._chosen, self._key)
            select_application(self._channel)
            if self._chosen is None:
                self._bac(None)
        except AccessDenied as error:
            raise ReaderError(Problem.CARD_MOVED, "another card answers") from error

    def _bac(self, failed: ReaderError | None) -> None:
        if self._key.mrz is None:
            if failed is not None:
                raise AccessDenied(failed.detail) from failed
            raise ReaderError(Problem.MRZ_NEEDED, "the chip knows no card access number")
        try:
            self._channel.protection = bac.authenticate(self._channel, self._key.mrz)
        except StatusError as error:
            raise failed or NoBac(error.detail) from error


def select_application(channel: Channel) -> None:
    """SELECT the travel document. Raises ReaderError(UNKNOWN_CARD) when there is none."""
    answer = channel.send(Command(0xA4, 0x04, 0x0C, _APPLICATION))
    if answer.sw in _NO_PARAMETERS:
        answer = channel.send(Command(0xA4, 0x04, 0x00, _APPLICATION, le=256))
    if answer.sw != OK and answer.sw >> 8 not in (0x62, 0x63):
        raise ReaderError(Problem.UNKNOWN_CARD, f"SELECT application: status {answer.sw:04X}")
