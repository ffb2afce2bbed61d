"""What can be done about an accepted application, from deferral to delivery."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from httpx import Response

from intake.days import city_day
from tests.central.conftest import Town
from tests.central.people import Seat, application, facts, id_of, identity_number, path_of

TODAY = city_day(datetime.now(UTC))


@dataclass
class Held:
    """An application the centre holds, and the clerk who acts on it."""

    seat: Seat
    body: bytes

    @property
    def path(self) -> str:
        return path_of(self.body)

    async def act(self, name: str, content: dict[str, Any], key: str | None = None) -> Response:
        given = {"Idempotency-Key": key or str(uuid.uuid4())}
        return await self.seat.call("POST", f"{self.path}/{name}", content, given)

    async def of(self, collection: str) -> list[dict[str, Any]]:
        found = await self.seat.call("GET", f"/v1/{collection}?application={id_of(self.body)}")
        return [one for one in found.json()["items"] if one["state"] != "replaced"]

    async def fees(self) -> dict[str, Any]:
        return (await self.seat.call("GET", f"{self.path}/fees")).json()


async def hold(town: Town, serial: int, *items: dict[str, Any], **change: Any) -> Held:
    """A Chengdu adult's application, held."""
    number = identity_number(serial, born="19880516")
    given = facts(
        number, "1988-05-16", items=list(items) or [{"document": "passport", "kind": "first"}]
    )
    body = application(number=number, given={**given, **change}, phone="13800000000")
    assert (await town.clerk.put(path_of(body), body)).status_code == 201
    return Held(town.clerk, body)


LOST = {"document": "passport", "kind": "reissue_lost"}
WHICH = {"code": "loss_statement", "item": 0}


