"""Roles, jurisdictions, second persons: the matrix comes from the contract itself."""

import asyncio
import hashlib
import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from central.settings import settings_for
from central.storage.schema import approvals
from central.upkeep import write
from tests.central.conftest import Town
from tests.central.offered import concrete, offered
from tests.central.people import Seat, application, id_of, identity_number, path_of


async def test_every_route_every_role_every_credential(town: Town) -> None:
    """Security test 14: what each role gets on each route, and what no credential gets."""
    operations = await offered(town)
    for role, name in (("clerk", "C1"), ("supervisor", "S1"), ("support", "H1"), ("auditor", "A1")):
        for template, method, operation in operations:
            answer = await town.seats[name].call(method, concrete(template))
            assert answer.status_code not in (401, 403, 405, 500), (template, method, role)
            if role not in operation["x-roles"]:
                assert answer.status_code == 404, (template, method, role)
                assert answer.json()["type"] == "urn:counter:problem:not-found"
    assert len(operations) >= 50
    assert {operation["x-roles"][0] for *_, operation in operations} >= {"clerk", "auditor"}


async def test_another_stations_application_is_not_there(town: Town) -> None:
    """Security test 13: by id, by part, by search; each try is logged."""
    number = identity_number(601)
    body = application(number=number, name="样本特")
    assert (await town.clerk.put(path_of(body), body)).status_code == 201
    path = path_of(body)
    expected = {"C1": 200, "S1": 200, "S2": 200, "S5": 200, "A1": 200}
    for name, seat in town.seats.items():
        wanted = expected.get(name, 404)
        for part in ("", "/items", "/materials", "/fees", "/history"):
            assert (await seat.call("GET", path + part)).status_code == wanted, (name, part)
    logged = town.served.log.read_text().count("out of jurisdiction")
    assert logged >= 5 * (len(town.seats) - len(expected) - 1)  # A supporter sees no person at all.
    for name in ("C2", "C3", "S3"):
        key = {"Idempotency-Key": str(uuid.uuid4())}
        payment = {"ledger": "treasury", "amount": 160, "method": "cash", "state": "recorded"}
        answer = await town.seats[name].call("POST", f"{path}/payments", payment, key)
        assert answer.status_code == 404
        for question in ({"name_prefix": "样本特"}, {"person": number}):
            found = await town.seats[name].call("POST", "/v1/searches", question)
            assert (found.status_code, found.json()["items"]) == (200, [])
    mine = await town.clerk.call("POST", "/v1/searches", {"name_prefix": "样本特"})
    assert [one["id"] for one in mine.json()["items"]] == [id_of(body)]
    by_number = {"number": json.loads(body)["number"].replace("-", "")}
    assert (await town.clerk.call("POST", "/v1/searches", by_number)).json()["items"]


async def test_a_search_is_walked_page_by_page(town: Town) -> None:
    """By name and id, everyone once, the same for clerk, district and city."""
    held = [application(name=f"样本页{end}") for end in "丁丙丙乙甲"]
    for body in held:
        assert (await town.clerk.put(path_of(body), body)).status_code == 201
    closing = {"Idempotency-Key": str(uuid.uuid4())}
    closed = {"item": 0, "outcome": "issued"}
    path = f"{path_of(held[0])}/closures"
    assert (await town.clerk.call("POST", path, closed, closing)).status_code == 201
    wanted = sorted(
        (f"样本页{end}", id_of(body)) for end, body in zip("丁丙丙乙甲", held, strict=True)
    )
    for name in ("C1", "S1", "A1"):
        found, cursor = [], None
        while cursor is not None or not found:
            question = {"name_prefix": "样本页", "limit": 2, "cursor": cursor}
            page = (await town.seats[name].call("POST", "/v1/searches", question)).json()
            assert len(page["items"]) == 2 or page["next"] is None
            found, cursor = found + page["items"], page["next"]
        assert [(one["name"], one["id"]) for one in found] == wanted, name
        open_items = {one["id"]: one["open_items"] for one in found}
        assert open_items.pop(id_of(held[0])) == []
        assert set(map(tuple, open_items.values())) == {("passport:first",)}
    forged = {"name_prefix": "样本页", "cursor": "WyJhIiwgImIiXQ"}
    refused = await town.clerk.call("POST", "/v1/searches", forged)
    assert (refused.status_code, refused.json()["field"]) == (422, "cursor")


def approval(seat: Seat, body: bytes, action: str, **change: Any) -> str:
    claims = {
        "sub": seat.clerk.id, "sha256": hashlib.sha256(body).hexdigest(), "action": action,
        "reason": "seen", "iat": int(time.time()), "jti": str(uuid.uuid4()),
    }  # fmt: skip
    return seat.clerk.key.sign({**claims, **change}, typ="approval+jws")


