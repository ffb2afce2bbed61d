"""Reading a chip's files in pieces as large as it takes, going on where a reading broke."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from devices.chip import tlv
from devices.chip.apdu import END_OF_FILE, OK, SHORT_LE, Answer, Channel, Command
from devices.chip.faults import BadData, StatusError, Unprotected, WrongMac
from devices.chip.reach import Reach
from devices.records import Problem, ReaderError

_FAR: Final = 0x8000
"""From here on an offset does not fit P1-P2, and READ BINARY needs its odd instruction."""
_HEADER: Final = 8
_SMALLEST_SHORT: Final = 0x20
_MOST_RESTARTS: Final = 8
_CAUTIOUS: Final = 0xDF
"""A short length that chips take which refuse the longest one."""
_WRONG_LENGTH: Final = frozenset({0x6700, 0x6B00, 0x6F00, 0x6A87})
_WRONG_P1_P2: Final = 0x6A86
_SESSION_LOST: Final = frozenset({0x6882, 0x6987, 0x6988})
_NOT_SELECTED: Final = frozenset({0x6985, 0x6986})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file lies: identifier, short identifier, and the most bytes it may claim."""

    fid: int
    short: int
    most: int = 1 << 16


class File(Enum):
    """The files this reader asks for (9303-10 §4)."""

    CARD_ACCESS = Place(0x011C, 0x1C, 1 << 12)
    COM = Place(0x011E, 0x1E, 1 << 10)
    SOD = Place(0x011D, 0x1D)
    DG1 = Place(0x0101, 0x01, 1 << 10)
    DG2 = Place(0x0102, 0x02, 1 << 19)
    DG11 = Place(0x010B, 0x0B)
    DG12 = Place(0x010C, 0x0C)
    DG14 = Place(0x010E, 0x0E)
    DG15 = Place(0x010F, 0x0F)

    @property
    def label(self) -> str:
        """The name people use: EF.SOD, DG1."""
        return {"CARD_ACCESS": "EF.CardAccess", "COM": "EF.COM", "SOD": "EF.SOD"}.get(
            self.name, self.name
        )


class Unreadable(ReaderError):
    """The file is not there or not open to this session; others may be."""

    def __init__(self, file: File, sw: int) -> None:
        super().__init__(Problem.BAD_DATA, f"{file.label}: status {sw:04X}")


Report = Callable[[File, int, int], None]
"""Told the file, bytes read of it, and its length, after each piece."""


