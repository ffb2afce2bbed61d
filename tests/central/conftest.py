"""Fixtures: one PostgreSQL a test process, and centres with a station and its people enrolled."""

import json
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection

from central import upkeep
from central.enrolment import enrol_clerk, enrol_station
from central.settings import settings_for
from central.storage.migrate import migrate
from tests.central.centres import Cluster, Kept, Served
from tests.central.people import TRUSTING_NOBODY, Clerk, Seat, Station

DATABASES = ("sqlite", "postgresql")
NAME = "counter-centre"


@dataclass
class Town:
    """A running centre with two stations of one district, one of another, and their people."""

    kept: Kept
    served: Served
    client: httpx.AsyncClient
    keys: list[dict[str, str]]
    seal_key: dict[str, str]
    pack_keys: list[dict[str, str]]
    stations: dict[str, Station]
    seats: dict[str, Seat] = field(default_factory=dict)

    @property
    def clerk(self) -> Seat:
        return self.seats["C1"]


STATIONS = {
    "here": Station("510107-ps-014"),
    "near": Station("510107-ps-015"),
    "far": Station("510104-ps-001"),
    "hall": Station("510107-hall", "district_hall"),
    "city": Station("510100-centre", "city_centre"),
}
CLERKS = {
    "here": (("C1", "clerk"), ("S1", "supervisor"), ("H1", "support"), ("A1", "auditor")),
    "near": (("C2", "clerk"), ("S2", "supervisor")),
    "far": (("C3", "clerk"), ("S3", "supervisor")),
    "hall": (("C4", "clerk"),),
    "city": (("S5", "supervisor"),),
}


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    running = Cluster()
    yield running
    running.remove()


def keep(kind: str, folder: Path, request: pytest.FixtureRequest) -> Kept:
    """An empty, migrated database of a kind."""
    if kind == "sqlite":
        address = f"sqlite:///{folder}/centre.db"
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        address = cluster.database(f"t{abs(hash(str(folder)))}")
    kept = Kept(address, folder)
    migrate(settings_for(kept.database))
    return kept


@pytest.fixture(params=DATABASES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    """A fresh database of each kind."""
    return keep(request.param, tmp_path, request)


@pytest.fixture
def enrolled(kept: Kept) -> Kept:
    """The same with everybody enrolled."""
    settle(kept)
    return kept


@pytest.fixture
def seal_key(enrolled: Kept) -> dict[str, str]:
    """The public key a station seals to."""
    identity = json.loads((enrolled.folder / "identity.json").read_text())
    return identity["seal"]


@pytest.fixture(scope="module", params=DATABASES)
def settled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A town on each kind of database, shared by a module's tests."""
    kept = keep(request.param, tmp_path_factory.mktemp("town"), request)
    answer = settle(kept)
    with kept.served() as served:
        trust = answer["centre"]
        yield Town(
            kept,
            served,
            httpx.AsyncClient(verify=TRUSTING_NOBODY),
            trust["keys"],
            trust["seal_key"],
            answer["pack_keys"],
            STATIONS,
        )


def settle(kept: Kept) -> dict[str, Any]:
    """Enrol everybody; what the first station was told. Without a process for each: to be quick."""
    here = STATIONS["here"]
    settings = settings_for(kept.database, kept.folder / "identity.json", kept.folder / "blobs")
    key = json.dumps(here.key.jwk)
    answer = upkeep.enrol_station(settings, NAME, here.code, here.code, here.kind, key)

    def everybody(connection: Connection) -> None:
        now = datetime.now(UTC)
        for station in STATIONS.values():
            enrol_station(
                connection, station.code, station.code, station.kind, station.key.jwk, now
            )
        for place, clerks in CLERKS.items():
            for name, role in clerks:
                code, key = STATIONS[place].code, PEOPLE[name].jwk
                enrol_clerk(connection, name, name, role, code, key, now)

    upkeep.write(settings, everybody)
    return answer


PEOPLE = {name: Clerk(name, "").key for group in CLERKS.values() for name, _ in group}


@pytest.fixture
async def town(settled: Town) -> AsyncIterator[Town]:
    """The shared town with a client of this test and everybody signed in."""
    url = settled.served.url
    async with httpx.AsyncClient(base_url=url, timeout=30, verify=TRUSTING_NOBODY) as client:
        if not settled.seats:
            for place, station in STATIONS.items():
                for name, role in CLERKS[place]:
                    who = Clerk(name, station.code, role, PEOPLE[name])
                    settled.seats[name] = Seat(client, station, who, settled.served.name)
                    assert (await settled.seats[name].sign_in()).status_code == 200
        seats = {name: replace(seat, client=client) for name, seat in settled.seats.items()}
        yield replace(settled, client=client, seats=seats)


@asynccontextmanager
async def seated(
    url: str, audience: str, name: str = "C1", verify: ssl.SSLContext = TRUSTING_NOBODY
) -> AsyncIterator[Seat]:
    """One of the first station's people, signed in at a centre."""
    async with httpx.AsyncClient(base_url=url, timeout=30, verify=verify) as client:
        seat = Seat(client, STATIONS["here"], Clerk(name, "", "clerk", PEOPLE[name]), audience)
        assert (await seat.sign_in()).status_code == 200
        yield seat
