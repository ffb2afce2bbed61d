"""What the centre takes of earlier things: photos, approvals given before acceptance, captures."""

import json
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from intake.application import Capture, PhotoTaken
from intake.days import city_day
from tests.central.conftest import Town
from tests.central.people import application, facts, id_of, identity_number, path_of
from tests.central.test_who_may_what import approval

TODAY = city_day(datetime.now(UTC))
YOUNG = {"taken_on": TODAY - timedelta(days=300)}


def photo(**change: Any) -> PhotoTaken:
    plain = PhotoTaken(sha256="ab" * 32, width=390, height=520)
    return plain.model_copy(update={**YOUNG, **change})


async def put(town: Town, body: bytes) -> tuple[int, str]:
    answer = await town.clerk.put(path_of(body), body)
    return answer.status_code, answer.json().get("field", "")


def of(number: str, item: str = "passport", **change: Any) -> bytes:
    born = date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    what = [{"document": item, "kind": "first"}]
    given = facts(number, born.isoformat(), items=what, accepted_on=TODAY.isoformat())
    return application(number=number, given=given, **change)


async def test_an_earlier_photo_goes_with_the_same_persons_next_application(town: Town) -> None:
    number = identity_number(701, born="19900101")
    first = of(number, photo=photo())
    assert await put(town, first) == (201, "")
    (told,) = (await town.clerk.call("POST", "/v1/matters", _about(number))).json()["applications"]
    again = PhotoTaken.model_validate(told["photo"])
    assert (again.reused_from, again.taken_on) == (uuid.UUID(id_of(first)), YOUNG["taken_on"])
    assert (told["photo_held"], told["phone"], told["address"]) == (False, False, False)

    wrong = (422, "photo.reused_from")
    other = again.model_copy(update={"sha256": "cd" * 32})
    assert await put(town, of(number, "hkm_permit", photo=other)) == wrong
    fresher = again.model_copy(update={"taken_on": TODAY})
    assert await put(town, of(number, "hkm_permit", photo=fresher)) == wrong
    somebody = identity_number(702, born="19900101")
    assert await put(town, of(somebody, "hkm_permit", photo=again)) == wrong
    assert await put(town, of(number, "hkm_permit", photo=again)) == (201, "")


async def test_a_photo_that_is_too_old_is_refused_and_one_not_yet_here_is_not(town: Town) -> None:
    number = identity_number(703, born="19900101")
    old = photo(taken_on=TODAY - timedelta(days=366))
    first = of(number, photo=old)
    assert await put(town, first) == (201, "")
    again = old.model_copy(update={"reused_from": uuid.UUID(id_of(first))})
    assert await put(town, of(number, "hkm_permit", photo=again)) == (422, "photo.reused_from")
    # Sent out of order by a station that was without a network.
    unknown = photo(reused_from=uuid.uuid4())
    assert await put(town, of(number, "hkm_permit", photo=unknown)) == (201, "")


async def test_what_was_taken_agrees_with_the_materials(town: Town) -> None:
    number = identity_number(704, born="19900101")
    refused = Capture(state="refused")
    assert await put(town, of(number, fingerprints=refused)) == (422, "fingerprints")
    cannot = Capture(state="cannot", why="worn")
    signed = Capture(state="captured")
    assert await put(town, of(number, fingerprints=cannot, signature=signed)) == (201, "")


async def test_an_approval_for_one_application_may_come_days_later_and_serves_no_other(
    town: Town,
) -> None:
    days_ago = datetime.now(UTC) - timedelta(days=3)
    moment = {"created_at": days_ago, "accepted_at": days_ago}
    held, other = (
        application(number=identity_number(serial, born="19900101"), **moment)
        for serial in (705, 706)
    )
    for body in (held, other):
        assert (await put(town, body))[0] == 201
    waiver = json.dumps({"parcel": 0, "ground": "other", "proof": "veteran"}).encode()
    then = int(time.time()) - 3 * 86400

    async def send(body: bytes, token: str) -> tuple[int, str]:
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Approval": token}
        answer = await town.clerk.call("POST", f"{path_of(body)}/waivers", waiver, headers)
        return answer.status_code, answer.json().get("reason", "")

    def signed(**claims: Any) -> str:
        return approval(town.seats["S1"], waiver, "waivers", **claims)

    assert await send(held, signed(iat=then)) == (422, "time")
    # One that names an application was given before that was accepted, or it is none.
    assert await send(held, signed(application=id_of(held))) == (422, "time")
    long_ago = signed(application=id_of(held), iat=then - 10 * 86400)
    assert await send(held, long_ago) == (422, "time")
    good = signed(application=id_of(held), iat=then)
    assert await send(other, good) == (422, "application")
    assert await send(held, good) == (201, "")


def _about(number: str) -> bytes:
    return json.dumps({"number": number}).encode()