def state(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("state", "")


async def test_a_deferral_is_handed_in_looked_at_and_the_parcel_goes(town: Town) -> None:
    held = await hold(town, 701, LOST)
    (deferral,) = await held.of("deferrals")
    assert (deferral["state"], deferral["body"]["code"]) == ("open", "loss_statement")
    assert deferral["about"]["phone"] == "13800000000"
    assert deferral["about"]["person"] == json.loads(held.body)["facts"]["applicant"]["number"]
    assert deferral["about"]["number"] == json.loads(held.body)["number"]
    (parcel,) = await held.of("parcels")
    step, way = (
        {"state": "handed_over", "ems_number": "EA123456785CN"},
        f"/v1/parcels/{parcel['id']}",
    )
    match = {"If-Match": '"1"'}
    blocked = await town.clerk.call("PATCH", way, step, match)
    assert state(blocked) == (409, "deferral open")
    handed = {**WHICH, "channel": "post", "received_at": "2018-05-20T10:00:00+08:00"}
    key = str(uuid.uuid4())
    first = await held.act("supplements", handed, key)
    assert first.status_code == 201, first.text
    again = await held.act("supplements", handed, key)
    assert (again.status_code, again.json()) == (200, first.json())
    reused = await held.act("supplements", {**handed, "item": None}, key)
    assert reused.json()["type"] == "urn:counter:problem:key-reused"
    assert state(await held.act("supplements", handed)) == (409, "received")
    for result, then in (("rejected", "open"), ("rejected", "rejected"), ("verified", "verified")):
        if then != "open":
            assert (await held.act("supplements", handed)).status_code == 201
        assert (await held.act("checks", {**WHICH, "result": result})).status_code == 201
        assert (await held.of("deferrals"))[0]["state"] == then
    complete = (await town.clerk.call("GET", f"{held.path}/materials")).json()["complete_at"]
    assert complete is not None
    wrong = {**step, "ems_number": "EA123456789CN"}
    assert (await town.clerk.call("PATCH", way, wrong, match)).json()["field"] == "ems_number"
    gone = await town.clerk.call("PATCH", way, step, match)
    assert state(gone) == (200, "handed_over")
    assert (await town.clerk.call("PATCH", way, {"state": "delivered"}, match)).status_code == 412
    assert (await town.clerk.call("PATCH", way, {"state": "delivered"})).status_code == 428
    story = (await town.clerk.call("GET", f"{held.path}/history")).json()["items"]
    assert story[0]["kind"] == "application"
    assert {"deferral", "parcel", "supplement", "check"} <= {one["kind"] for one in story}


async def test_every_channel_and_no_other(town: Town) -> None:
    handed = {**WHICH, "received_at": "2018-05-20T10:00:00+08:00"}
    for serial, channel in enumerate(("window", "post", "online", "proxy"), start=710):
        held = await hold(town, serial, LOST)
        answer = await held.act("supplements", {**handed, "channel": channel})
        assert answer.status_code == 201, channel
    held = await hold(town, 714, LOST)
    assert (await held.act("supplements", {**handed, "channel": "fax"})).status_code == 422
    ahead = (datetime.now().astimezone() + timedelta(days=1)).isoformat()
    early = {**WHICH, "channel": "post", "received_at": ahead}
    assert (await held.act("supplements", early)).json()["field"] == "received_at"


async def test_more_time_is_given_once(town: Town) -> None:
    held = await hold(town, 720, LOST)
    longer = {**WHICH, "reason": "travel"}
    assert (await held.act("extensions", longer)).status_code == 201
    (deferral,) = await held.of("deferrals")
    assert (deferral["state"], deferral["due_on"]) == ("extended", "2018-05-30")
    assert state(await held.act("extensions", longer)) == (409, "no extension")
    handed = {**WHICH, "channel": "window", "received_at": "2018-05-29T10:00:00+08:00"}
    assert (await held.act("supplements", handed)).status_code == 201
    assert (await held.act("checks", {**WHICH, "result": "rejected"})).status_code == 201
    assert state(await held.act("extensions", longer)) == (409, "no extension")


async def test_expiry_ends_the_item_and_what_was_in_time_revives_it(town: Town) -> None:
    held = await hold(town, 730, LOST)
    assert (await held.act("expiries", WHICH)).status_code == 201
    assert (await held.of("deferrals"))[0]["state"] == "expired"
    items = (await town.clerk.call("GET", f"{held.path}/items")).json()["items"]
    assert items[0]["closed_as"] == "terminated"
    late = {**WHICH, "channel": "window", "received_at": "2018-06-20T10:00:00+08:00"}
    assert state(await held.act("supplements", late)) == (409, "expired")
    in_time = {**late, "channel": "post", "received_at": "2018-05-22T10:00:00+08:00"}
    assert (await held.act("supplements", in_time)).status_code == 201
    items = (await town.clerk.call("GET", f"{held.path}/items")).json()["items"]
    assert items[0]["closed_as"] is None

    soon = await hold(town, 731, LOST, accepted_on=TODAY.isoformat())
    assert state(await soon.act("expiries", WHICH)) == (409, "not due")


async def test_revival_stops_where_the_same_was_asked_for_again(town: Town) -> None:
    held = await hold(town, 732, LOST)
    assert (await held.act("expiries", WHICH)).status_code == 201
    await hold(town, 732, LOST)
    in_time = {**WHICH, "channel": "post", "received_at": "2018-05-22T10:00:00+08:00"}
    assert state(await held.act("supplements", in_time)) == (409, "expired")


async def test_a_withdrawn_item_takes_its_deferral_and_parcel_with_it(town: Town) -> None:
    held = await hold(town, 733, LOST)
    assert (await held.act("closures", {"item": 0, "outcome": "withdrawn"})).status_code == 201
    assert (await held.of("deferrals"))[0]["state"] == "cancelled"
    (parcel,) = await held.of("parcels")
    step = {"state": "handed_over", "ems_number": "EA123456785CN"}
    way = f"/v1/parcels/{parcel['id']}"
    blocked = await town.clerk.call("PATCH", way, step, {"If-Match": '"1"'})
    assert state(blocked) == (409, "nothing to post")
    assert state(await held.act("closures", {"item": 0, "outcome": "issued"})) == (409, "closed")


async def test_payments_are_recorded_expected_settled_and_taken_back(town: Town) -> None:
    held = await hold(town, 740)
    expected = {"ledger": "treasury", "amount": 160, "method": "code", "state": "pending"}
    key = str(uuid.uuid4())
    assert (await held.act("payments", expected, key)).status_code == 201
    assert (await held.fees())["pending"] == {"treasury": 160}
    other_ledger = {**expected, "ledger": "carrier", "state": "recorded", "settles": key}
    assert (await held.act("payments", other_ledger)).json()["field"] == "settles"
    paid = {**expected, "state": "recorded", "reference": "T1", "settles": key}
    receipt = str(uuid.uuid4())
    assert (await held.act("payments", paid, receipt)).status_code == 201
    assert state(await held.act("payments", paid)) == (409, "settled")
    fees = await held.fees()
    assert (fees["paid"], fees["pending"]) == ({"treasury": 160}, {})
    assert fees["due"] == {"treasury": 160, "carrier": 10}
    wrong = {"payment": str(uuid.uuid4()), "reason": "wrong person"}
    assert (await held.act("reversals", wrong)).json()["field"] == "payment"
    back = {"payment": receipt, "reason": "paid twice"}
    assert (await held.act("reversals", back)).status_code == 201
    assert state(await held.act("reversals", back)) == (409, "reversed")
    assert (await held.fees())["paid"] == {}
    assert (await held.act("payments", {**paid, "amount": -1})).status_code == 422
    bare = await town.clerk.call("POST", f"{held.path}/payments", expected)
    assert bare.status_code == 428


TWO = ({"document": "passport", "kind": "first"}, {"document": "tw_permit", "kind": "first"})


async def test_parcels_are_split_and_combined_and_the_fee_follows(town: Town) -> None:
    held = await hold(town, 750, *TWO)
    assert (await held.fees())["due"]["carrier"] == 10
    split = {"parcels": [{"items": [0]}, {"items": [1]}]}
    assert (await held.act("arrangements", {"parcels": [{"items": [0]}]})).status_code == 422
    assert (await held.act("arrangements", split)).status_code == 201
    assert sorted(one["body"]["number"] for one in await held.of("parcels")) == [0, 1]
    assert (await held.fees())["due"]["carrier"] == 20
    ours = {**split, "wanted_by": "office"}
    assert (await held.act("arrangements", ours)).status_code == 201
    assert (await held.fees())["due"]["carrier"] == 10
    assert (await held.act("contacts", {"phone": "13900000000"})).status_code == 201
    assert (await held.act("contacts", {})).status_code == 422
    parcels = await held.of("parcels")
    assert {one["about"]["phone"] for one in parcels} == {"13900000000"}
    step = {"parcel": parcels[0]["id"], "state": "handed_over", "ems_number": "1234567890123"}
    at = {"at": "2018-05-30T16:00:00+08:00"}
    assert (await held.act("parcel-steps", {**step, **at})).status_code == 201
    assert state(await held.act("arrangements", split)) == (409, "handed_over")
    foreign = {**step, **at, "parcel": str(uuid.uuid4())}
    assert (await held.act("parcel-steps", foreign)).json()["field"] == "parcel"


async def test_a_parcel_is_tried_twice_kept_seven_days_and_returned(town: Town) -> None:
    held = await hold(town, 751)
    (parcel,) = await held.of("parcels")

    async def go(to: str, number: str | None = None, day: int = 1) -> tuple[int, str]:
        at = f"2018-06-{day:02}T23:30:00+08:00"
        step = {"parcel": parcel["id"], "state": to, "ems_number": number, "at": at}
        answer = await held.act("parcel-steps", step)
        return answer.status_code, answer.json().get("state", answer.json().get("field", ""))

    assert await go("delivered") == (409, "planned")
    assert await go("handed_over") == (422, "ems_number")
    assert await go("collected", "1234567890123") == (409, "planned")
    assert await go("handed_over", "1234567890123") == (201, "")
    for to in ("in_transit", "attempt_1", "attempt_2", "held"):
        assert await go(to, day=5) == (201, ""), to
    (now,) = await held.of("parcels")
    assert (now["state"], now["due_on"]) == ("held", "2018-06-12")
    waiting = await town.clerk.call("GET", "/v1/parcels?state=held&due_before=2018-06-13&limit=200")
    assert parcel["id"] in [one["id"] for one in waiting.json()["items"]]
    assert await go("returned", day=13) == (201, "")
    assert await go("handed_over", "1234567890124", day=14) == (201, "")
    assert await go("returned", day=20) == (201, "")
    assert await go("pickup_converted", day=21) == (201, "")
    assert await go("delivered", day=22) == (409, "pickup_converted")


async def test_a_parcel_of_two_legs_is_collected_first(town: Town) -> None:
    group = {"region": "HK", "code": "G", "entries": "single", "validity": "3m"}
    item = {
        "document": "hkm_permit", "kind": "endorse", "endorsements": [group],
        "materials": {"current_document": "present"},
    }  # fmt: skip
    held = await hold(town, 752, item, delivery={"method": "post", "legs": 2})
    (parcel,) = await held.of("parcels")
    at = {"at": "2018-05-17T10:00:00+08:00", "parcel": parcel["id"]}
    number = {"ems_number": "1234567890123"}
    assert state(await held.act("parcel-steps", {**at, **number, "state": "handed_over"})) == (
        409,
        "planned",
    )
    for step in ({"state": "collected", **number}, {"state": "arrived"}):
        assert (await held.act("parcel-steps", {**at, **step})).status_code == 201
    last = {**at, "state": "handed_over", "ems_number": "1234567890124"}
    assert (await held.act("parcel-steps", last)).status_code == 201
    (parcel,) = await held.of("parcels")
    assert parcel["detail"]["collection_number"] != parcel["detail"]["ems_number"]
    assert (await held.fees())["due"]["carrier"] == 20


async def test_slips_and_what_was_never_accepted(town: Town) -> None:
    held = await hold(town, 760)
    slip = {"what": "receipt", "copy_number": 2, "sha256": "0" * 64}
    assert (await held.act("prints", slip)).status_code == 201
    never = Held(town.clerk, application())
    notice = {"lines": [{"code": "photo"}], "printed_at": "2018-05-16T10:00:00+08:00"}
    referral = {"site": "510107-hall", "items": [0], "rule": "scope-renew"}
    assert (await never.act("notices", notice)).status_code == 201
    assert (await never.act("referrals", referral)).status_code == 201
    assert (await never.act("payments", {})).status_code in (404, 422)
    elsewhere = Held(town.seats["C3"], held.body)
    assert (await elsewhere.act("notices", notice)).status_code == 404


def draft_of(number: str, expires: date = TODAY, **change: Any) -> dict[str, Any]:
    return {
        "number": number, "name": "样本丁", "items": [{"document": "passport", "kind": "first"}],
        "channel": "kiosk", "expires_on": expires.isoformat(), **change,
    }  # fmt: skip


async def test_a_pre_acceptance_becomes_one_application(town: Town) -> None:
    held = await hold(town, 770)
    number = identity_number(770, born="19880516")
    path = f"/v1/pre-acceptances/{uuid.uuid4()}"
    assert (await town.seats["C3"].put(path, draft_of(number))).status_code == 201
    assert (await town.seats["C3"].put(path, draft_of(number))).status_code == 200
    changed = await town.seats["C3"].put(path, draft_of(number, channel="web"))
    assert changed.json()["type"] == "urn:counter:problem:id-taken"
    past = f"/v1/pre-acceptances/{uuid.uuid4()}"
    too_late = await town.seats["C3"].put(past, draft_of(number, TODAY - timedelta(days=2)))
    assert too_late.json()["field"] == "expires_on"
    question = {"number": number}
    found = await town.clerk.call("POST", "/v1/matters", question)
    name = path.rpartition("/")[2]
    assert [one["id"] for one in found.json()["pre_acceptances"]] == [name]
    other = await hold(town, 771)
    assert (await other.act("conversions", {"pre_acceptance": name})).json()["field"] == (
        "pre_acceptance"
    )
    assert (await held.act("conversions", {"pre_acceptance": name})).status_code == 201
    again = await held.act("conversions", {"pre_acceptance": name})
    assert state(again) == (409, "converted")
    gone = await town.clerk.call("POST", "/v1/matters", question)
    assert gone.json()["pre_acceptances"] == []


async def test_a_card_brings_up_everything_that_is_open(town: Town) -> None:
    held = await hold(town, 780, LOST)
    number = identity_number(780, born="19880516")
    path = f"/v1/pre-acceptances/{uuid.uuid4()}"
    assert (await town.seats["C3"].put(path, draft_of(number))).status_code == 201
    mine = (await town.clerk.call("POST", "/v1/matters", {"number": number})).json()
    assert [one["body"]["name"] for one in mine["pre_acceptances"]] == ["样本丁"]
    assert [one["body"]["code"] for one in mine["deferrals"]] == ["loss_statement"]
    (item,) = mine["open_items"]
    assert (item["item_key"], item["visible"]) == ("passport:reissue_lost", True)
    assert [one["id"] for one in mine["applications"]] == [id_of(held.body)]
    theirs = (await town.seats["C3"].call("POST", "/v1/matters", {"number": number})).json()
    assert (theirs["deferrals"], theirs["applications"]) == ([], [])
    assert [one["visible"] for one in theirs["open_items"]] == [False]
    assert len(theirs["pre_acceptances"]) == 1


async def test_tickets_are_given_out_called_and_served(town: Town) -> None:
    path = f"/v1/tickets/{uuid.uuid4()}"
    ticket = {"number": "A12", "day": TODAY.isoformat()}
    assert (await town.clerk.put(path, ticket)).status_code == 201
    for number, (to, status) in enumerate((("served", 409), ("called", 200), ("served", 200))):
        match = {"If-Match": f'"{max(1, number)}"'}
        answer = await town.clerk.call("PATCH", path, {"state": to}, match)
        assert answer.status_code == status, answer.text
    waiting = await town.clerk.call("GET", "/v1/tickets?state=waiting&state=called")
    assert path.rpartition("/")[2] not in [one["id"] for one in waiting.json()["items"]]
