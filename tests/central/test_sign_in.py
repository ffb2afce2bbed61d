"""Sign-in is proof of two keys, and everything else is refused."""

import hashlib
import hmac
import json
import time
import uuid

import httpx
import pytest

from tests.central.conftest import CLERKS, STATIONS, Town
from tests.central.people import BEARER, Clerk, Key, Seat, Station, application, b64, path_of


def other_seat(town: Town, name: str = "C1", place: str = "here") -> Seat:
    """A seat of its own, so that what happens to it does not disturb the shared ones."""
    known = town.seats[name]
    return Seat(town.client, STATIONS[place], known.clerk, town.served.name)


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "another-centre"},
        {"exp": 1},
        {"iat": int(time.time()) + 3600},
        {"exp": int(time.time()) + 13 * 3600},
        {"iss": "S1"},
        {"sub": "nobody"},
        {"station": "510107-ps-015"},
        {"cnf": {"jkt": "x"}},
        {"cnf": None},
        {"jti": None},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_wrong_assertion_is_refused(town: Town, change: dict[str, object]) -> None:
    seat = other_seat(town, "C4", "hall")
    answer = await seat.sign_in(**change)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:counter:problem:unauthenticated"
    await seat.sign_in()  # The right one ends the row of failures.


async def test_algorithms_cannot_be_swapped(town: Town) -> None:
    """Security test 14: alg=none, HS for a public key, and the like, at sign-in."""
    seat = other_seat(town, "C3", "far")
    good = seat.clerk.assertion(seat.audience, seat.station.key.jkt)
    _, payload, signature = good.split(".")
    for header in ({"alg": "none"}, {"alg": "HS256"}, {"alg": "EdDSA"}, {"alg": "RS256"}):
        head = b64(json.dumps(header).encode())
        key = seat.clerk.key.jwk["x"].encode()
        mac = b64(hmac.digest(key, f"{head}.{payload}".encode(), hashlib.sha256))
        for tail in ("", signature, mac):
            form = {"grant_type": BEARER, "assertion": f"{head}.{payload}.{tail}"}
            assert (await seat.exchange(form)).status_code in (401, 429)


async def test_refresh_rotates_and_a_reused_one_ends_the_family(town: Town) -> None:
    """Security test 15: a replayed refresh token revokes the family."""
    seat = other_seat(town)
    await seat.sign_in()
    first = seat.refresh
    assert (await refresh(seat, first)).status_code == 200
    second = seat.refresh
    assert second != first
    assert (await refresh(seat, first)).status_code == 401
    assert (await refresh(seat, second)).status_code == 401
    assert (await seat.sign_in()).status_code == 200  # The assertion itself still holds.


async def refresh(seat: Seat, token: str) -> httpx.Response:
    return await seat.exchange({"grant_type": "refresh_token", "refresh_token": token})


async def test_refresh_needs_the_stations_key(town: Town) -> None:
    seat = other_seat(town)
    await seat.sign_in()
    thief = Seat(town.client, Station("510107-ps-014", key=Key()), seat.clerk, seat.audience)
    assert (await refresh(thief, seat.refresh)).status_code == 401


async def test_a_token_is_bound_to_key_method_address_and_moment(town: Town) -> None:
    """Security test 15: an access token without its proof is nothing."""
    seat = town.clerk
    url = f"{town.served.url}/v1/me"
    token, proof = seat.token, seat.station.proof
    thief = Station("510107-ps-014", key=Key())
    wrong = {
        "no proof": None,
        "other key": thief.proof("GET", url, token),
        "other method": proof("POST", url, token),
        "other address": proof("GET", f"{url}/x", token),
        "other host": proof("GET", "http://elsewhere/v1/me", token),
        "no token hash": proof("GET", url),
        "other token": proof("GET", url, "x"),
        "old": proof("GET", url, token, iat=int(time.time()) - 600),
        "future": proof("GET", url, token, iat=int(time.time()) + 600),
        "no id": proof("GET", url, token, jti=None),
        "nonsense": "x.y.z",
    }
    for what, sent in wrong.items():
        headers = {"Authorization": f"DPoP {token}"} | ({"DPoP": sent} if sent else {})
        assert (await town.client.get("/v1/me", headers=headers)).status_code == 401, what
    bearer = {"Authorization": f"Bearer {token}", "DPoP": proof("GET", url, token)}
    assert (await town.client.get("/v1/me", headers=bearer)).status_code == 401
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof("GET", url, token)}
    assert (await town.client.get("/v1/me", headers=headers)).status_code == 200
    replay = await town.client.get("/v1/me", headers=headers)
    assert replay.status_code == 401
    assert replay.headers["www-authenticate"].startswith("DPoP")


