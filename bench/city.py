"""A city's clerks: who they are, and every call they will make, signed and written beforehand."""

import asyncio
import gc
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from sqlalchemy import Connection

from bench.cores import Cores, watched
from bench.lean_client import LeanClient
from central.enrolment import enrol_clerk, enrol_station
from central.settings import settings_for
from central.upkeep import write
from intake.application import short_number
from tests.central.centres import Kept
from tests.central.people import (
    Clerk,
    Seat,
    Station,
    application,
    identity_number,
    new_id,
    path_of,
)

SUBMIT_SECONDS = 10.0
SEARCH_SECONDS = 5.0
CLERKS_A_STATION = 10
LEAD_SECONDS = 2.0
CREATE = {"If-None-Match": "*", "Content-Type": "application/json"}
SEARCHES = "/v1/searches"
JSON = {"Content-Type": "application/json"}


class Visits:
    """Bodies for many people at little cost: one real application with other ids and names."""

    def __init__(self) -> None:
        self._person = identity_number(0, born="19580516")
        self._text = application(number=self._person, name="样本甲").decode()
        known = json.loads(self._text)
        self._id, self._number = known["id"], known["number"]
        self._serial = itertools.count(1)

    def next(self, station: str, clerk: str) -> tuple[bytes, str, str]:
        """Another person's application, with its number and name."""
        serial, identifier = next(self._serial), new_id()
        area = f"5101{serial // 1000 % 90 + 10}"
        person = identity_number(serial, area=area, born="19580516")
        number, name = short_number(identifier), f"样本{chr(0x4E00 + serial % 2000)}"
        text = self._text.replace(self._id, str(identifier)).replace(self._number, number)
        text = text.replace(self._person, person).replace("样本甲", name)
        text = text.replace("510107-ps-014", station).replace('"C1"', f'"{clerk}"')
        return text.encode(), number, name


def enrolled(kept: Kept, count: int) -> list[tuple[Station, Clerk]]:
    """`count` clerks, ten to a station, taken in by the centre."""
    stations = [Station(f"510107-ps-1{n:03}") for n in range(-(-count // CLERKS_A_STATION))]
    people = [
        (station, Clerk(f"B{n:04}", station.code))
        for n, station in zip(range(count), itertools.cycle(stations), strict=False)
    ]

    def everybody(connection: Connection) -> None:
        now = datetime.now(UTC)
        for one in stations:
            enrol_station(connection, one.code, one.code, one.kind, one.key.jwk, now)
        for _, clerk in people:
            jwk = clerk.key.jwk
            enrol_clerk(connection, clerk.id, clerk.id, "clerk", clerk.station, jwk, now)

    write(settings_for(kept.database, kept.folder / "identity.json"), everybody)
    return people


async def seated(url: str, audience: str, people: list[tuple[Station, Clerk]]) -> list[Seat]:
    """Everybody signed in."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        seats = [Seat(client, station, clerk, audience) for station, clerk in people]
        for seat in seats:
            assert (await seat.sign_in()).status_code == 200
    return seats


def signed(seat: Seat, url: str, method: str, path: str, at: float) -> dict[str, str]:
    """Credentials of a call that will be made at `at` (seconds of the wall clock)."""
    proof = seat.station.proof(method, url + path, seat.token, iat=int(at))
    return {"Authorization": f"DPoP {seat.token}", "DPoP": proof}


@dataclass
class Outcome:
    """Milliseconds from when a call was due until its answer was whole, and what failed."""

    submissions: list[float] = field(default_factory=list)
    searches: list[float] = field(default_factory=list)
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A call, whole, to be made `at` seconds from the start."""

    at: float
    submission: bool
    request: bytes


def planned(
    seat: Seat, url: str, phase: float, seconds: float, visits: Visits
) -> Iterator[Planned]:
    """What one clerk does: a submission every 10 s; a search every 5 s, by number or name."""
    line, now = LeanClient(url), time.time()
    submit, search, by_name = phase, phase + SEARCH_SECONDS / 3, False
    number, name = "", "样本"
    while min(submit, search) < seconds:
        if submit <= search:
            body, number, name = visits.next(seat.station.code, seat.clerk.id)
            path = path_of(body)
            headers = {**CREATE, **signed(seat, url, "PUT", path, now + submit)}
            yield Planned(submit, True, line.written("PUT", path, body, headers))
            submit += SUBMIT_SECONDS
        else:
            question = {"name_prefix": name} if by_name or not number else {"number": number}
            headers = {**JSON, **signed(seat, url, "POST", SEARCHES, now + search)}
            body = json.dumps(question).encode()
            yield Planned(search, False, line.written("POST", SEARCHES, body, headers))
            search, by_name = search + SEARCH_SECONDS, not by_name


async def work(url: str, plans: list[list[Planned]]) -> Outcome:
    """Make every call when it is due, each clerk over a line of their own."""
    outcome, start = Outcome(), time.perf_counter() + LEAD_SECONDS

    async def clerk(plan: list[Planned]) -> None:
        line = LeanClient(url)
        for call in plan:
            due = start + call.at
            await asyncio.sleep(due - time.perf_counter())
            status, _ = await line.exchange(call.request)
            into = outcome.submissions if call.submission else outcome.searches
            into.append((time.perf_counter() - due) * 1000)
            outcome.errors += status not in (200, 201)
        line.close()

    await asyncio.gather(*map(clerk, plans))
    return outcome


async def city(
    url: str, seats: list[Seat], seconds: float, visits: Visits, **processes: int
) -> tuple[Outcome, Cores]:
    """All clerks for `seconds`, evenly spread over time; whose cores that took."""
    plans = [
        list(planned(seat, url, SUBMIT_SECONDS * n / len(seats), seconds, visits))
        for n, seat in enumerate(seats)
    ]
    gc.collect()
    gc.freeze()
    with watched(**processes) as cores:
        outcome = await work(url, plans)
    return outcome, cores
