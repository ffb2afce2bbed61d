"""The field's own terms for the codes of facts and decisions, for both languages."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from counter_tui.words import N_, Words

DOCUMENTS: Final = {
    "passport": N_("ordinary passport"),
    "hkm_permit": N_("Hong Kong-Macao permit"),
    "tw_permit": N_("Taiwan permit"),
}
KINDS: Final = {
    "first": N_("first application"),
    "renew": N_("renewal"),
    "reissue_lost": N_("reissuance (lost)"),
    "reissue_damaged": N_("reissuance (damaged)"),
    "reapply_expired": N_("re-application after expiry"),
    "annotate": N_("annotation"),
    "endorse": N_("endorsement"),
}
DOCUMENTS_SHORT: Final = {
    "passport": N_("passport"),
    "hkm_permit": N_("HK-Macao"),
    "tw_permit": N_("Taiwan"),
}
KINDS_SHORT: Final = {
    "first": N_("first"),
    "renew": N_("renew"),
    "reissue_lost": N_("lost"),
    "reissue_damaged": N_("damaged"),
    "reapply_expired": N_("lapsed"),
    "annotate": N_("annot."),
    "endorse": N_("endorse"),
}
CODES: Final = ("T", "S", "L", "G", "D", "Q", "R", "Y", "F", "X", "C")
FORMS: Final = {"card": N_("card type"), "booklet": N_("booklet type")}
REGIONS: Final = {"HK": N_("Hong Kong"), "MO": N_("Macao"), "TW": N_("Taiwan")}
REGIONS_SHORT: Final = {"HK": N_("HK"), "MO": N_("MO"), "TW": N_("TW")}
VALIDITIES_SHORT: Final = {
    "3m": N_("3m"),
    "6m": N_("6m"),
    "1y": N_("1y"),
    "2y": N_("2y"),
    "3y": N_("3y"),
    "4y": N_("4y"),
    "5y": N_("5y"),
}
ENTRIES: Final = {"single": N_("1×"), "double": N_("2×"), "multiple": N_("multiple")}
VALIDITIES: Final = {
    "3m": N_("3 months"),
    "6m": N_("6 months"),
    "1y": N_("1 year"),
    "2y": N_("2 years"),
    "3y": N_("3 years"),
    "4y": N_("4 years"),
    "5y": N_("5 years"),
}
MATERIALS: Final = {
    "application_form": N_("application form, signed"),
    "identity_read": N_("identity read"),
    "photo": N_("photo"),
    "fingerprints": N_("fingerprints"),
    "guardian_present": N_("guardian present"),
    "guardian_identity": N_("guardian's identity card"),
    "delegation_letter": N_("delegation letter"),
    "agent_identity": N_("companion's identity card"),
    "guardianship_proof": N_("proof of guardianship"),
    "unit_consent": N_("letter of consent of the unit"),
    "military_consent": N_("consent of the army authority"),
    "residence_permit": N_("residence permit"),
    "hukou_booklet": N_("household register"),
    "government_opinion": N_("opinion of the local government"),
    "current_document": N_("present document"),
    "loss_statement": N_("statement of loss"),
    "kinship_proof": N_("proof of kinship"),
    "reason_papers": N_("papers for the purpose"),
    "business_licence": N_("business licence"),
    "tax_registration": N_("tax registration"),
    "social_insurance_list": N_("social insurance list"),
}
STATUSES: Final = {
    "present": N_("present"),
    "verified": N_("verified"),
    "deferred": N_("to follow"),
    "missing": N_("MISSING"),
}
CLASSES: Final = {"core": N_("core"), "secondary": N_("secondary")}
OUTCOMES: Final = {
    "accept": N_("can be accepted"),
    "accept_with_deferral": N_("can be accepted with materials to follow"),
    "incomplete": N_("core materials missing: hand out the one-time notice"),
    "refer": N_("not served here: refer the applicant"),
    "refuse": N_("refused by the rules"),
}
ROW_STATES: Final = {
    "draft": N_("draft"),
    "queued": N_("queued"),
    "sending": N_("being sent"),
    "receipted": N_("receipted"),
    "needs_clerk": N_("needs the clerk"),
    "needs_login": N_("needs a sign-in"),
    "needs_supervisor": N_("needs a supervisor"),
    "withdrawn": N_("withdrawn"),
}
"""What people call the states of what is on its way to the centre."""
OUTCOMES_HELD: Final = {
    "accept": N_("accepted"),
    "accept_with_deferral": N_("accepted, to follow"),
}
"""What people call the outcomes of applications that are held."""
EVENT_STATES: Final = {
    **OUTCOMES_HELD,
    "open": N_("open"),
    "extended": N_("extended"),
    "received": N_("handed in"),
    "verified": N_("verified"),
    "rejected": N_("rejected"),
    "expired": N_("expired"),
    "cancelled": N_("cancelled"),
    "recorded": N_("recorded"),
    "pending": N_("pending"),
    "settled": N_("settled"),
    "reversed": N_("reversed"),
    "planned": N_("planned"),
    "replaced": N_("replaced"),
    "collected": N_("collected from the applicant"),
    "arrived": N_("arrived"),
    "handed_over": N_("handed to the carrier"),
    "in_transit": N_("in transit"),
    "attempt_1": N_("first attempt"),
    "attempt_2": N_("second attempt"),
    "held": N_("held at the post office"),
    "delivered": N_("delivered"),
    "returned": N_("returned"),
    "pickup_converted": N_("to be collected"),
    "granted": N_("granted"),
    "issued": N_("issued"),
    "revoked": N_("acceptance revoked"),
    "withdrawn": N_("withdrawn"),
    "terminated": N_("terminated"),
    "refused": N_("not approved"),
}
"""What people call the states of what belongs to an application."""
ITEM_OUTCOMES: Final = {
    "accept": N_("served here"),
    "refer": N_("refer to"),
    "refuse": N_("refused"),
}
PLACES: Final = {
    "police_station": N_("police-station service point"),
    "district_hall": N_("district hall"),
    "city_centre": N_("city centre"),
    "mobile_visit": N_("home service"),
}
FEES: Final = {
    **DOCUMENTS,
    "annotation": N_("annotation"),
    "endorsement": N_("endorsement"),
    "postage": N_("postage, one parcel"),
}
GROUNDS: Final = {"age": N_("elderly person"), "disability": N_("person with disability")}
PROOFS: Final = {
    "identity_read": N_("birth date of the identity card"),
    "disability_lookup": N_("disability look-up"),
    "disability_certificate": N_("disability certificate checked"),
}
CHANNELS: Final = {
    "window": N_("at the window"),
    "post": N_("by post"),
    "online": N_("online"),
    "proxy": N_("by another person"),
}
ON_EXPIRY: Final = {
    "revoke": N_("the acceptance is revoked"),
    "withdrawn": N_("the application counts as withdrawn"),
    "terminate": N_("the application is terminated"),
    "refuse": N_("the application is not approved"),
}
"""What becomes of an application whose deferral runs out, by the pack's `on_expiry`."""
ACTS: Final = {
    "supplements": N_("supplement"),
    "extensions": N_("extension"),
    "expiries": N_("expiry"),
    "payments": N_("payment"),
    "waivers": N_("waiver"),
    "conversions": N_("pre-acceptance"),
    "notices": N_("one-time notice"),
    "referrals": N_("referral"),
    "prints": N_("print"),
}
"""What was sent, when it is not an application."""
SEXES: Final = {
    "male": N_("male"),
    "female": N_("female"),
    "unknown": N_("sex unknown"),
    "unstated": N_("sex not stated"),
}
EVIDENCE: Final = {
    "chip": N_("chip read"),
    "temporary_card": N_("temporary card"),
    "hukou_booklet": N_("household register"),
}
RELATIONS: Final = {
    "father": N_("father"),
    "mother": N_("mother"),
    "other": N_("other guardian"),
}
RECIPIENTS: Final = {
    "self": N_("the applicant"),
    "guardian": N_("the guardian"),
    "other": N_("another adult"),
}
PINYIN_CHECKED: Final = {
    "suggested": N_("suggested, not confirmed yet"),
    "clerk": N_("typed by the clerk"),
    "applicant": N_("confirmed by the applicant"),
}
ASKED: Final = {
    "centre": N_("by the look-up"),
    "clerk": N_("set by the clerk"),
}
LOOKUP_ANSWERS: Final = {
    "matched": N_("look-up: matched"),
    "mismatch": N_("look-up: MISMATCH"),
    "unavailable": N_("look-up unavailable"),
}
SECOND: Final = {
    "guardian": N_("guardian's number"),
    "relative": N_("relative's number"),
    "firm": N_("firm's 18-digit code"),
}
CAPTURED: Final = {"signature": N_("Signature"), "fingerprints": N_("Fingerprints")}
CAPTURES: Final = {
    "captured": N_("given"),
    "refused": N_("declined"),
    "cannot": N_("cannot"),
    "not_yet": N_("not yet"),
}
WHY_NOT: Final = {
    "injury": N_("hurt hand"),
    "missing": N_("fingers missing"),
    "worn": N_("ridges worn off"),
    "illness": N_("illness"),
    "illiterate": N_("does not write"),
    "other": N_("another reason"),
}
"""Why somebody cannot sign or give fingerprints."""
PAID: Final = {
    "": N_("pending"),
    "cash": N_("cash"),
    "card": N_("card"),
    "code": N_("QR"),
}
FUNCTIONARY: Final = {
    "not_needed": N_("no"),
    "consent_needed": N_("consent needed"),
    "unavailable": N_("unavailable"),
}


