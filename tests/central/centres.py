"""Real centres for tests: `counter-central serve` as a process, on SQLite or PostgreSQL."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from central.settings import settings_for
from central.upkeep import enrol_clerk, enrol_station

NAME = "counter-centre"
POSTGRES = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/nowhere"))


def command(*arguments: str) -> dict[str, Any]:
    """Run `counter-central` and read the JSON line it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "central", *arguments], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def enrol(kept: "Kept", code: str, public: dict[str, Any]) -> dict[str, Any]:
    """Enrol a station and its clerks, who made their keys there; what the station is told.

    What the centre's commands do, without a process for each.
    """
    settings = settings_for(kept.database, kept.folder / "identity.json", kept.folder / "blobs")
    key = json.dumps(public["station_key"])
    answer = enrol_station(settings, NAME, code, code, "police_station", key)
    for one in public["clerks"]:
        key = json.dumps(one["key"])
        enrol_clerk(settings, NAME, one["id"], one["id"], one["role"], code, key)
    return answer


@dataclass
class Served:
    """One running worker."""

    url: str
    name: str
    process: subprocess.Popen[str]
    log: Path

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@dataclass
class Kept:
    """What a centre keeps: database, keys, blobs."""

    database: str
    folder: Path

    @property
    def where(self) -> list[str]:
        return [
            "--database", self.database,
            "--identity", str(self.folder / "identity.json"),
            "--blobs", str(self.folder / "blobs"),
        ]  # fmt: skip

    @contextmanager
    def served(self, *options: str) -> Iterator[Served]:
        log = self.folder / f"serve-{os.getpid()}.log"
        with log.open("a") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "central", "serve", *self.where,
                 "--listen", "127.0.0.1:0", *options],
                stdout=subprocess.PIPE, stderr=errors, text=True,
            )  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, log.read_text()
        said = json.loads(line)
        try:
            yield Served(said["url"], said["centre_name"], process, log)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


class Cluster:
    """A PostgreSQL of our own in a temporary folder, run by a user who is not root."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="counter-pg-"))
        self._as = self._other_user()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "counter", "-A", "trust", "-N")
        self.start()

    def _other_user(self) -> list[str]:
        if os.geteuid() != 0:
            return []
        shutil.chown(self.folder, "postgres", "postgres")
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self._as, str(POSTGRES / program), *arguments],
            check=True, capture_output=True, timeout=60, cwd=self.folder,
        )  # fmt: skip

    def start(self) -> None:
        options = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=60"
        )
        data = str(self.folder / "data")
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")

    @property
    def process(self) -> int:
        """Its first process, the parent of all others."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """As if the power went: SIGKILL to every process, nobody is asked."""
        os.kill(self.process, signal.SIGSTOP)  # It starts no other meanwhile.
        children = subprocess.run(
            ["pgrep", "-P", str(self.process)], capture_output=True, text=True, check=True
        )
        killed = [self.process, *map(int, children.stdout.split())]
        for pid in killed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        ends = time.monotonic() + 30
        while not all(map(_dead, killed)):
            assert time.monotonic() < ends, "a process of the database does not die"
            time.sleep(0.01)
        # After a power cut no process has the number in these files; here it may still be listed.
        (self.folder / "data" / "postmaster.pid").unlink()
        (self.folder / f".s.PGSQL.{self.port}.lock").unlink()

    def database(self, name: str) -> str:
        """A fresh, empty database."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "counter", name)
        return f"postgresql://counter@127.0.0.1:{self.port}/{name}"

    def remove(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder)


def _dead(pid: int) -> bool:
    """Whether nothing but its parent's memory is left of a process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
