"""Travel documents made of nothing: their files, the secrets on their data page, their ways.

Files are keyed by their identifier: 011E COM, 011D SOD, 0101 DG1 and so on; 011C CardAccess lies
outside the application.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from devices.virtual.chip.access import PaceChoice
from devices.virtual.chip.face import JPEG, dg2, drawing, facial_record
from devices.virtual.chip.lines import (
    Holder,
    Lines,
    home_permit_lines,
    one_line,
    passport_lines,
    plain_passport_lines,
)
from devices.virtual.chip.proving import Prover
from devices.virtual.chip.signing import PLAIN_DATA, Issuer
from devices.virtual.chip.tlv import tlv

COM, SOD, CARD_ACCESS = 0x011E, 0x011D, 0x011C
GROUP_TAGS = {1: 0x61, 2: 0x75, 11: 0x6B, 12: 0x6C, 14: 0x6E, 15: 0x6F}
UNSUPPORTED = 0x6A81
"""The PRC passport's answer to a selection of the master file."""

HOLDER = Holder(
    surname="ZHENGJIAN", given="YANGBEN", chinese="证件样本", sex="F", birth=date(1985, 3, 20)
)
EXPIRY = date(2029, 1, 17)


def group(number: int) -> int:
    """The identifier of a data group's file."""
    return 0x0100 + number


@dataclass(frozen=True, kw_only=True)
class Document:
    """One chip document and how it behaves where chips differ."""

    kind: str
    lines: Lines = field(repr=False)
    files: dict[int, bytes] = field(repr=False)
    pace: tuple[PaceChoice, ...] = ()
    basic: bool = True
    """Whether it knows BAC."""
    card_number: str | None = field(default=None, repr=False)
    """The CAN printed on the data page, if any."""
    prover: Prover | None = field(default=None, repr=False)
    master_file: int = 0x9000
    """Status for a selection of the master file."""
    extended: bool = False
    """Whether it takes APDUs of extended length."""
    longest: int = 256
    """Most bytes of an answer without its status."""
    at_end: Literal["warn", "ok", "exact"] = "warn"
    """Reading past the end: 6282 with what there is, 9000 with it, or 6Cxx without it."""

    def with_file(self, identifier: int, raw: bytes) -> "Document":
        """The same with one file replaced and nothing signed again."""
        return replace(self, files={**self.files, identifier: raw})

    def tampered(self, number: int, at: int = -1) -> "Document":
        """The same with one bit of a data group changed after signing."""
        raw = bytearray(self.files[group(number)])
        raw[at] ^= 1
        return self.with_file(group(number), bytes(raw))

    def without(self, number: int) -> "Document":
        """The same with a data group's file gone though the SOD speaks of it."""
        files = {key: raw for key, raw in self.files.items() if key != group(number)}
        return replace(self, files=files)


def details(holder: Holder, *, bare_names: bool = False) -> bytes:
    """EF.DG11: full name, other name, birth, place. `bare_names`: the PRC passport's slip."""
    name = f"{holder.surname}<<{holder.given}".encode()
    other = tlv(0x5F0F, holder.chinese.encode())
    others = other if bare_names else tlv(0xA0, tlv(0x02, b"\x01"), other)
    born = tlv(0x5F2B, bytes.fromhex(f"{holder.birth:%Y%m%d}"))
    tags = tlv(0x5C, bytes.fromhex("5F0E" + "5F0F" + "5F2B" + "5F11"))
    return tlv(0x6B, tags, tlv(0x5F0E, name), others, born, tlv(0x5F11, "四川".encode()))


def issue(on: date) -> bytes:
    """EF.DG12: issuing authority and date of issue."""
    tags = tlv(0x5C, bytes.fromhex("5F19" + "5F26"))
    authority = tlv(0x5F19, "公安部出入境管理局".encode())
    return tlv(0x6C, tags, authority, tlv(0x5F26, bytes.fromhex(f"{on:%Y%m%d}")))


def assemble(
    groups: dict[int, bytes],
    issuer: Issuer,
    *,
    level: str = "0107",
    missing: frozenset[int] = frozenset(),
) -> dict[int, bytes]:
    """All files of an application: the groups, COM, and a SOD over them."""
    present = bytes(GROUP_TAGS[number] for number in sorted(groups) if number not in missing)
    common = tlv(
        0x60,
        tlv(0x5F01, level.encode()),
        tlv(0x5F36, b"040000"),
        tlv(0x5C, present),
    )
    files = {group(number): raw for number, raw in groups.items()}
    return {**files, COM: common, SOD: issuer.security_object(groups)}


