"""Reading one chip document from the first command to a `TravelDocument`."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal, TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from devices.chip import active, face, lds, passive, security_infos, tlv
from devices.chip.access import Access, select_application
from devices.chip.apdu import Channel, Command, Link
from devices.chip.faults import BadData, NoBac, StatusError, Unprotected
from devices.chip.files import File, Files, Unreadable
from devices.chip.lds import DocumentDetails, PersonalDetails
from devices.chip.reach import from_atr
from devices.chip.security_infos import SecurityInfo
from devices.chip.trust import Trust
from devices.mrz import AccessKey, Mrz
from devices.records import (
    Authenticity,
    CardKind,
    Face,
    Problem,
    ReaderError,
    TravelDocument,
)

Progress = Callable[[str, int], None]
"""Told the file in hand and how much of all is read, in percent; never goes back."""

_Parsed = TypeVar("_Parsed")
_READ_EF_ATR: Final = Command(0xB0, 0x81, 0, le=256)
_SELECT_MASTER_FILE: Final = Command(0xA4, 0x00, 0x0C, b"\x3f\x00")
_WRONG_LENGTH: Final = 0x6700
_NOT_FOUND: Final = 0x6A82
_KINDS: Final = {"CS": CardKind.HKM_PERMIT, "CD": CardKind.TW_PERMIT}
_GROUPS: Final = {
    1: File.DG1, 2: File.DG2, 11: File.DG11, 12: File.DG12, 14: File.DG14, 15: File.DG15,
}  # fmt: skip
_USUAL_SIZE: Final = {
    File.SOD: 2500, File.DG1: 95, File.DG2: 18000, File.DG11: 120, File.DG12: 80,
    File.DG14: 300, File.DG15: 300,
}  # fmt: skip
"""Bytes to expect before a file's own header is read, for the percentage only."""


def read_document(
    link: Link,
    key: AccessKey | None,
    trust: Trust | None = None,
    progress: Progress = lambda file, percent: None,
    check: Callable[[], None] = lambda: None,
    now: datetime | None = None,
) -> TravelDocument:
    """The document on `link`, with what its signatures proved.

    `check` is called before every command and raises to break off. `now` is the moment that dates
    of birth and certificates are judged at, the present one unless given.

    Raises ReaderError: UNKNOWN_CARD (no travel document), MRZ_NEEDED (`key` is None or opens only
    PACE), ACCESS_DENIED (wrong key), BAD_DATA, CARD_MOVED, LINE_NOISE and what `check` raises.
    """
    return _Reading(link, trust, progress, check, now or datetime.now(UTC)).document(key)