async def test_a_waiver_needs_a_second_person_over_these_very_bytes(town: Town) -> None:
    """Security test 16: same person, stale, altered body, replay, another action, a forger."""
    number = identity_number(604, born="19900101")
    held = application(number=number)
    await town.clerk.put(path_of(held), held)
    path = f"{path_of(held)}/waivers"
    body = json.dumps({"parcel": 0, "ground": "other", "proof": "veteran"}).encode()
    supervisor = town.seats["S1"]

    async def send(
        token: str | None, seat: Seat = town.clerk, content: bytes = body
    ) -> tuple[int, str]:
        headers = {"Idempotency-Key": str(uuid.uuid4())} | ({"Approval": token} if token else {})
        answer = await seat.call("POST", path, content, headers)
        return answer.status_code, answer.json().get("reason", answer.json().get("type", ""))

    good = approval(supervisor, body, "waivers")
    assert await send(None) == (422, "urn:counter:problem:approval-required")
    assert await send(approval(town.clerk, body, "waivers")) == (422, "supervisor")
    assert await send(good, seat=supervisor) == (422, "same person")
    assert await send(good, content=body + b" ") == (422, "body")
    assert await send(approval(supervisor, body, "payments")) == (422, "action")
    stale = approval(supervisor, body, "waivers", iat=int(time.time()) - 3600)
    assert await send(stale) == (422, "time")
    assert await send(approval(town.seats["S3"], body, "waivers")) == (422, "jurisdiction")
    forged = approval(supervisor, body, "waivers")[:-6] + "AAAAAA"
    assert await send(forged) == (422, "signature")
    assert (await send(good))[0] == 201
    assert await send(good) == (422, "replay")
    again = approval(supervisor, body, "waivers")
    assert await send(again) == (409, "urn:counter:problem:state-conflict")


async def test_an_approval_that_arrived_counts_though_its_answer_was_lost_for_hours(
    town: Town,
) -> None:
    body = application(number=identity_number(605, born="19900101"))
    used, fresh = str(uuid.uuid4()), str(uuid.uuid4())
    hours_ago = int(time.time()) - 3 * 3600
    row = {
        "jti": used,
        "supervisor": "S1",
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "used_at": datetime.now(UTC),
    }
    settings = settings_for(town.kept.database)

    def use(connection: Connection) -> None:
        connection.execute(insert(approvals).values(row))

    await asyncio.to_thread(write, settings, use)

    async def put(jti: str) -> tuple[int, str]:
        token = approval(town.seats["S1"], body, "accept", jti=jti, iat=hours_ago)
        answer = await town.clerk.put(path_of(body), body, Approval=token)
        return answer.status_code, answer.json().get("reason", "")

    assert await put(fresh) == (422, "time")
    assert await put(used) == (201, "")
    assert await put(used) == (200, "")


async def test_a_blobs_hash_alone_opens_nothing(town: Town) -> None:
    """Security test 13: by a blob's hash."""
    image = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IEND\xaeB`\x82"
    name = hashlib.sha256(image).hexdigest()
    seat = town.clerk
    for index, piece in enumerate((image[:9], image[9:])):
        assert (
            await seat.call("PUT", f"/v1/blobs/{name}/pieces/{index}", piece)
        ).status_code == 200
    whole = {"pieces": 2, "media_type": "image/png"}
    assert (await seat.call("POST", f"/v1/blobs/{name}", whole)).status_code == 201
    assert (await seat.call("POST", f"/v1/blobs/{name}", whole)).status_code == 200
    assert (await seat.call("GET", f"/v1/blobs/{name}")).content == image
    for other in ("C2", "C3", "S3", "H1"):
        assert (await town.seats[other].call("GET", f"/v1/blobs/{name}")).status_code == 404


@pytest.mark.parametrize(
    ("content", "media_type", "reason"),
    [
        (b"%PDF-1.7\n/JavaScript\n%%EOF", "application/pdf", "active content"),
        (b"%PDF-1.7\n%%EOF\nMZ", "application/pdf", "trailing data"),
        (b"<svg/>", "image/png", "type"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0IEND\xaeB`\x82PK\x03\x04", "image/png", "trailing data"),
        (
            b"\xff\xd8\xff\xe1\x00\x1cExif\0\0II*\0\x08\0\0\0\x01\0\x25\x88\4\0\1\0\0\0\xff\xd9",
            "image/jpeg",
            "location",
        ),
    ],
    ids=["script", "pdf+exe", "wrong magic", "png+zip", "gps"],
)
async def test_files_that_are_not_what_they_say(
    town: Town, content: bytes, media_type: str, reason: str
) -> None:
    """Security test 21: polyglots, wrong magic, active content, a place where it was taken."""
    name = hashlib.sha256(content).hexdigest()
    await town.clerk.call("PUT", f"/v1/blobs/{name}/pieces/0", content)
    whole = {"pieces": 1, "media_type": media_type}
    answer = await town.clerk.call("POST", f"/v1/blobs/{name}", whole)
    assert (answer.status_code, answer.json()["reason"]) == (422, reason)
