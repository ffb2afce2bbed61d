"""What the readers hand out: typed records and events, nothing of the wire in them.

Field meanings follow the readers' and the chips' own standards (GA 450 text block, ICAO 9303).
Text in a record has been cleaned of control and direction characters.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

Sex = Literal["male", "female", "unknown", "unstated"]


class CardKind(StrEnum):
    """What lies on the reader; other chip documents carry their MRZ code in lower case."""

    RESIDENT_ID = "resident_id"
    HMT_RESIDENCE_PERMIT = "hmt_residence_permit"
    FOREIGNER_2017 = "foreigner_permanent_resident_2017"
    FOREIGNER_2023 = "foreigner_permanent_resident_2023"
    PASSPORT = "passport"
    HKM_PERMIT = "hkm_permit"
    TW_PERMIT = "tw_permit"


@dataclass(frozen=True, slots=True)
class Photo:
    """A portrait as the card gave it: `wlt` is the undecoded block of a resident ID card."""

    format: Literal["wlt", "bmp", "jpeg", "jp2"]
    data: bytes = field(repr=False)
    decoded: bool = False


@dataclass(frozen=True, slots=True)
class IdCard:
    """One card read by a SAM_V module. Fields a kind of card does not carry are None."""

    kind: CardKind
    reader: str
    name: str = field(repr=False)
    sex: Sex
    birth_date: date = field(repr=False)
    number: str = field(repr=False)
    valid_from: date | None
    valid_to: date | None
    """None when `long_term` or not printed."""
    long_term: bool
    number_check: Literal["ok", "failed"]
    photo: Photo | None = field(repr=False)
    ethnic_group: str | None = None
    ethnic_code: str | None = None
    address: str | None = field(default=None, repr=False)
    newest_address: str | None = field(default=None, repr=False)
    issuing_authority: str | None = None
    travel_permit_number: str | None = field(default=None, repr=False)
    issue_count: int | None = None
    english_name: str | None = field(default=None, repr=False)
    nationality: str | None = None
    former_number: str | None = field(default=None, repr=False)
    document_version: str | None = None
    accepting_authority_code: str | None = None
    """Four digits of the office that took the application; the 2017 foreigner's card has it."""
    fingerprints: bytes | None = field(default=None, repr=False)
    sam_number: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Authenticity:
    """What the chip's signatures proved."""

    passive: Literal["ok", "failed", "untrusted", "not_checked"]
    active: Literal["ok", "failed", "absent", "not_checked"]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Face:
    """The portrait of a chip document."""

    format: Literal["jpeg", "jp2"]
    width: int
    height: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TravelDocument:
    """A passport or permit read by chip (ICAO 9303). Trust it as far as `authenticity` says."""

    kind: str
    reader: str
    access: Literal["BAC", "PACE"]
    mrz: tuple[str, ...] = field(repr=False)
    document_number: str = field(repr=False)
    name: str = field(repr=False)
    name_chinese: str | None = field(repr=False)
    nationality: str
    sex: Sex
    birth_date: date = field(repr=False)
    expiry_date: date
    issuing_state: str
    face: Face | None = field(repr=False)
    authenticity: Authenticity
    apdus: int
    ms: int
    warnings: tuple[str, ...] = ()
    issuing_authority: str | None = None
    issued_on: date | None = None


Card = IdCard | TravelDocument


class Problem(StrEnum):
    """Why a read did not succeed; the application has one sentence for each."""

    NO_CARD = "no_card"
    CARD_MOVED = "card_moved"
    NOT_VALID_CARD = "not_valid_card"
    UNKNOWN_CARD = "unknown_card"
    BAD_DATA = "bad_data"
    LINE_NOISE = "line_noise"
    NO_ANSWER = "no_answer"
    READER_GONE = "reader_gone"
    READER_BUSY = "reader_busy"
    PORT_DENIED = "port_denied"
    READER_OUT_OF_SERVICE = "reader_out_of_service"
    SERVICE_DOWN = "service_down"
    MRZ_NEEDED = "mrz_needed"
    ACCESS_DENIED = "access_denied"
    CANCELLED = "cancelled"
    BAD_ADDRESS = "bad_address"
    BAD_TRUST = "bad_trust"
    DRIVER_MISSING = "driver_missing"


class ReaderError(Exception):
    """A read or a reader failed in a known way. `detail` is for logs and holds nothing personal."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(f"{problem}: {detail}" if detail else str(problem))
        self.problem = problem
        self.detail = detail


@dataclass(frozen=True, slots=True)
class ReaderUp:
    """The reader answers; `name` and `sam_number` tell one unit from another."""

    reader: str
    name: str = ""
    sam_number: str | None = None


@dataclass(frozen=True, slots=True)
class ReaderDown:
    """The reader, or the service behind it, no longer answers. It is being tried again."""

    reader: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class CardIn:
    """Something was laid on the reader; a `CardRead` or `CardFailed` follows."""

    reader: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a chip has been read: the file in hand and percent of all bytes wanted."""

    reader: str
    file: str
    percent: int


@dataclass(frozen=True, slots=True)
class CardRead:
    """A whole card; never a mixture of two."""

    reader: str
    card: Card


@dataclass(frozen=True, slots=True)
class CardAgain:
    """The card read here is the one `first` has just delivered: in place of a second `CardRead`."""

    reader: str
    first: str


@dataclass(frozen=True, slots=True)
class CardFailed:
    """The card could not be read; the next one can."""

    reader: str
    problem: Problem
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CardOut:
    """The card was taken away."""

    reader: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """A line from a scanner: an MRZ, a barcode, a receipt number."""

    reader: str
    text: str = field(repr=False)


ReaderEvent = (
    ReaderUp
    | ReaderDown
    | CardIn
    | Progress
    | CardRead
    | CardAgain
    | CardFailed
    | CardOut
    | Scanned
)
