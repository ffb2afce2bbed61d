"""Stations' homes for tests: enrolled for real, with a centre of their own making or a real one."""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jws
from joserfc.jwk import OKPKey

from counter_tui import accept, enrolment, packs, signin
from counter_tui.agent.lock import agent_lock
from counter_tui.certificates import certificate_hash
from counter_tui.keys.jose import public_part
from counter_tui.keys.stretch import Cost
from counter_tui.signin import Session
from counter_tui.station import Station, read_station, store_path, write_station
from counter_tui.store import Store
from intake.application import Application
from intake.reading import read_facts

CODE = "510107-ps-014"
CLERK, SUPERVISOR = "c-0001", "s-0001"
PIN = "246813"
QUICK = Cost(memory_kib=8, passes=1)
"""What a try of the PIN costs where nothing but tests is kept."""


def facts(**change: Any) -> dict[str, Any]:
    """Facts of a plain first passport, accepted."""
    return {
        "accepted_on": "2026-11-23",
        "site": {"code": CODE, "kind": "police_station"},
        "applicant": {
            "birth_date": "1958-05-16",
            "number": "510107195805161235",
            "hukou_code": "510107",
            "identity_evidence": "chip",
            "residence_permit": None,
            "registered_functionary": "not_needed",
            "military": False,
            "disability_certificate": None,
        },
        "items": [{"document": "passport", "kind": "first"}],
        "materials": {"application_form": "present", "photo": "present", "fingerprints": "present"},
        "delivery": {"method": "post"},
        **change,
    }


def person_facts(index: int) -> dict[str, Any]:
    """Facts of made-up person `index`: no two are the same person."""
    plain = facts()
    month, day = 1 + index // 1000 // 28 % 12, 1 + index // 1000 % 28
    year = 1940 + index // 1000 // 336 % 30
    stem = f"510107{year}{month:02}{day:02}{index % 1000:03}"
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    rest = sum(int(digit) * weight for digit, weight in zip(stem, weights, strict=True)) % 11
    plain["applicant"] |= {
        "birth_date": f"{year}-{month:02}-{day:02}",
        "number": stem + "10X98765432"[rest],
    }
    return plain


def make(station: Station, index: int = 0, identifier: UUID | None = None) -> Application:
    """An application of made-up person `index` as the station accepts it."""
    return accept.application(
        read_facts(person_facts(index)),
        packs.load("chengdu"),
        station,
        CLERK,
        datetime.now(UTC),
        identifier or accept.new_id(),
        certificate_hash("a key of the tests"),
    )


@dataclass
class Home:
    """One enrolled station."""

    path: Path
    key: bytes
    centre_key: OKPKey
    seal_key: OKPKey

    @property
    def station(self) -> Station:
        return read_station(self.path)

    def store(self, **options: Any) -> Store:
        return Store.open(store_path(self.path), self.key, **options)

    def unlock(self, clerk: str = CLERK) -> Session:
        return signin.unlock(self.path, clerk, PIN)

    def point_at(self, url: str) -> None:
        """Call the centre under another address, a proxy's or a new port."""
        station = self.station
        assert station.centre is not None
        write_station(self.path, replace(station, centre=replace(station.centre, url=url)))


def enrolled(path: Path, *, supervisor: bool = False, cost: Cost = QUICK) -> Home:
    """A station whose centre is a pair of keys in this process; a copy of one made once."""
    made = _template(supervisor, cost)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(made.path, path)
    return replace(made, path=path)


@cache
def _template(supervisor: bool, cost: Cost) -> Home:
    folder = Path(tempfile.mkdtemp(prefix="counter-home-"))
    atexit.register(shutil.rmtree, folder)
    return _made(folder / "home", supervisor, cost)


def _made(path: Path, supervisor: bool, cost: Cost) -> Home:
    centre_key, seal_key = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("X25519")
    key = enrolment.make_station(path, CODE, "police_station")
    enrolment.add_clerk(path, key, CLERK, "样本警员", "clerk", PIN, enrolment.file_key(), cost)
    if supervisor:
        signing = enrolment.file_key()
        enrolment.add_clerk(path, key, SUPERVISOR, "样本值班", "supervisor", PIN, signing, cost)
    enrolment.install_answer(
        path,
        {
            "station": CODE,
            "centre": {
                "url": "http://127.0.0.1:9",
                "name": "test-centre",
                "keys": [public_part(centre_key)],
                "seal_key": public_part(seal_key),
            },
            "pack_keys": [],
        },
    )
    return Home(path, key, centre_key, seal_key)


def end_agent(home: Path) -> None:
    """End the agent that a terminal started at `home` and left running, as it does."""
    if not (home / "agent.lock").exists():
        return
    inode = (home / "agent.lock").stat().st_ino
    for line in Path("/proc/locks").read_text().splitlines():
        _, kind, _, _, process, place, *_ = line.replace("->", "").split()
        if kind == "FLOCK" and int(place.rpartition(":")[2]) == inode:
            os.kill(int(process), signal.SIGTERM)
    ends = time.monotonic() + 20
    while True:
        with agent_lock(home) as free:
            if free:
                return
        assert time.monotonic() < ends, "the agent does not end"
        time.sleep(0.05)


def sign_receipt(home: Home, key: UUID, sha256: str, seq: int, **change: Any) -> str:
    """A receipt as the centre of `home` would sign it."""
    payload = {
        "id": str(key),
        "sha256": sha256,
        "seq": seq,
        "time": datetime.now(UTC).isoformat(),
        "station": CODE,
        **change,
    }
    header = {"alg": "Ed25519", "typ": "receipt+jws", "kid": home.centre_key.thumbprint()}
    return jws.serialize_compact(header, json.dumps(payload), home.centre_key, ["Ed25519"])


def counter(home: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run the `counter` command in a home."""
    return subprocess.run(
        [sys.executable, "-m", "counter_tui", *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "COUNTER_HOME": str(home)},
    )
