"""Sites, packs, look-ups: what the centre knows besides applications."""

import asyncio
import uuid
from typing import Any

import pytest

from central.settings import settings_for
from central.upkeep import seed_demo, set_lookup
from tests.central.centres import command
from tests.central.conftest import STATIONS, Town
from tests.central.people import identity_number, payload_of, verify


async def test_the_network_of_places(town: Town) -> None:
    answer = await town.clerk.call("GET", "/v1/sites")
    sites = answer.json()["items"]
    kinds = [site["kind"] for site in sites]
    assert (kinds.count("city_centre"), kinds.count("district_hall")) == (1, 22)
    assert kinds.count("police_station") == 219
    by_code = {site["code"]: site for site in sites}
    for site in sites:
        above = by_code.get(site["parent"])
        assert (above is None) == (site["kind"] == "city_centre"), site["code"]
        assert site["hours"], site["code"]
        assert site["position"], site["code"]
        assert site["row"]["address"], site["code"]
    serves = answer.json()["serves"]
    assert serves["police_station"]["documents"] == ["passport", "hkm_permit", "tw_permit"]
    rules = {one["rule"]: one["refer_to"] for one in serves["police_station"]["exceptions"]}
    assert rules["scope-business-police"] == "district_hall"
    assert "scope-business-police" not in [
        one["rule"] for one in serves["district_hall"]["exceptions"]
    ]
    same = {"If-None-Match": answer.headers["etag"]}
    assert (await town.clerk.call("GET", "/v1/sites", headers=same)).status_code == 304
    district = await town.clerk.call("GET", "/v1/sites?district=510107&kind=police_station")
    assert {site["row"]["district"] for site in district.json()["items"]} == {"510107"}


async def test_packs_are_signed_and_versioned(town: Town) -> None:
    pack = await town.clerk.call("GET", "/v1/packs/chengdu")
    assert verify(pack.json()["pack"], town.pack_keys[0])["name"] == "chengdu"
    same = {"If-None-Match": pack.headers["etag"]}
    assert (await town.clerk.call("GET", "/v1/packs/chengdu", headers=same)).status_code == 304
    assert (await town.clerk.call("GET", "/v1/packs/nowhere")).status_code == 404


async def ask(town: Town, kind: str, *numbers: str) -> dict[str, Any]:
    question = {"kind": kind, "application": str(uuid.uuid4()), "number": numbers[0]}
    related = {"related": numbers[1]} if len(numbers) > 1 else {}
    answer = await town.clerk.call("POST", "/v1/lookups", {**question, **related})
    assert answer.status_code == 200, answer.text
    return answer.json()


KINDS = (
    "guardianship", "kinship", "business_registry", "tax", "social_insurance", "residence",
    "disability", "registered_functionary",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_who_is_in_no_register_is_unavailable(town: Town, kind: str) -> None:
    assert (await ask(town, kind, identity_number(1)))["answer"] == "unavailable"


async def test_registers_answer_fail_and_recover(town: Town) -> None:
    made = command("seed-demo", *town.kept.where)
    assert made["deferrals"] == 3
    settings = settings_for(town.kept.database, town.kept.folder / "identity.json")
    again = await asyncio.to_thread(seed_demo, settings, "", STATIONS["here"].code, None)
    assert again["deferrals"] == 0
    child, guardian, other = "510107200205179988", "510107195805169974", "500103199012089983"
    assert (await ask(town, "guardianship", child, guardian))["answer"] == "matched"
    assert (await ask(town, "guardianship", guardian, child))["answer"] == "matched"
    assert (await ask(town, "guardianship", child, other))["answer"] == "mismatch"
    assert (await ask(town, "registered_functionary", guardian))["answer"] == "mismatch"
    command("lookups", *town.kept.where, "guardianship", "fail")
    assert (await ask(town, "guardianship", child, guardian))["answer"] == "unavailable"
    await asyncio.to_thread(set_lookup, settings, "guardianship", "ok")
    assert (await ask(town, "guardianship", child, guardian))["answer"] == "matched"
    found = await town.clerk.call("GET", "/v1/deferrals?state=open&limit=200")
    names = {one["about"]["name"] for one in found.json()["items"]}
    assert {"样本辛", "样本木呷", "样本壬"} <= names
    # No station takes what it did not send itself for something it has lost.
    page = (await town.clerk.call("GET", "/v1/receipts?limit=500")).json()
    assert all(payload_of(receipt)["seq"] > 0 for receipt in page["receipts"])
    assert page["last_seq"] == len(page["receipts"])
