"""An accepted application opened again to be corrected: the draft it came from."""

from typing import Any

from counter_tui.case.captures import said_of
from counter_tui.case.draft import Draft, OtherDraft, PersonDraft, RecipientDraft
from intake.application import Application, OtherPerson, Person, PhotoTaken, Recipient
from intake.captures import MATERIAL_OF
from intake.facts import Facts


def draft_of(application: Application) -> Draft:
    """The draft that would make `application` again, under its own id.

    Only a disability certificate's number is not in it: that was never kept, and has to be typed
    again where it proves a waiver.
    """
    facts, evidence = application.facts, application.evidence
    applicant = facts.applicant
    permit = applicant.residence_permit
    return Draft(
        id=str(application.id),
        created_at=application.created_at.isoformat(),
        evidence=applicant.identity_evidence,
        read_at=evidence.read_at.isoformat() if evidence else "",
        reader=(evidence and evidence.reader) or "",
        sam_number=(evidence and evidence.sam_number) or "",
        person=_person(application.person, facts),
        number_again="" if applicant.identity_evidence == "chip" else applicant.number,
        hukou_code=applicant.hukou_code,
        registered_functionary=applicant.registered_functionary,
        military=applicant.military,
        residence_place=permit.place_code if permit else "",
        residence_valid_to=permit.valid_to.isoformat() if permit and permit.valid_to else "",
        items=tuple(one.model_dump(mode="json") for one in facts.items),
        materials={str(code): str(one) for code, one in facts.materials.items()},
        lookups={str(name): str(one) for name, one in facts.lookups.items()},
        deferral_agreed=facts.deferral_agreed,
        method=facts.delivery.method,
        combined=facts.delivery.combined,
        phone=application.phone or "",
        looked_up={
            one.kind: {"asked": one.asked, "at": one.at.isoformat()} for one in application.lookups
        },
        undertaking=facts.deferral_agreed and bool(application.decision.deferrals),
        guardian=_other(application.guardian),
        agent=_other(application.agent),
        emergency_name=application.emergency.name if application.emergency else "",
        emergency_phone=application.emergency.phone if application.emergency else "",
        recipient=_recipient(application.recipient),
        photo=_photo(application.photo),
        captures={
            name: said for name in MATERIAL_OF if (said := said_of(getattr(application, name)))
        },
    )


def _photo(photo: PhotoTaken | None) -> dict[str, Any]:
    if photo is None:
        return {}
    given: dict[str, Any] = {
        "sha256": photo.sha256,
        "width": photo.width,
        "height": photo.height,
        "taken_on": photo.taken_on.isoformat() if photo.taken_on else "",
    }
    if photo.reused_from is not None:
        given |= {"reused_from": str(photo.reused_from), "reused_number": ""}
    return given


def _person(person: Person | None, facts: Facts) -> PersonDraft:
    if person is None:
        # Accepted from a facts file, which names nobody.
        born = facts.applicant.birth_date.isoformat()
        return PersonDraft(birth_date=born, number=facts.applicant.number)
    return PersonDraft(
        name=person.name,
        sex=person.sex,
        birth_date=person.birth_date.isoformat(),
        number=person.number,
        ethnic_code=person.ethnic_code or "",
        address=person.address or "",
        issuing_authority=person.issuing_authority or "",
        valid_from=person.valid_from.isoformat() if person.valid_from else "",
        valid_to=person.valid_to.isoformat() if person.valid_to else "",
        surname_pinyin=person.surname_pinyin or "",
        given_pinyin=person.given_pinyin or "",
        pinyin_checked=person.pinyin_checked or "",
    )


def _other(person: OtherPerson | None) -> OtherDraft:
    if person is None:
        return OtherDraft()
    return OtherDraft(
        name=person.name,
        number=person.number or "",
        phone=person.phone or "",
        relation=person.relation,
        evidence=person.evidence,
    )


def _recipient(recipient: Recipient | None) -> RecipientDraft:
    if recipient is None:
        return RecipientDraft()
    to = recipient.address
    return RecipientDraft(
        name=recipient.name,
        phone=recipient.phone,
        relation=recipient.relation,
        division_code=to.division_code,
        division_name=to.division_name,
        code_system=to.code_system,
        as_of=to.as_of.isoformat(),
        detail=to.detail,
        postcode=to.postcode,
    )
