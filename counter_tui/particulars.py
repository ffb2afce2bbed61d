"""What an application has besides its facts, from the draft: people, parcel, look-ups, payments."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from counter_tui.accept import Particulars
from counter_tui.case.approval import approvals, carrier_due, to_waive
from counter_tui.case.captures import capture_of
from counter_tui.case.draft import Draft, OtherDraft
from counter_tui.store.rows import Act
from intake.application import (
    Address,
    Application,
    EmergencyContact,
    Evidence,
    LookupRecord,
    OtherPerson,
    Person,
    PhotoTaken,
    Recipient,
)
from intake.decision import Decision


def particulars(draft: Draft, decision: Decision | None = None) -> Particulars:
    """What an application has besides its facts. With the `decision` it is said too that something
    was asked for and not taken yet."""
    given = draft.person
    person = Person(
        name=given.name,
        sex=given.sex,  # type: ignore[arg-type]
        birth_date=date.fromisoformat(given.birth_date),
        number=given.number,
        ethnic_code=given.ethnic_code or None,
        address=given.address or None,
        issuing_authority=given.issuing_authority or None,
        valid_from=_date(given.valid_from),
        valid_to=_date(given.valid_to),
        surname_pinyin=given.surname_pinyin or None,
        given_pinyin=given.given_pinyin or None,
        pinyin_checked=given.pinyin_checked or None,  # type: ignore[arg-type]
    )
    evidence = Evidence(
        kind=draft.evidence,  # type: ignore[arg-type]
        read_at=datetime.fromisoformat(draft.read_at or draft.created_at),
        reader=draft.reader or None,
        sam_number=draft.sam_number or None,
    )
    called = draft.emergency_name and draft.emergency_phone
    return Particulars(
        person,
        evidence,
        draft.phone or draft.recipient.phone or None,
        _recipient(draft),
        _other(draft.guardian),
        _other(draft.agent),
        EmergencyContact(name=draft.emergency_name, phone=draft.emergency_phone)
        if called
        else None,
        tuple(_looked_up(draft)),
        _photo(draft, decision),
        capture_of(draft, "signature", decision),
        capture_of(draft, "fingerprints", decision),
    )


def _photo(draft: Draft, decision: Decision | None) -> PhotoTaken | None:
    """The photo, unless nothing that is asked for needs one."""
    given = draft.photo
    needless = decision is not None and all(line.code != "photo" for line in decision.materials)
    if not given or needless:
        return None
    return PhotoTaken(
        sha256=given["sha256"],
        width=given["width"],
        height=given["height"],
        taken_on=_date(given["taken_on"]),
        reused_from=given.get("reused_from"),
    )


def acts(draft: Draft, application: Application) -> list[Act]:
    """What goes to the centre behind the application: payments, waivers on other proofs, and what
    draft of the applicant's own it came from."""
    found = [*_payments(draft, application), *_waivers(draft, application)]
    if draft.pre_acceptance:
        body = {"pre_acceptance": draft.pre_acceptance}
        found.append(Act("conversions", json.dumps(body).encode()))
    return found


def _waivers(draft: Draft, application: Application) -> Iterator[Act]:
    """A waiver of each parcel on a proof the rules do not know.

    It takes the approval along that a supervisor gave at the case. Without one the centre says that
    it wants it, and the waiver waits on the rejection desk, so that neither the applicant nor the
    acceptance waits for the supervisor.
    """
    given = approvals(draft, application.decision)
    for parcel, body in to_waive(draft, application.decision).items():
        yield Act("waivers", body, given.get(parcel))


def _payments(draft: Draft, application: Application) -> Iterator[Act]:
    """What was paid, ledger by ledger; nothing where it is pending."""
    decision = application.decision
    due = {"treasury": decision.totals.treasury, "carrier": carrier_due(draft, decision)}
    for ledger, amount in due.items():
        method = getattr(draft, f"{ledger}_paid")
        if amount and method:
            body: dict[str, Any] = {
                "ledger": ledger,
                "amount": amount,
                "method": method,
                "state": "recorded",
                "reference": getattr(draft, f"{ledger}_reference") or None,
                "paid_at": application.accepted_at.isoformat(),
            }
            yield Act("payments", json.dumps(body, ensure_ascii=False).encode())


def _looked_up(draft: Draft) -> Iterator[LookupRecord]:
    for kind, how in draft.looked_up.items():
        answer = draft.lookups.get(kind)
        if kind == "registered_functionary":
            said = {"consent_needed": "matched", "not_needed": "mismatch"}
            answer = said.get(draft.registered_functionary, "unavailable")
        if answer:
            yield LookupRecord(
                kind=kind,
                answer=answer,  # type: ignore[arg-type]
                asked=how["asked"],  # type: ignore[arg-type]
                at=datetime.fromisoformat(how["at"]),
            )


def _other(given: OtherDraft) -> OtherPerson | None:
    if not given.name:
        return None
    return OtherPerson(
        name=given.name,
        number=given.number or None,
        relation=given.relation,
        phone=given.phone or None,
        evidence=given.evidence,  # type: ignore[arg-type]
    )


def _recipient(draft: Draft) -> Recipient | None:
    to = draft.recipient
    if draft.method != "post":
        return None
    return Recipient(
        name=to.name,
        phone=to.phone or draft.phone,
        relation=to.relation,
        address=Address(
            division_code=to.division_code,
            division_name=to.division_name,
            code_system=to.code_system,
            as_of=date.fromisoformat(to.as_of),
            detail=to.detail,
            postcode=to.postcode,
        ),
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