async def test_a_forged_token_is_refused(town: Town) -> None:
    seat = other_seat(town)
    claims = {
        "iss": seat.audience, "aud": seat.audience, "sub": "A1", "role": "auditor",
        "station": "510107-ps-014", "district": "510107", "site_kind": "police_station",
        "iat": int(time.time()), "exp": int(time.time()) + 600, "jti": str(uuid.uuid4()),
        "cnf": {"jkt": seat.station.key.jkt},
    }  # fmt: skip
    kid = town.keys[0]["kid"]
    for header in ({"typ": "at+jwt", "kid": kid}, {"typ": "at+jwt"}, {"typ": "JWT", "kid": kid}):
        seat.token = Key().sign(claims, **header)
        assert (await seat.call("GET", "/v1/me")).status_code == 401
    body = application()
    receipt = (await town.clerk.put(path_of(body), body)).json()["receipt"]
    seat.token = receipt  # Signed by the centre, but not a token.
    assert (await seat.call("GET", "/v1/me")).status_code == 401


async def test_failures_lock_out_and_only_at_that_station(town: Town) -> None:
    locked = Seat(town.client, STATIONS["far"], town.seats["S3"].clerk, town.served.name)
    for _ in range(5):
        assert (await locked.sign_in(aud="x")).status_code == 401
    answer = await locked.sign_in()
    assert answer.status_code == 429
    assert answer.json()["type"] == "urn:counter:problem:locked-out"
    assert int(answer.headers["retry-after"]) > 0
    elsewhere = Clerk("S3", "510104-ps-001", "supervisor", locked.clerk.key)
    seat = Seat(town.client, Station("x", key=Key()), elsewhere, town.served.name)
    assert (await seat.sign_in()).status_code == 401  # Not locked, just not a station.


async def test_a_disabled_clerk_cannot_go_on(town: Town) -> None:
    """Security test 18: no sign-in, no renewal; what she accepted still arrives as hers."""
    seat = other_seat(town, "C2", "near")
    await seat.sign_in()
    supervisor = town.seats["S1"]
    shown = await supervisor.call("GET", "/v1/clerks/C2")
    match = {"If-Match": shown.headers["etag"]}
    off = await supervisor.call("PATCH", "/v1/clerks/C2", {"enabled": False}, match)
    assert (off.status_code, off.json()["enabled"]) == (200, False)
    stale = await supervisor.call("PATCH", "/v1/clerks/C2", {"enabled": True}, match)
    assert stale.status_code == 412
    assert (await refresh(seat, seat.refresh)).status_code == 401
    assert (await seat.sign_in()).status_code == 401
    body = application(station="510107-ps-015", clerk="C2")
    assert (await supervisor.put(path_of(body), body)).status_code == 201  # Hers still arrives.
    match = {"If-Match": off.headers["etag"]}
    on = await supervisor.call("PATCH", "/v1/clerks/C2", {"enabled": True}, match)
    assert on.status_code == 200
    assert (await seat.sign_in()).status_code == 200
    own = await supervisor.call("GET", "/v1/clerks/S1")
    match = {"If-Match": own.headers["etag"]}
    switched = await supervisor.call("PATCH", "/v1/clerks/S1", {"enabled": False}, match)
    assert switched.status_code == 409


def test_everybody_in_the_town_has_one_role() -> None:
    roles = {name: role for group in CLERKS.values() for name, role in group}
    assert set(roles.values()) == {"clerk", "supervisor", "support", "auditor"}
