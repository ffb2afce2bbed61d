"""Enrolled homes for the doctor and the bundle, and a program run as a clerk runs it."""

import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from joserfc.jwk import OKPKey

from counter_tui import enrolment
from counter_tui.keys.jose import new_key, public_part
from counter_tui.station import CentreTrust, read_station, store_path, write_station
from counter_tui.store import Store
from tests.store.homes import QUICK

CLERK, PIN = "c-0001", "246810"


def public() -> dict[str, str]:
    return public_part(OKPKey.import_key(new_key()))


def enrolled(home: Path, centre: str) -> bytes:
    """A station with one clerk, its centre at an address; answers the store's key."""
    key = enrolment.make_station(home, "510107-ps-014", "police_station")
    enrolment.add_clerk(home, key, CLERK, "样本员", "clerk", PIN, enrolment.file_key(), QUICK)
    trust = CentreTrust(centre, "centre.test", [public()], public())
    write_station(home, replace(read_station(home), centre=trust))
    return key


@dataclass
class Ran:
    status: int
    out: str
    err: str
    seconds: float


def counter(home: Path, *arguments: str, given: str = "", **environment: str) -> Ran:
    """Run `counter` as a process."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "counter_tui", *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=30,
        env={
            "PATH": "/usr/bin:/bin",
            "COUNTER_HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "TZ": "Asia/Shanghai",
            **environment,
        },
    )
    return Ran(done.returncode, done.stdout, done.stderr, time.monotonic() - began)


def opened(home: Path, key: bytes) -> Store:
    return Store.open(store_path(home), key)
