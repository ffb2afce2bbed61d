"""Carrying the outbox by hand: sealed to the centre, sent from wherever a network is.

The carrier holds ids, numbers and hashes in the clear and everything about people sealed to the
centre's key; not even the station that takes it over can read it. What was carried stays in the
outbox of its own station: whoever comes second gets the same receipt.
"""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from counter_tui.enrolment import station_signer
from counter_tui.failure import ClearNo, OutOfOrder, WrongUse
from counter_tui.keys.jose import BadSignature, compact, seal, verify
from counter_tui.keys.receipt import verified_receipt
from counter_tui.signin import Session, leave_proof
from counter_tui.station import CentreTrust, Station
from counter_tui.store import OutboxRow, Store
from counter_tui.store.blobs import Blob
from counter_tui.store.outbox_table import DONE
from counter_tui.store.rows import Carried
from counter_tui.store.sealed_file import write_durably
from counter_tui.words import N_

_FORMAT: Final = 1
_LARGEST: Final = 512 * 1024 * 1024
_PHOTOS: Final = 64 * 1024 * 1024
"""So many bytes of photos are carried at once, a thousand or so: an old PC holds all of it in
memory."""
_REFUSED_FOR_GOOD: Final = ("blob-refused", "too-large")
"""What the centre says about the bytes themselves; whatever else is in the way may pass."""


class OnlyASupervisor(ClearNo):
    """A clerk sends for the own station only."""

    def __init__(self) -> None:
        super().__init__(N_("Only a supervisor can take over another station's outbox."))