def item_text(item: Mapping[str, Any], words: Words) -> str:
    """One item in words: document, kind and endorsements."""
    text = f"{words(DOCUMENTS[item['document']])} {words(KINDS[item['kind']])}"
    endorsements = [endorsement_text(one, words) for one in item.get("endorsements", ())]
    return f"{text} ({', '.join(endorsements)})" if endorsements else text


def endorsement_text(endorsement: Mapping[str, Any], words: Words) -> str:
    """One endorsement in words: where, code, how often, how long."""
    return " ".join(
        (
            words(REGIONS[endorsement["region"]]),
            endorsement["code"],
            words(VALIDITIES[endorsement["validity"]]),
            words(ENTRIES[endorsement["entries"]]),
        )
    )


def endorsements_short(endorsements: Iterable[Mapping[str, Any]], words: Words) -> str:
    """All endorsements of an item for a narrow column, those of the same terms together."""
    regions: dict[tuple[str, str, str], list[str]] = {}
    for one in endorsements:
        terms = one["code"], one["validity"], one["entries"]
        regions.setdefault(terms, []).append(words(REGIONS_SHORT[one["region"]]))
    return ", ".join(
        f"{'+'.join(where)} {code} {words(VALIDITIES_SHORT[validity])}{words(ENTRIES[entries])}"
        for (code, validity, entries), where in regions.items()
    )


def item_short(item: Mapping[str, Any], words: Words) -> str:
    """One item on half a line: document, kind and endorsements, those of the same terms once."""
    text = f"{words(DOCUMENTS[item['document']])} {words(KINDS_SHORT[item['kind']])}"
    endorsed = endorsements_short(item.get("endorsements", ()), words)
    return f"{text}  {endorsed}" if endorsed else text


def items_text(items: Iterable[Mapping[str, Any]], words: Words) -> str:
    """All items in words, on one line."""
    return " + ".join(item_text(item, words) for item in items)
