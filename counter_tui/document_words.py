"""What the codes of cards and chips mean, in sentences for the person at the counter.

The codes themselves are explained in docs/chip-documents.md and docs/readers.md.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from counter_tui.words import N_, Words

PASSIVE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ok": N_("genuine"),
        "failed": N_("FAILED: do not trust these data"),
        "untrusted": N_("signed by an issuer that is not trusted here"),
        "not_checked": N_("not checked"),
    }
)
"""What the state's signature says."""

ACTIVE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ok": N_("the chip is the original"),
        "failed": N_("FAILED: the chip may be a copy"),
        "absent": N_("this chip cannot prove it"),
        "not_checked": N_("not checked"),
    }
)
"""What the chip's own key says."""

DIFFERENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name": N_("the name is not the applicant's"),
        "birth_date": N_("the birth date is not the applicant's"),
        "sex": N_("the sex is not the applicant's"),
    }
)
"""How a document may differ from the applicant."""

_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name": N_("name"),
        "address": N_("address"),
        "newest_address": N_("newest address"),
        "english_name": N_("English name"),
        "issuing_authority": N_("issuing authority"),
        "number": N_("number"),
        "birth": N_("birth date"),
        "expiry": N_("date of expiry"),
        "optional": N_("optional data"),
        "issue": N_("times issued"),
        "issue_count": N_("times issued"),
        "composite": N_("whole line"),
        "valid_from": N_("valid from"),
        "valid_to": N_("valid to"),
    }
)
"""Names of fields that a code begins or ends with."""

_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "signature_wrong": N_("the signature does not fit"),
        "signer_missing": N_("the signer's certificate is missing"),
        "algorithm_unknown": N_("signed by a method that is not known here"),
        "issuer_unknown": N_("the issuer is not in the folder of trusted certificates"),
        "certificate_expired": N_("the signer's certificate is outside its time"),
        "no_trust_folder": N_("no folder of trusted certificates is configured"),
        "sod_unreadable": N_("the chip gives no signature"),
        "sod_malformed": N_("the chip's signature is malformed"),
        "active_authentication_failed": N_("the chip did not prove that it is the original"),
        "pace_failed_bac_used": N_("the newer access method failed; the older one was used"),
        "card_access_unreadable": N_("what the chip says of its access methods cannot be read"),
        "printed_zone_differs": N_("the printed lines are not those in the chip"),
        "chinese_name_cut": N_("the chip has only the beginning of the Chinese name"),
        "chinese_names_differ": N_("the chip gives two different Chinese names"),
        "newest_address_not_read": N_("the newest address could not be read"),
        "birth_date_differs_from_number": N_("birth date and number contradict each other"),
        "sex_differs_from_number": N_("sex and number contradict each other"),
        "ethnic_code_unknown": N_("unknown code of the ethnic group"),
        "sex_code_unknown": N_("unknown code of the sex"),
        "photo_missing": N_("the card has no portrait"),
        "photo_not_decoded": N_("the portrait could not be decoded"),
    }
)

_GROUPS: Final = (
    (re.compile(r"dg(\d+)_hash_differs"), N_("data group {part} was changed after it was signed")),
    (re.compile(r"dg(\d+)_not_in_sod"), N_("data group {part} was never signed")),
    (re.compile(r"dg(\d+)_malformed"), N_("data group {part} is malformed")),
    (re.compile(r"dg(\d+)_unreadable"), N_("data group {part} cannot be read")),
)
_OF_FIELDS: Final = (
    (re.compile(r"mrz_(\w+)_check_failed"), N_("check digit of the printed line: {part}")),
    (re.compile(r"(\w+)_cleaned"), N_("control characters were taken out: {part}")),
    (re.compile(r"(\w+)_cut"), N_("the last character is cut in two: {part}")),
    (re.compile(r"(\w+)_blank"), N_("blank: {part}")),
    (re.compile(r"(\w+)_unreadable"), N_("unreadable: {part}")),
)


def said(code: str, words: Words) -> str:
    """The sentence for a reason or a warning; a code without one stands for itself."""
    if code in _CODES:
        return words(_CODES[code])
    for pattern, sentence in _GROUPS:
        if found := pattern.fullmatch(code):
            return words(sentence, part=found[1])
    for pattern, sentence in _OF_FIELDS:
        if found := pattern.fullmatch(code):
            return words(sentence, part=words(_FIELDS.get(found[1], found[1])))
    return code