class NotWritten(OutOfOrder):
    """The file could not be written where it should lie; nothing of it is left."""

    def __init__(self, file: Path, error: OSError) -> None:
        with suppress(OSError):
            file.with_name(file.name + ".new").unlink()
        super().__init__(N_("{path}: {why}"), path=file, why=error.strerror)


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows and photos an export holds, and how many photos there was no room for."""

    rows: int
    photos: int
    photos_left: int


@dataclass(frozen=True, slots=True)
class Settled:
    """How many rows and photos a carried answer of the centre settled."""

    rows: int
    photos: int


def export_outbox(store: Store, station: Station, clerk: str, file: Path) -> Written:
    """Write what waits to `file`, and the photos that the centre does not hold yet.

    Raises WrongUse where no centre is pinned; NotWritten when the stick or folder will not take it.
    """
    trust = _centre(station)
    waiting = [row for row in store.outbox.list(limit=100_000) if row.state not in DONE]
    rows = [_carried(store, trust, row, station.code) for row in waiting]
    blobs, left = store.blobs.to_carry(_PHOTOS)
    photos = [_photo(store, trust, one) for one in blobs]
    about = {
        "station": station.code,
        "centre": trust.name,
        "written_at": store.now().isoformat(),
    }
    # Brought to the centre itself, nobody who signs in stands for it: the station does.
    signed = {**about, "sha256": _rows_hash(rows), "photos": _rows_hash(photos)}
    signature = station_signer(store).sign(signed, "outbox+jws")
    document = {"format": _FORMAT, **about, "rows": rows, "photos": photos, "signature": signature}
    try:
        write_durably(file, compact(document) + b"\n")
    except OSError as error:
        raise NotWritten(file, error) from None
    if blobs:
        store.blobs.carried(blobs[-1])
    store.audit.append("outbox_exported", clerk, count=len(rows))
    return Written(len(rows), len(photos), left)


def import_outbox(store: Store, station: Station, session: Session, file: Path) -> int:
    """Take over what `export_outbox` of any station of the same centre wrote. How many are new.

    The centre takes another station's applications from a supervisor of the district only, so it is
    a supervisor's proof that is left for the agent. Raises OnlyASupervisor; WrongUse for a file
    that is none, or is for another centre.
    """
    if session.role != "supervisor":
        raise OnlyASupervisor
    if file.stat().st_size > _LARGEST:
        raise WrongUse(_NO_EXPORT)
    try:
        document = json.loads(file.read_bytes())
        if document["format"] != _FORMAT:
            raise ValueError
        carried = [_row(one) for one in document["rows"]]
        centre = document["centre"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise WrongUse(_NO_EXPORT) from None
    if centre != _centre(station).name:
        raise WrongUse(N_("This export is for another centre."))
    count = store.sending.take_over([one for one in carried if one.origin != station.code])
    store.audit.append("outbox_imported", session.clerk_id, count=count)
    leave_proof(store, session, station)
    return count


def take_receipts(store: Store, station: Station, session: Session, file: Path) -> Settled:
    """Take the receipts that the centre gave for a carried outbox, and its word on the photos.

    Each has to verify and to be over the row's own bytes, as if it had come by the network; what
    is no receipt of this station's settles nothing. Raises WrongUse for a file that is none.
    """
    trust = _centre(station)
    try:
        if file.stat().st_size > _LARGEST:
            raise ValueError
        document = json.loads(file.read_bytes())
        if document["format"] != _FORMAT or document["station"] != station.code:
            raise ValueError
        receipts = [
            verified_receipt(str(token), trust.keys, station.code) for token in document["receipts"]
        ]
        photos = _photos_said(document, trust, station.code)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, BadSignature):
        raise WrongUse(_NO_RECEIPTS) from None
    settled = []
    for receipt in receipts:
        standing = store.receipts.standing(receipt.key)
        if standing is not None and standing.body is not None:
            settled.append((receipt, seal(standing.body, trust.seal_key).encode()))
    count = len(store.sending.receipted(settled))
    for sha256, problem in photos.items():
        if problem is None:
            store.blobs.held(sha256)
        elif problem in _REFUSED_FOR_GOOD:
            store.blobs.refused(sha256, problem)
    held = sum(problem is None for problem in photos.values())
    store.audit.append("receipts_carried", session.clerk_id, count=count, photos=held)
    return Settled(count, held)


_NO_RECEIPTS: Final = N_("This file holds no receipts of the centre for this station.")
_NO_EXPORT: Final = N_("This file is not an export of an outbox.")


def _centre(station: Station) -> CentreTrust:
    if station.centre is None:
        raise WrongUse(
            N_("The centre's answer is not installed yet: `counter enrol --centre FILE`")
        )
    return station.centre


def _carried(store: Store, trust: CentreTrust, row: OutboxRow, code: str) -> dict[str, Any]:
    content = store.sending.content(row.key)
    sealed = content.content if content.sealed else seal(content.content, trust.seal_key).encode()
    return {
        "key": str(row.key),
        "application": str(row.application),
        "action": row.action,
        "number": row.number,
        "clerk": row.clerk,
        "sha256": row.sha256,
        "origin": row.origin or code,
        "override": row.override,
        "approval": row.approval,
        "sealed": sealed.decode(),
    }


def _photo(store: Store, trust: CentreTrust, blob: Blob) -> dict[str, Any]:
    return {
        "sha256": blob.sha256,
        "clerk": store.outbox.get(blob.application).clerk,
        "media_type": blob.media_type,
        "sealed": seal(blob.content, trust.seal_key),
    }


def _photos_said(document: dict[str, Any], trust: CentreTrust, code: str) -> dict[str, str | None]:
    """Photo by hash: None where the centre holds it, else the problem. Raises as a file does."""
    if "photos" not in document:
        # A centre of before signed receipts only.
        return {}
    said = verify(str(document["photos"]), trust.keys, "photos+jws")
    if said["station"] != code:
        raise ValueError
    return {
        str(one["sha256"]): None if one["problem"] is None else str(one["problem"])
        for one in said["photos"]
    }


def _rows_hash(rows: list[dict[str, Any]]) -> str:
    """SHA-256, in hex, of the rows as canonical JSON."""
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _row(one: dict[str, Any]) -> Carried:
    return Carried(
        key=UUID(one["key"]),
        application=UUID(one["application"]),
        action=None if one["action"] is None else str(one["action"]),
        number=str(one["number"]),
        clerk=str(one["clerk"]),
        sha256=str(one["sha256"]),
        origin=str(one["origin"]),
        override=None if one["override"] is None else str(one["override"]),
        approval=None if one["approval"] is None else str(one["approval"]),
        sealed=str(one["sealed"]).encode(),
    )