def _groups(
    lines: Lines,
    holder: Holder,
    prover: Prover | None,
    pace: tuple[PaceChoice, ...],
    picture: bytes,
    picture_kind: int,
    *,
    bare_names: bool,
) -> dict[int, bytes]:
    made = {
        1: tlv(0x61, tlv(0x5F1F, lines.stored.encode())),
        2: dg2(facial_record(picture, picture_kind, 240, 320)),
        11: details(holder, bare_names=bare_names),
        12: issue(date(2019, 1, 18)),
    }
    infos = [choice.info for choice in pace]
    if prover is not None:
        made[15] = prover.dg15()
        info = prover.info()
        infos += [] if info is None else [info]
    if infos:
        made[14] = tlv(0x6E, tlv(0x31, *sorted(infos)))
    return made


def document(
    kind: str,
    lines: Lines,
    issuer: Issuer,
    *,
    holder: Holder = HOLDER,
    prover: Prover | None = None,
    pace: tuple[PaceChoice, ...] = (),
    picture_kind: int = JPEG,
    picture_bytes: int = 0,
    bare_names: bool = False,
) -> Document:
    """A whole document around `lines`; its portrait file has at least `picture_bytes`."""
    picture = drawing(picture_kind, size=picture_bytes)
    groups = _groups(lines, holder, prover, pace, picture, picture_kind, bare_names=bare_names)
    files = assemble(groups, issuer)
    if pace:
        files[CARD_ACCESS] = tlv(0x31, *sorted(choice.info for choice in pace))
    return Document(kind=kind, lines=lines, files=files, pace=pace, prover=prover)


def prc_issuer() -> Issuer:
    """A made-up signing line with the PRC's habit of naming the content "data"."""
    return Issuer(country="CN", rsa_keys=True, content_type=PLAIN_DATA)


def prc_passport(
    issuer: Issuer,
    *,
    holder: Holder = HOLDER,
    number: str = "EF1260892",
    expiry: date = EXPIRY,
    prover: Prover | None = None,
    picture_bytes: int = 0,
) -> Document:
    """An ordinary PRC passport with its known quirks: BAC only, no extended length, 6A81."""
    made = document(
        "passport",
        passport_lines(holder, number, expiry),
        issuer,
        holder=holder,
        prover=prover,
        picture_bytes=picture_bytes,
        bare_names=True,
    )
    return replace(made, master_file=UNSUPPORTED)


def pace_passport(
    issuer: Issuer,
    choice: PaceChoice,
    *,
    holder: Holder = HOLDER,
    state: str = "UTO",
    number: str = "L898902C3",
    expiry: date = EXPIRY,
    prover: Prover | None = None,
    picture_kind: int = JPEG,
    picture_bytes: int = 0,
) -> Document:
    """A passport that wants PACE and has no BAC, with extended length."""
    made = document(
        "passport",
        plain_passport_lines(holder, state, number, expiry),
        issuer,
        holder=holder,
        prover=prover,
        pace=(choice,),
        picture_kind=picture_kind,
        picture_bytes=picture_bytes,
    )
    return replace(made, basic=False, extended=True, card_number="123456")


def exit_permit(
    issuer: Issuer,
    kind: Literal["CS", "CD"],
    *,
    holder: Holder = HOLDER,
    number: str = "C00000000",
    expiry: date = EXPIRY,
    picture_kind: int = JPEG,
) -> Document:
    """A card for Hong Kong and Macao (CS) or Taiwan (CD): one printed line, DG1 of 90."""
    names = {"CS": "hkm_permit", "CD": "tw_permit"}
    lines = one_line(holder, kind, number, expiry)
    return document(names[kind], lines, issuer, holder=holder, picture_kind=picture_kind)


def home_permit(
    issuer: Issuer,
    kind: Literal["CR", "CT"],
    *,
    holder: Holder = HOLDER,
    number: str = "H12345678",
    expiry: date = EXPIRY,
) -> Document:
    """A card for residents of Hong Kong and Macao (CR) or Taiwan (CT): three lines of 30."""
    lines = home_permit_lines(
        holder, kind, number, expiry, local_number="1234567890", issuer="3500"
    )
    return document(kind.lower(), lines, issuer, holder=holder)
