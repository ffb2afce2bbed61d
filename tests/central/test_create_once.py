"""An application is held once and for ever, and the receipt says so."""

import asyncio
import gzip
import hashlib
import json

from joserfc import jwe
from joserfc.jwk import OKPKey

from tests.central.conftest import Town
from tests.central.people import application, facts, id_of, identity_number, path_of, verify


async def test_first_is_created_and_the_same_bytes_get_the_same_receipt(town: Town) -> None:
    body = application()
    first = await town.clerk.put(path_of(body), body)
    assert first.status_code == 201, first.text
    again = await town.clerk.put(path_of(body), body)
    assert (again.status_code, again.json()) == (200, first.json())
    said = verify(first.json()["receipt"], town.keys[0])
    assert said["id"] == id_of(body)
    assert said["sha256"] == hashlib.sha256(body).hexdigest()
    assert said["station"] == "510107-ps-014"
    held = await town.clerk.call("GET", path_of(body))
    assert held.content == body


async def test_gzip_is_hashed_as_decoded(town: Town) -> None:
    body = application()
    answer = await town.clerk.put(
        path_of(body), gzip.compress(body), **{"Content-Encoding": "gzip"}
    )
    assert answer.status_code == 201
    said = verify(answer.json()["receipt"], town.keys[0])
    assert said["sha256"] == hashlib.sha256(body).hexdigest()


async def test_another_body_under_the_id_is_refused_with_both_hashes(town: Town) -> None:
    """Security test 12: same id, other body; the first answer stays."""
    body = application()
    first = await town.clerk.put(path_of(body), body)
    other = body.replace("样本甲".encode(), "样本乙".encode())
    answer = await town.clerk.put(path_of(body), other)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:counter:problem:id-taken"
    assert answer.json()["held_sha256"] == hashlib.sha256(body).hexdigest()
    assert answer.json()["sent_sha256"] == hashlib.sha256(other).hexdigest()
    assert (await town.clerk.put(path_of(body), body)).json() == first.json()


async def test_creation_has_to_be_asked_for(town: Town) -> None:
    """Finding 9: `PUT` with `If-None-Match: *` is the durable standard, and the only way here."""
    body = application()
    bare = await town.clerk.call("PUT", path_of(body), body)
    assert (bare.status_code, bare.json()["type"][-21:]) == (428, "precondition-required")
    edit = await town.clerk.call("PUT", path_of(body), body, {"If-Match": '"x"'})
    assert edit.status_code == 412


async def test_same_person_and_item_is_a_possible_duplicate_until_a_person_decides(
    town: Town,
) -> None:
    number = identity_number(501)
    first, second = application(number=number), application(number=number)
    assert (await town.clerk.put(path_of(first), first)).status_code == 201
    stopped = await town.clerk.put(path_of(second), second)
    assert stopped.status_code == 409
    assert stopped.json()["type"] == "urn:counter:problem:possible-duplicate"
    assert stopped.json()["existing"]["id"] == id_of(first)
    reason = {"Override-Duplicate": "%E7%AC%AC%E4%BA%8C%E6%9C%AC"}
    assert (await town.clerk.put(path_of(second), second, **reason)).status_code == 201
    closed = {"item": 0, "outcome": "issued"}
    for body in (first, second):
        path = f"{path_of(body)}/closures"
        key = {"Idempotency-Key": id_of(application())}
        assert (await town.clerk.call("POST", path, closed, key)).status_code == 201
    third = application(number=number)
    assert (await town.clerk.put(path_of(third), third)).status_code == 201


async def test_two_applications_of_one_person_at_the_same_moment(town: Town) -> None:
    number = identity_number(502)
    bodies = [application(number=number) for _ in range(8)]
    answers = await asyncio.gather(*(town.clerk.put(path_of(body), body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["type"] == "urn:counter:problem:possible-duplicate"


async def test_the_terminal_is_not_trusted(town: Town) -> None:
    body = json.loads(application())
    body["decision"]["totals"]["treasury"] = 0
    answer = await town.clerk.put(f"/v1/applications/{body['id']}", body)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:counter:problem:rules-disagree"
    assert answer.json()["lines"] == [{"path": "totals.treasury", "station": 0, "centre": 160}]
    body["pack"]["version"] = "1999.01"
    answer = await town.clerk.put(f"/v1/applications/{body['id']}", body)
    assert answer.json()["type"] == "urn:counter:problem:unknown-pack"
    refused = application(given=facts(identity_number(503), materials={}))
    answer = await town.clerk.put(path_of(refused), refused)
    assert (answer.status_code, answer.json()["field"]) == (422, "decision.outcome")


async def test_bad_bodies_name_the_field_and_no_value(town: Town) -> None:
    body = json.loads(application(name="样本丙"))
    body["person"]["birth_date"] = "样本丙"
    answer = await town.clerk.put(f"/v1/applications/{body['id']}", body)
    assert (answer.status_code, answer.json()["field"]) == (422, "person.birth_date")
    assert "样本" not in answer.text
    other = application()
    answer = await town.clerk.put(path_of(application()), other)
    assert (answer.status_code, answer.json()["field"]) == (422, "id")


async def test_sealed_bodies_repair_a_restored_centre(town: Town) -> None:
    body = application()
    sealed = jwe.encrypt_compact(
        {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"},
        body,
        OKPKey.import_key({k: town.seal_key[k] for k in ("kty", "crv", "x")}),
        ["ECDH-ES+A256KW", "A256GCM"],
    ).encode()
    jose = {"Content-Type": "application/jose"}
    answer = await town.clerk.put(path_of(body), sealed, **jose)
    assert answer.status_code == 201, answer.text
    assert verify(answer.json()["receipt"], town.keys[0])["sha256"] == (
        hashlib.sha256(body).hexdigest()
    )
    broken = await town.clerk.put(path_of(body), sealed[:-4], **jose)
    assert broken.status_code == 422


async def test_receipts_come_in_order_without_a_gap(town: Town) -> None:
    seat = town.seats["C2"]
    bodies = [application(station=seat.station.code, clerk="C2") for _ in range(12)]
    await asyncio.gather(*(seat.put(path_of(body), body) for body in bodies))
    page = (await seat.call("GET", "/v1/receipts?since=0&limit=5")).json()
    found = page["receipts"]
    while page["next_since"] is not None:
        page = (await seat.call("GET", f"/v1/receipts?since={page['next_since']}&limit=5")).json()
        found += page["receipts"]
    said = [verify(receipt, town.keys[0]) for receipt in found]
    assert [one["seq"] for one in said] == list(range(1, page["last_seq"] + 1))
    assert {one["id"] for one in said} >= {id_of(body) for body in bodies}


async def test_a_clerk_who_has_left_is_still_the_one_who_accepted(town: Town) -> None:
    body = application(clerk="S1")
    assert (await town.clerk.put(path_of(body), body)).status_code == 201
    unknown = application(clerk="nobody")
    assert (await town.clerk.put(path_of(unknown), unknown)).json()["field"] == "clerk"
    elsewhere = application(station="510104-ps-001")
    assert (await town.clerk.put(path_of(elsewhere), elsewhere)).json()["field"] == "station"