class _Reading:
    """One read, from the first command to the last; nothing of it outlives it."""

    def __init__(
        self,
        link: Link,
        trust: Trust | None,
        progress: Progress,
        check: Callable[[], None],
        now: datetime,
    ) -> None:
        self._started = time.monotonic()
        self._trust = trust
        self._now = now
        self._link = link
        self._channel = Channel(link, check)
        self._reach = from_atr(link.atr)
        self._files = Files(self._channel, self._reach, self._channel.restart)
        self._meter = Meter(progress)
        self._warnings: list[str] = []
        self._malformed: list[str] = []
        self._raw: dict[int, bytes] = {}

    def document(self, key: AccessKey | None) -> TravelDocument:
        infos = self._card_access()
        if key is None:
            select_application(self._channel)
            raise ReaderError(Problem.MRZ_NEEDED)
        access = self._open(key, infos)
        self._warnings += access.warnings
        self._files.reopen = access.again

        sod, sod_fault = self._security_object()
        listed = self._listed(sod)
        self._meter.expect([_GROUPS[number] for number in sorted(listed & _GROUPS.keys())])
        mrz = lds.dg1(self._group(1), self._now.date())
        if key.mrz is not None and mrz.key != key.mrz:
            self._warnings.append("printed_zone_differs")
        self._warnings += [f"mrz_{name}_check_failed" for name in mrz.failed_checks]
        portrait = self._optional(2, listed, face.dg2)
        personal = self._optional(11, listed, lds.dg11) or PersonalDetails()
        issued = self._optional(12, listed, lds.dg12) or DocumentDetails()
        authenticity = self._authenticity(sod, sod_fault, listed)
        self._meter.done()
        return self._record(mrz, access.method, portrait, personal, issued, authenticity)

    def _card_access(self) -> list[SecurityInfo]:
        """What the master file says of PACE, and of lengths; both are read before all else."""
        infos: list[SecurityInfo] = []
        try:
            infos = security_infos.parse(self._files.read(File.CARD_ACCESS, self._meter.report))
        except Unreadable:
            pass
        except (BadData, StatusError):
            self._warnings.append("card_access_unreadable")
        self._ef_atr()
        return infos

    def _ef_atr(self) -> None:
        """Learn how long an answer may be, where that can matter."""
        by_short_id = self._reach.short_ids or self._reach.refused_short_id == _NOT_FOUND
        if self._reach.extended is False or not by_short_id:
            return
        try:
            answer = self._channel.send(_READ_EF_ATR)
        except ReaderError as error:
            if error.problem is not Problem.LINE_NOISE:
                raise
            self._channel.restart()
        else:
            self._reach.declare(answer.data)

    def _open(self, key: AccessKey, infos: list[SecurityInfo]) -> Access:
        access = Access(self._channel, key, infos)
        try:
            access.open()
        except NoBac:
            if access.offers:
                raise
            # Neither way in: maybe it was not the master file that was current.
            self._channel.restart()
            self._channel.send(_SELECT_MASTER_FILE)
            access = Access(self._channel, key, self._card_access())
            if not access.offers:
                raise
            access.open()
        return access

    def _security_object(self) -> tuple[passive.SecurityObject | None, str | None]:
        """EF.SOD, or None and the reason why there is none to check by."""
        try:
            data = self._files.read(File.SOD, self._meter.report)
        except Unreadable:
            return None, "sod_unreadable"
        try:
            return passive.parse(data), None
        except BadData:
            return None, "sod_malformed"

    def _listed(self, sod: passive.SecurityObject | None) -> frozenset[int]:
        """Which groups to expect: the signed list, else EF.COM's, else the two every chip has."""
        if sod is not None:
            return sod.groups
        try:
            return lds.com(self._files.read(File.COM, self._meter.report))
        except (Unreadable, BadData):
            return frozenset({1, 2})

    def _group(self, number: int) -> bytes:
        data = self._files.read(_GROUPS[number], self._meter.report)
        self._raw[number] = data
        return data

    def _optional(
        self, number: int, listed: frozenset[int], parse: Callable[[bytes], _Parsed]
    ) -> _Parsed | None:
        """A group that a document may lack; one that is listed and cannot be had is a warning."""
        if number not in listed:
            return None
        try:
            return parse(self._group(number))
        except Unreadable:
            self._warnings.append(f"dg{number}_unreadable")
        except BadData:
            self._malformed.append(f"dg{number}_malformed")
        return None

    def _authenticity(
        self, sod: passive.SecurityObject | None, fault: str | None, listed: frozenset[int]
    ) -> Authenticity:
        active_verdict = self._active(listed)
        reasons = [*self._malformed]
        if sod is not None:
            checked = passive.check(sod, self._raw, self._trust, self._now)
            verdict = checked.verdict
            reasons += checked.reasons
        else:
            verdict = "failed" if fault == "sod_malformed" else "not_checked"
            reasons += [fault] if fault else []
        if self._malformed:
            verdict = "failed"
        if active_verdict == "failed":
            reasons.append("active_authentication_failed")
        return Authenticity(verdict, active_verdict, tuple(reasons))

    def _active(self, listed: frozenset[int]) -> Literal["ok", "failed", "absent", "not_checked"]:
        if 15 not in listed:
            return "absent"
        public = self._optional(15, listed, active.key)
        if public is None:
            return "not_checked"
        infos: list[SecurityInfo] | None = None
        if not isinstance(public, RSAPublicKey):
            infos = self._optional(14, listed, _dg14)
        for length in active.lengths(public):
            try:
                return active.authenticate(self._channel, public, infos or [], length)
            except StatusError as error:
                if not isinstance(error, Unprotected) and error.sw != _WRONG_LENGTH:
                    break
            except ReaderError as error:
                if error.problem is not Problem.LINE_NOISE:
                    raise
            self._files.reopen()
        # A chip that will not sign has not proved that it is the one.
        return "failed"

    def _record(
        self,
        mrz: Mrz,
        method: Literal["BAC", "PACE"],
        portrait: Face | None,
        personal: PersonalDetails,
        issued: DocumentDetails,
        authenticity: Authenticity,
    ) -> TravelDocument:
        birth = mrz.birth_date or personal.birth_date
        if birth is None or mrz.expiry_date is None:
            raise BadData("DG1: dates")
        return TravelDocument(
            kind=_kind(mrz.code),
            reader=self._link.reader,
            access=method,
            mrz=mrz.lines,
            document_number=mrz.number,
            name=mrz.name or personal.name or "",
            name_chinese=self._chinese_name(mrz, personal),
            nationality=mrz.nationality,
            sex=mrz.sex,
            birth_date=birth,
            expiry_date=mrz.expiry_date,
            issuing_state=mrz.issuing_state,
            face=portrait,
            authenticity=authenticity,
            apdus=self._channel.count,
            ms=round((time.monotonic() - self._started) * 1000),
            warnings=tuple(self._warnings),
            issuing_authority=issued.issuing_authority,
            issued_on=issued.issued_on,
        )

    def _chinese_name(self, mrz: Mrz, personal: PersonalDetails) -> str | None:
        """The whole name from DG11 where it is there; DG1 has room for three characters."""
        names = (personal.name, *personal.other_names)
        whole = next((name for name in names if name and _is_chinese(name)), None)
        short = mrz.name_chinese
        if whole is None:
            if mrz.name_cut:
                self._warnings.append("chinese_name_cut")
            return short
        if short and not whole.replace(" ", "").startswith(short):
            self._warnings.append("chinese_names_differ")
        return whole


