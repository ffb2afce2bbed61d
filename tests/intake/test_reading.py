"""Bad input is refused with the field's name, whatever way it comes in."""

import copy
import json
from typing import Any

import pytest

from intake import decide
from intake.reading import BadFacts, read_facts, read_facts_json
from tests.intake.cases import case, decided, facts, item, pack

REMOVED = object()
HK = {"region": "HK", "code": "L", "entries": "single", "validity": "3m"}

BAD: list[tuple[str, Any, str]] = [
    ("items", [], "items"),
    ("items", {}, "items"),
    ("items.0.kind", "endorse", "items[0].endorsements"),
    ("items.0.kind", "replace", "items[0].kind"),
    ("items.0.document", "visa", "items[0].document"),
    ("items.0.endorsements", [HK], "items[0].endorsements"),
    ("items.0.materials", {"photo": "present"}, "items[0].materials.photo"),
    ("items.0.materials", {"stamp": "present"}, "items[0].materials.stamp"),
    ("items.0.colour", "red", "items[0].colour"),
    ("materials.loss_statement", "present", "materials.loss_statement"),
    ("materials.identity_read", "present", "materials.identity_read"),
    ("materials.photo", "verified", "materials.photo"),
    ("materials", REMOVED, "materials"),
    ("lookups.police", "matched", "lookups.police"),
    ("lookups.kinship", "yes", "lookups.kinship"),
    ("accepted_on", 0, "accepted_on"),
    ("accepted_on", "2018-02-30", "accepted_on"),
    ("accepted_on", "2018-5-16", "accepted_on"),
    ("accepted_on", "2018-05-16T00:00:00", "accepted_on"),
    ("accepted_on", None, "accepted_on"),
    ("accepted_at", "1:30", "accepted_at"),
    ("accepted_at", "10:30:00", "accepted_at"),
    ("accepted_at", "25:00", "accepted_at"),
    ("accepted_at", 1030, "accepted_at"),
    ("site.kind", "kiosk", "site.kind"),
    ("applicant.hukou_code", "51010", "applicant.hukou_code"),
    ("applicant.hukou_code", "５１０１０７", "applicant.hukou_code"),
    ("applicant.hukou_code", "510107\n", "applicant.hukou_code"),
    ("applicant.military", 1, "applicant.military"),
    ("applicant.military", REMOVED, "applicant.military"),
    ("applicant.birth_date", "2018-05-17", "applicant.birth_date"),
    ("applicant.residence_permit", {"valid_to": None}, "applicant.residence_permit.place_code"),
    ("applicant.registered_functionary", "yes", "applicant.registered_functionary"),
    ("delivery.legs", 3, "delivery.legs"),
    ("delivery.legs", True, "delivery.legs"),
    ("delivery.legs", 1.0, "delivery.legs"),
    ("delivery.method", "drone", "delivery.method"),
    ("deferral_agreed", "yes", "deferral_agreed"),
]


def changed(path: str, value: Any) -> dict[str, Any]:
    """A plain case with one value changed or removed."""
    given = copy.deepcopy(case())
    *owners, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    at: Any = given
    for owner in owners:
        at = at[owner]
    if value is REMOVED:
        del at[last]
    else:
        at[last] = value
    return given


@pytest.mark.parametrize(("path", "value", "field"), BAD)
def test_bad_input(path: str, value: Any, field: str) -> None:
    given = changed(path, value)
    for read, source in ((read_facts, given), (read_facts_json, json.dumps(given))):
        with pytest.raises(BadFacts) as caught:
            read(source)
        assert caught.value.field == field and caught.value.message


@pytest.mark.parametrize(
    ("document", "kind", "region", "field"),
    [
        ("hkm_permit", "endorse", "TW", "items[0].endorsements[0].region"),
        ("tw_permit", "endorse", "HK", "items[0].endorsements[0].region"),
        ("tw_permit", "first", "MO", "items[0].endorsements[0].region"),
        ("hkm_permit", "annotate", "HK", "items[0].endorsements"),
        ("passport", "first", "HK", "items[0].endorsements"),
    ],
)
def test_endorsements_fit_the_document(document: str, kind: str, region: str, field: str) -> None:
    with pytest.raises(BadFacts) as caught:
        facts(item(document, kind, "L", region=region))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("accepted_on", "16.5.2018", "a day is written YYYY-MM-DD"),
        ("accepted_at", "10.30", "a time of day is written HH:MM"),
        ("applicant.birth_date", "2018-05-17", "born after the day of acceptance"),
        ("items.0.kind", "endorse", "an endorse item needs at least one endorsement"),
        ("materials.loss_statement", "present", "belongs to the materials of one item"),
        (
            "items.0.materials",
            {"photo": "present"},
            "belongs to the materials of the application",
        ),
    ],
)
def test_the_complaint_says_what_is_right(path: str, value: Any, message: str) -> None:
    with pytest.raises(BadFacts) as caught:
        read_facts(changed(path, value))
    assert caught.value.message == message
    assert str(caught.value) == f"{caught.value.field}: {message}"


def test_an_unknown_material_belongs_nowhere() -> None:
    for path, value in (("materials.stamp", "present"), ("items.0.materials", {"stamp": "x"})):
        with pytest.raises(BadFacts) as caught:
            read_facts(changed(path, value))
        assert "belongs" not in caught.value.message
    assert str(BadFacts("", "no object")) == "no object"


def test_defaults_may_be_left_out() -> None:
    given = case()
    for key in ("lookups", "deferral_agreed"):
        del given[key]
    del given["items"][0]["materials"], given["items"][0]["endorsements"]
    read = read_facts(given)
    assert (read.lookups, read.deferral_agreed, read.items[0].endorsements) == ({}, True, ())
    assert (read.delivery.combined, read.delivery.legs, read.accepted_at) == (True, 1, None)


@pytest.mark.parametrize("text", ["", "null", "[]", "{", '"x"', "1", "{}" * 2, "[" * 5000])
def test_no_object(text: str) -> None:
    with pytest.raises(BadFacts):
        read_facts_json(text)


def test_facts_survive_the_way_to_json_and_back() -> None:
    given = {**case(item("hkm_permit", "renew", "LG")), "accepted_at": "10:30"}
    read = read_facts(given)
    assert read_facts_json(read.model_dump_json()) == read
    assert '"accepted_at":"10:30"' in read.model_dump_json()


@pytest.mark.parametrize("name", ["chengdu", "chengdu-narrow"])
def test_the_first_day(name: str) -> None:
    assert decide(facts(on="2017-07-01"), pack(name)).outcome == "accept"
    with pytest.raises(BadFacts) as caught:
        decide(facts(on="2017-06-30"), pack(name))
    assert caught.value.field == "accepted_on"


def test_the_end_of_the_calendar() -> None:
    assert decided(on="9999-12-01").items[0].provisional
    for hukou in ("510107", "110101"):
        with pytest.raises(BadFacts) as caught:
            decided(on="9999-12-31", hukou=hukou)
        assert caught.value.field == "accepted_on"
