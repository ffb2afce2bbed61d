"""A whole station on one machine: centre, card reader, agent, and a clerk who can sign in.

Everything is the real thing but the people and their cards: the centre is its own program with its
own database, the reader speaks the readers' protocol on a pseudo-terminal, and the station was
enrolled as any other.
"""

import json
import secrets
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Self

from counter_tui import enrolment
from counter_tui.demo.processes import Companion
from counter_tui.failure import OutOfOrder
from counter_tui.station import read_station, write_station
from counter_tui.words import N_
from devices.virtual.cards import ResidentCard
from devices.virtual.people import sample_people
from intake.days import city_day

CODE: Final = "510107-ps-014"
NAME: Final = "武侯区示范派出所"
KIND: Final = "police_station"
CLERK: Final = "C0001"
CLERK_NAME: Final = "样本警员"
SUPERVISOR: Final = "S0001"
SUPERVISOR_NAME: Final = "样本值班"
ENROL_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Running:
    """What is up: the folder, the configuration, the centre's address, the reader, who signs in."""

    home: Path
    config: Path
    centre: str
    reader: str
    clerk: str
    pin: str

    def as_json(self) -> str:
        """The one line of `counter demo --headless` (`docs/contracts.md`)."""
        return json.dumps(
            {
                "home": str(self.home),
                "config": str(self.config),
                "centre": self.centre,
                "reader": self.reader,
                "clerk": self.clerk,
                "pin": self.pin,
            },
            ensure_ascii=False,
        )


class DemoStation:
    """Brings the parts up in order and down in reverse; `home` keeps its state between runs."""

    def __init__(self, home: Path, reader: str | None) -> None:
        self.home = home
        self._reader = reader
        self._parts = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._parts.close()

    def start(self) -> Running:
        """Bring everything up. Raises OutOfOrder naming the part that did not come."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.home.chmod(0o700)
        pin = self._pin()
        centre = self._start_centre()
        self._enrol(centre, pin)
        reader, control = self._start_reader()
        config = self._write_config(reader)
        self._remember(pin, control)
        self._start_agent(pin)
        return Running(self.home, config, centre, reader, CLERK, pin)

    def _pin(self) -> str:
        """The demo's PIN, made once; the sign-in screen shows it."""
        try:
            return json.loads((self.home / "demo.json").read_text("utf-8"))["pin"]
        except FileNotFoundError:
            return f"{secrets.randbelow(10**6):06}"

    def _remember(self, pin: str, control: Path | None) -> None:
        cards = str(control) if control else None
        note = {"clerk": CLERK, "pin": pin, "people": [CLERK, SUPERVISOR], "cards": cards}
        (self.home / "demo.json").write_text(json.dumps(note), "utf-8")

    def _start_centre(self) -> str:
        folder = self.home / "centre"
        folder.mkdir(mode=0o700, exist_ok=True)
        self._seed(folder / "seeded")
        centre = self._companion(
            "centre", "central", "serve", *self._database(), "--listen", "127.0.0.1:0"
        )
        return centre.first_line()["url"]

    def _seed(self, note: Path) -> None:
        """The centre's matters for the sample people, whose ages follow the day: once a day."""
        today = _today()
        if note.exists() and note.read_text("utf-8") == today.isoformat():
            return
        people = [
            {
                "key": person.key,
                "name": person.card.name,
                "number": person.card.number,
                "sex": "female" if person.card.sex == "2" else "male",
                "birth_date": person.card.birth.isoformat(),
                "address": person.card.address,
            }
            for person in sample_people(today)
            if isinstance(person.card, ResidentCard)
        ]
        self._central("seed-demo", "--station", CODE, "--people", "-", stdin=_text(people))
        note.write_text(today.isoformat(), "utf-8")

    def _start_reader(self) -> tuple[str, Path | None]:
        if self._reader is not None:
            return self._reader, None
        # A socket's path has 108 bytes at most, and homes may lie deep.
        folder = Path(self._parts.enter_context(tempfile.TemporaryDirectory(prefix="counter-")))
        control = folder / "cards"
        reader = self._companion(
            "reader",
            "devices.virtual",
            "samv",
            *["--real-speed", "--control", str(control), "--today", _today().isoformat()],
        )
        return reader.first_line()["reader"], control

    def _start_agent(self, pin: str) -> None:
        agent = self._companion("agent", "counter_tui", "agent", "--pin-stdin")
        agent.tell(pin.encode())

    def _enrol(self, centre: str, pin: str) -> None:
        """Enrol the station and its people once; later runs only learn the centre's address."""
        if (self.home / "station.toml").exists():
            station = read_station(self.home)
            if station.centre is not None:
                moved = replace(station.centre, url=centre)
                write_station(self.home, replace(station, centre=moved))
                return
        key = enrolment.make_station(self.home, CODE, KIND)
        for who, name, role in (
            (CLERK, CLERK_NAME, "clerk"),
            (SUPERVISOR, SUPERVISOR_NAME, "supervisor"),
        ):
            enrolment.add_clerk(self.home, key, who, name, role, pin, enrolment.file_key())
        public = enrolment.public_keys(self.home)
        answer = self._central(
            "enrol-station",
            *["--station", CODE, "--name", NAME, "--site-kind", KIND, "--public-url", centre],
            *["--key", _text(public["station_key"])],
        )
        for clerk in public["clerks"]:
            self._central(
                "enrol-clerk",
                *["--clerk", clerk["id"], "--name", clerk["name"], "--role", clerk["role"]],
                *["--station", CODE, "--key", _text(clerk["key"])],
            )
        enrolment.install_answer(self.home, answer)

    def _write_config(self, reader: str) -> Path:
        path = self.home / "counter.toml"
        papers = _text(f"file:{self.home / 'papers'}")
        lines = [
            *("# Written by `counter demo`.", "[readers]", f"uris = [{_text(reader)}]"),
            *("[printer]", f"uri = {papers}"),
        ]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    def _database(self) -> list[str]:
        return ["--database", f"sqlite:///{self.home / 'centre' / 'central.db'}"]

    def _central(self, command: str, *arguments: str, stdin: str = "") -> Any:
        """One command of the centre's upkeep, as its own process: the rooms stay apart."""
        done = subprocess.run(  # noqa: S603 - our own program, arguments from here
            [sys.executable, "-m", "central", command, *self._database(), *arguments],
            input=stdin.encode(),
            capture_output=True,
            timeout=ENROL_SECONDS,
            check=False,
        )
        if done.returncode:
            (self.home / "centre" / "failed.log").write_bytes(done.stderr)
            raise OutOfOrder(
                N_("{name} did not start; its messages are in {log}"),
                name=f"counter-central {command}",
                log=self.home / "centre" / "failed.log",
            )
        return json.loads(done.stdout) if done.stdout.strip() else None

    def _companion(self, name: str, *arguments: str) -> Companion:
        logs = self.home / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
        environment = {"COUNTER_HOME": str(self.home)}
        return self._parts.enter_context(
            Companion(name, arguments, logs / f"demo-{name}.out", environment)
        )


def _today() -> date:
    """The city's day; the computer may be on another."""
    return city_day(datetime.now(UTC))


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
