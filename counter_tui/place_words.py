"""A place in an application or its decision, and what stands there, in the clerk's words.

    place_text("items[0].outcome", words)     # "Item 1 outcome"
    value_text({"code": "loss_statement"}, words)

What this version has no word for stays as it was written: support reads it.
"""

from collections.abc import Mapping
from typing import Any, Final

from counter_tui import terms
from counter_tui.words import N_, Words

PLACES: Final = {
    "Override-Duplicate": N_("Reason"),
    "accepted_at": N_("time of acceptance"),
    "accepted_on": N_("day of acceptance"),
    "address": N_("address"),
    "agent": N_("Companion"),
    "amount": N_("amount"),
    "answer": N_("answer"),
    "applicant": N_("Applicant"),
    "as_of": N_("date of the list"),
    "asked": N_("who asked"),
    "at": N_("time"),
    "audit_head": N_("audit"),
    "birth_date": N_("birth date"),
    "carrier": N_("carrier"),
    "certificate_hash": N_("certificate"),
    "channel": N_("way"),
    "channels": N_("ways"),
    "class": N_("class"),
    "clerk": N_("clerk"),
    "code": N_("code"),
    "code_system": N_("code list"),
    "combined": N_("Parcels"),
    "created_at": N_("begun at"),
    "decision": N_("decision"),
    "deferral_agreed": N_("agreement to what follows"),
    "deferrals": N_("deferral"),
    "delivery": N_("Delivery"),
    "detail": N_("Street, number"),
    "disability_certificate": N_("disability certificate"),
    "division_code": N_("Division"),
    "division_name": N_("Division"),
    "document": N_("document"),
    "document_form": N_("card or booklet"),
    "due_on": N_("Due"),
    "emergency": N_("In emergency"),
    "ems_number": N_("waybill number"),
    "endorsements": N_("endorsement"),
    "entries": N_("entries"),
    "ethnic_code": N_("ethnic group"),
    "evidence": N_("Evidence"),
    "expires_on": N_("expires on"),
    "facts": "",
    "fees": N_("Fees"),
    "fingerprints": N_("fingerprints"),
    "format": N_("version"),
    "given_pinyin": N_("Given pinyin"),
    "ground": N_("ground"),
    "guardian": N_("Guardian"),
    "height": N_("height"),
    "hukou_code": N_("Hukou code"),
    "id": N_("number"),
    "identity_evidence": N_("Evidence"),
    "index": N_("number"),
    "inputs": N_("what it looked at"),
    "instant": N_("while you wait"),
    "issuing_authority": N_("issuing authority"),
    "item": N_("Item"),
    "items": N_("Item"),
    "kind": N_("kind"),
    "ledger": N_("ledger"),
    "legs": N_("journeys"),
    "lookups": N_("look-up"),
    "materials": N_("Material"),
    "method": N_("way"),
    "military": N_("Serving in army"),
    "name": N_("name"),
    "note": N_("note"),
    "notice": N_("one-time notice"),
    "number": N_("number"),
    "on_expiry": N_("when it runs out"),
    "outcome": N_("outcome"),
    "pack": N_("Policy pack"),
    "pack_version": N_("Policy pack"),
    "parcel": N_("parcel"),
    "parcels": N_("parcel"),
    "person": N_("Applicant"),
    "phone": N_("phone"),
    "photo": N_("photo"),
    "pinyin_checked": N_("spelling confirmed"),
    "place_code": N_("Division"),
    "postcode": N_("Postcode"),
    "pre_acceptance": N_("pre-acceptance"),
    "proof": N_("proof"),
    "proved_at": N_("time"),
    "proved_by": N_("proof"),
    "provisional": N_("provisional"),
    "read_at": N_("time"),
    "reader": N_("reader"),
    "ready_by": N_("ready by"),
    "reason": N_("Reason"),
    "reasons": N_("Reason"),
    "recipient": N_("Recipient"),
    "refer_to": N_("refer to"),
    "region": N_("region"),
    "registered_functionary": N_("Registered staff"),
    "relation": N_("Who is"),
    "residence_permit": N_("Residence permit"),
    "reused_from": N_("used before"),
    "rule": N_("rule"),
    "sam_number": N_("reader"),
    "settles": N_("payment"),
    "sex": N_("Sex"),
    "sha256": N_("file"),
    "signature": N_("Signature"),
    "site": N_("place of acceptance"),
    "source": N_("source"),
    "state": N_("State"),
    "station": N_("station"),
    "status": N_("State"),
    "surname_pinyin": N_("Surname pinyin"),
    "taken_on": N_("taken on"),
    "text": N_("sentence"),
    "totals": N_("Sum"),
    "treasury": N_("treasury"),
    "valid_from": N_("valid from"),
    "valid_to": N_("valid to"),
    "validity": N_("validity"),
    "validity_years": N_("years valid"),
    "version": N_("version"),
    "waived": N_("waived"),
    "waivers": N_("waiver"),
    "warnings": N_("notes"),
    "why": N_("Reason"),
    "width": N_("width"),
}
"""The segments of a path, each once; empty for one that says nothing to people."""

_LEDGERS: Final = {name: PLACES[name] for name in ("treasury", "carrier")}
_VALUES: Final = {
    **terms.ON_EXPIRY,
    **terms.CHANNELS,
    **terms.PLACES,
    **terms.OUTCOMES,
    **terms.STATUSES,
    **terms.CLASSES,
    **terms.MATERIALS,
    **terms.FEES,
    **terms.GROUNDS,
    **terms.PROOFS,
    **_LEDGERS,
}
_SAYS: Final = ("text", "code", "kind", "rule", "outcome", "ready_by")
"""What stands for a whole line, the first of these that it has."""


def place_text(path: str, words: Words) -> str:
    """`items[0].outcome` as people say it: counted from one."""
    said = []
    for piece in path.replace("[", ".[").split("."):
        if piece.startswith("["):
            said.append(str(int(piece[1:-1]) + 1) if piece[1:-1].isdigit() else piece)
        else:
            said.append(words(PLACES.get(piece) or terms.MATERIALS.get(piece, _raw(piece))))
    return " ".join(filter(None, said))


def value_text(value: Any, words: Words) -> str:
    """What stands at a place: a code by its term, a line by what it is about, a list by its all."""
    if value is None or value in ([], {}):
        return "-"
    if isinstance(value, bool):
        return words(N_("yes") if value else N_("no"))
    if isinstance(value, list | tuple):
        return ", ".join(value_text(one, words) for one in value)
    if isinstance(value, Mapping):
        return _line(value, words)
    return words(_VALUES.get(value, value)) if isinstance(value, str) else str(value)


def _line(value: Mapping[str, Any], words: Words) -> str:
    language = "zh" if words.language == "zh_CN" else "en"
    if language in value:
        return str(value[language])
    known = next((value[name] for name in _SAYS if value.get(name)), None)
    if known is not None:
        return value_text(known, words)
    pairs = (f"{place_text(name, words)} {value_text(one, words)}" for name, one in value.items())
    return ", ".join(pairs)


def _raw(piece: str) -> str:
    return "" if piece in PLACES else piece