class Files:
    """Reads whole files of one card. `reopen` makes a lost session anew on the same card."""

    def __init__(self, channel: Channel, reach: Reach, reopen: Callable[[], None]) -> None:
        self.reopen = reopen
        self._channel = channel
        self._reach = reach
        self._short = SHORT_LE
        self._header_first = False
        self._selected: File | None = None
        self._midway = False
        """Some of the file has been read, so that it is open to this session."""
        self._doubtful = False
        """The last answer came unprotected; the next tells whether the session still holds."""
        self._before_doubt: tuple[int, bool] | None = None
        """Lengths from before a refusal that may have been about something else."""
        self._restarts = 0
        self._refusal = 0

    def read(self, file: File, report: Report) -> bytes:
        """The whole TLV that `file` holds.

        Raises Unreadable when the file is missing or closed, BadData when it claims more than it
        can be or ends early, and whatever the card or the reader does.
        """
        self._selected = None
        data = bytearray()
        total: int | None = None
        setbacks = 0
        while total is None or len(data) < total:
            self._midway = bool(data)
            try:
                piece = self._piece(file, len(data), total)
            except ReaderError as error:
                setbacks += 1
                self._recover(file, error, setbacks)
                continue
            data += piece
            if piece:
                setbacks = 0
            elif total is not None:
                raise BadData(f"{file.label}: ends at {len(data)} of {total} bytes")
            if total is None:
                total = _total(file, bytes(data), ended=not piece)
            if total is not None:
                report(file, min(len(data), total), total)
        return bytes(data[:total])

    def _recover(self, file: File, error: ReaderError, setbacks: int) -> None:
        """Open the card again after a lost session or a noisy line; raises when that is no use."""
        noisy = error.problem is Problem.LINE_NOISE
        if not noisy and not isinstance(error, Unprotected):
            raise error
        self._restarts += 1
        tired = setbacks > 2 or self._restarts > _MOST_RESTARTS
        if isinstance(error, Unprotected) and not self._midway and (setbacks > 1 or tired):
            # This very file costs the session: leave it, the next one starts a new session.
            self._doubtful = True
            raise Unreadable(file, error.sw) from error
        if tired:
            raise error
        if noisy and not self._reach.proven:
            self._reach.extended = False
        if self._before_doubt and setbacks == 1:
            # The session was lost, so the length was not what was refused.
            self._short, self._header_first = self._before_doubt
        self._before_doubt = None
        self._selected = None
        self._doubtful = False
        self.reopen()

    def _piece(self, file: File, offset: int, total: int | None) -> bytes:
        """The next bytes, as many as the card gives at once; none at the end of the file."""
        while True:
            want = self._want(offset, total)
            answer = self._ask(file, offset, want)
            if answer.sw >> 8 == 0x6C:
                answer = self._ask(file, offset, answer.sw & 0xFF or SHORT_LE)
            if answer.sw in (OK, END_OF_FILE):
                return answer.data
            if answer.sw not in _WRONG_LENGTH:
                raise StatusError(answer.sw, f"READ BINARY {file.label}")
            self._ask_less(file, want, total, answer.sw)

    def _want(self, offset: int, total: int | None) -> int:
        protection = self._channel.protection
        most = min(self._short, protection.short_data if protection else SHORT_LE)
        if total is None and self._header_first and not offset:
            return _HEADER
        left = self._reach.largest if total is None else total - offset
        if left > most and self._reach.extended is not False:
            most = self._reach.largest
        overhead = 5 if offset >= _FAR else 0
        return min(left + overhead, most)

    def _ask_less(self, file: File, want: int, total: int | None, sw: int) -> None:
        """The card refused a length: find out which it takes. Raises StatusError at the end."""
        if self._doubtful:
            self._before_doubt = self._short, self._header_first
        if want > SHORT_LE and not self._reach.proven:
            self._reach.extended = False
        elif total is None and not self._header_first:
            self._header_first = True
        elif want > SHORT_LE:
            self._reach.lower()
        elif want > _SMALLEST_SHORT:
            self._short = _CAUTIOUS if want > _CAUTIOUS else want // 2
        else:
            raise StatusError(sw, f"READ BINARY {file.label}")

    def _ask(self, file: File, offset: int, want: int) -> Answer:
        if self._selected is not file:
            if offset == 0 and self._reach.short_ids is not False:
                answer = self._read_by_short_id(file, want)
                if answer is not None:
                    return answer
                want = min(want, SHORT_LE)
            if self._select(file) != OK:
                if not self._reach.short_ids:
                    # No such file; that says little of short identifiers.
                    denied = self._reach.refused_short_id == _WRONG_P1_P2
                    self._reach.short_ids = False if denied else None
                raise Unreadable(file, self._refusal)
        answer = self._read_current(offset, want)
        if answer.sw in _NOT_SELECTED and offset and self._select(file) == OK:
            answer = self._read_current(offset, want)
        return answer

    def _read_by_short_id(self, file: File, want: int) -> Answer | None:
        """The start of the file; None when it is to be selected by its identifier instead."""
        answer = self._send(Command(0xB0, 0x80 | file.value.short, 0, le=want))
        wrong_length = answer.sw in _WRONG_LENGTH or answer.sw >> 8 == 0x6C
        if answer.sw in (OK, END_OF_FILE):
            self._reach.short_ids = True
            self._selected = file
        elif self._reach.short_ids is None:
            self._reach.refused_short_id = answer.sw
            if not wrong_length:
                self._reach.short_ids = False
            elif want > SHORT_LE:
                self._reach.extended = False
            return None
        elif not wrong_length:
            raise Unreadable(file, answer.sw)
        return answer

    def _select(self, file: File) -> int:
        answer = self._send(Command(0xA4, 0x02, 0x0C, file.value.fid.to_bytes(2)))
        self._selected = file if answer.sw == OK else None
        self._refusal = answer.sw
        return answer.sw

    def _read_current(self, offset: int, want: int) -> Answer:
        if offset < _FAR:
            return self._send(Command(0xB0, offset >> 8, offset & 0xFF, le=want))
        where = tlv.element(0x54, offset.to_bytes(2 if offset < 1 << 16 else 3))
        answer = self._send(Command(0xB1, 0, 0, where, le=want))
        if answer.sw not in (OK, END_OF_FILE) or not answer.data:
            return answer
        return Answer(tlv.value(answer.data, 0x53), answer.sw)

    def _send(self, command: Command) -> Answer:
        """The answer, taking a first refusal outside secure messaging as a mere refusal.

        That is when it is about a length or a short identifier: chips check those before they
        unwrap a command, and keep the session. Any other refusal may be noise or a lost session;
        it is believed when it comes again from a new one.
        """
        try:
            answer = self._channel.send(command)
        except Unprotected as error:
            if error.sw >> 8 in (0x90, 0x61, 0x62, 0x63):
                raise WrongMac("an answer without its MAC") from error
            by_short_id = command.ins == 0xB0 and command.p1 & 0x80
            trial = by_short_id and self._reach.short_ids is None
            about_length = error.sw in _WRONG_LENGTH or error.sw >> 8 == 0x6C
            about_length &= (command.le or 0) > _SMALLEST_SHORT
            if self._doubtful or error.sw in _SESSION_LOST or not (trial or about_length):
                raise
            self._doubtful = True
            return Answer(b"", error.sw)
        self._doubtful = False
        if answer.sw in (OK, END_OF_FILE):
            self._reach.proven |= (command.le or 0) > SHORT_LE and bool(answer.data)
        return answer


def _total(file: File, data: bytes, *, ended: bool) -> int | None:
    """Length of the file by its own header, None while more of the header is to come."""
    try:
        _, head, length = tlv.header(data)
    except BadData:
        if ended or len(data) >= _HEADER:
            raise
        return None
    if head + length > file.value.most:
        raise BadData(f"{file.label}: claims {head + length} bytes")
    return head + length
