"""Made-up cases for the rules: one plain case and ways to change it."""

from typing import Any, get_args

from counter_tui import packs
from intake import Decision, decide
from intake.facts import ApplicationMaterial, Facts, ItemMaterial
from intake.pack import Pack
from intake.reading import read_facts

BY_APPLICATION: tuple[str, ...] = get_args(ApplicationMaterial)
BY_ITEM: tuple[str, ...] = get_args(ItemMaterial)
POLICE, VISIT, HALL, CENTRE = "police_station", "mobile_visit", "district_hall", "city_centre"
CHENGDU, SICHUAN, AWAY = "510107", "510703", "110101"
PERMIT = {"place_code": "510100", "valid_to": None}


def pack(name: str = "chengdu") -> Pack:
    """A shipped pack."""
    return packs.load(name)


def item(
    document: str = "passport",
    kind: str = "first",
    codes: str = "",
    missing: tuple[str, ...] = (),
    **endorsement: Any,
) -> dict[str, Any]:
    """An item with every material but those in `missing`; one endorsement a letter of `codes`."""
    region = "TW" if document == "tw_permit" else "HK"
    wanted = {"region": region, "entries": "single", "validity": "3m", **endorsement}
    return {
        "document": document,
        "kind": kind,
        "endorsements": [{**wanted, "code": code} for code in codes],
        "materials": {code: "present" for code in BY_ITEM if code not in missing},
    }


def case(
    *items: dict[str, Any],
    on: str = "2018-05-16",
    site: str = HALL,
    born: str = "1985-03-02",
    hukou: str = CHENGDU,
    missing: tuple[str, ...] = (),
    lookups: dict[str, str] | None = None,
    agreed: bool = True,
    delivery: dict[str, Any] | None = None,
    **applicant: Any,
) -> dict[str, Any]:
    """An application in which every material is present but those in `missing`."""
    return {
        "accepted_on": on,
        "site": {"kind": site},
        "applicant": {
            "birth_date": born,
            "number": "110101198108030003",
            "hukou_code": hukou,
            "identity_evidence": "chip",
            "residence_permit": None,
            "registered_functionary": "not_needed",
            "military": False,
            "disability_certificate": None,
            **applicant,
        },
        "items": list(items) or [item()],
        "materials": {code: "present" for code in BY_APPLICATION if code not in missing},
        "lookups": lookups or {},
        "deferral_agreed": agreed,
        "delivery": delivery or {"method": "post"},
    }


def facts(*items: dict[str, Any], **changes: Any) -> Facts:
    """The same, read."""
    return read_facts(case(*items, **changes))


def decided(*items: dict[str, Any], under: str = "chengdu", **changes: Any) -> Decision:
    """What the pack says."""
    return decide(facts(*items, **changes), pack(under))