class Meter:
    """Percent of all bytes wanted, from what is known of the files so far."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._sizes: dict[File, int] = {}
        self._read: dict[File, int] = {}
        self._last = -1
        self.expect([File.SOD, File.DG1, File.DG2])

    def expect(self, files: list[File]) -> None:
        """These are the files that will be read, beside those read already."""
        known = {file: self._sizes[file] for file in self._read}
        self._sizes = {file: _USUAL_SIZE[file] for file in files} | known

    def report(self, file: File, done: int, total: int) -> None:
        """`done` of `total` bytes of `file` are read."""
        self._sizes[file], self._read[file] = total, done
        percent = 100 * sum(self._read.values()) // max(1, sum(self._sizes.values()))
        # What was guessed too small must not show a percentage that falls, nor an end too early.
        self._show(file.label, min(99, max(percent, self._last)))

    def done(self) -> None:
        """Everything is read."""
        self._show("", 100)

    def _show(self, label: str, percent: int) -> None:
        self._last = percent
        self._progress(label, percent)


def _dg14(data: bytes) -> list[SecurityInfo]:
    return security_infos.parse(tlv.value(data, 0x6E))


def _kind(code: str) -> str:
    return CardKind.PASSPORT if code.startswith("P") else _KINDS.get(code, code.lower())


def _is_chinese(name: str) -> bool:
    return any("\u3400" <= character <= "\U0003ffff" for character in name)
