"""Fifty made-up people pass through a station; none of them is found outside the sealed store."""

import asyncio
import json
import os
import random
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from counter_tui.signin import leave_proof
from devices.virtual.cards import ResidentCard
from devices.virtual.people import sample_people
from devices.virtual.samv import VirtualReader
from intake.application import Person, PhotoTaken, Recipient
from intake.days import city_day
from tests.agent.test_carrying import at_the_centre
from tests.agent.test_photos import look, taken
from tests.e2e.tmux import Tmux
from tests.faults.test_exactly_once import start_agent
from tests.store.centre import Pair, paired
from tests.store.homes import CLERK, PIN, SUPERVISOR, Home, counter, end_agent, enrolled, make

_SURNAMES = "牟臧逄亓禚郇丌仉佴妫"
_GIVEN = ["翀瑄", "晢玥", "祎宬", "昶霖", "婳祎"]


def planted(index: int) -> tuple[Person, Recipient, str]:
    """Made-up person `index`, with a name, an address, a phone and pinyin of their own."""
    chance = random.Random(index)  # noqa: S311
    name = _SURNAMES[index % 10] + _GIVEN[index // 10]
    phone = f"139{chance.randrange(10**8):08}"
    recipient = Recipient.model_validate(
        {
            "name": name,
            "phone": phone,
            "address": {
                "division_code": "510107",
                "division_name": "武侯区",
                "code_system": "GB/T 2260",
                "as_of": "2025-12-31",
                "detail": f"样本路{chance.randrange(10**6)}号院",
                "postcode": "610041",
            },
        }
    )
    person = Person.model_validate(
        {
            "name": name,
            "sex": "female",
            "birth_date": "1958-05-16",
            "number": f"PLANTED{index:03}{chance.randrange(10**8)}",
            "surname_pinyin": f"MOUPLANTED{index}",
            "given_pinyin": f"CHONGXUAN{index}",
        }
    )
    return person, recipient, phone


def told_of(process: int) -> tuple[bytes, bytes]:
    """The arguments and the environment of a process."""
    about = Path(f"/proc/{process}")
    return (about / "cmdline").read_bytes(), (about / "environ").read_bytes()


def refused(pair: Pair) -> list[str]:
    """The ids of what needs the clerk."""
    with pair.home.store() as store:
        return [str(row.key) for row in store.outbox.list() if row.state == "needs_clerk"]


def cores(here: Path, folder: Path) -> list[Path]:
    """Files that a crash left."""
    return [*here.glob("core*"), *folder.rglob("core*")]


async def test_no_planted_person_is_found_outside_the_sealed_store(tmp_path: Path) -> None:
    pair = paired(tmp_path)
    values: set[str] = set()
    session = pair.home.unlock()
    with pair.home.store() as store:
        leave_proof(store, session, pair.home.station)
        for index in range(50):
            person, recipient, phone = planted(index)
            made = make(pair.home.station, index // 2 if index % 10 == 1 else index)
            whole = made.model_copy(
                update={"person": person, "recipient": recipient, "phone": phone}
            )
            values |= {person.name, person.number, phone, recipient.address.detail}
            values |= {str(person.surname_pinyin), str(person.given_pinyin)}
            values.add(made.facts.applicant.number)
            store.drafts.save(made.id, {"name": person.name, "phone": phone}, person.name)
            store.audit.append("reveal", CLERK, str(made.id))
            if index % 3:
                store.accept(whole, person.name)
    options = ("--json", "--clerk", CLERK, "--pin-stdin")
    with pair.centre() as served:
        agent = start_agent(pair)
        command_line, surroundings = told_of(agent.pid)
        for _ in range(300):
            with pair.home.store() as store:
                states = {row.state for row in store.outbox.list()}
            if "queued" not in states and "sending" not in states:
                break
            await asyncio.sleep(0.1)
        exported = tmp_path / "outbox.export"
        done = await asyncio.to_thread(
            counter, pair.home.path, "outbox", "export", str(exported), *options, text=f"{PIN}\n"
        )
        said = [done] + [
            await asyncio.to_thread(counter, pair.home.path, *command, text=f"{PIN}\n{PIN}\n")
            for command in (
                ("outbox", "list", *options),
                ("outbox", "withdraw", refused(pair)[0], "--reason", "duplicate", *options),
                (
                    *("outbox", "approve", refused(pair)[1], "--supervisor", SUPERVISOR),
                    *("--reason", "twins, seen", *options),
                ),
                ("sync", *options),
                ("doctor", "--json", "--clerk", CLERK, "--pin-stdin"),
                ("enrol", "--unlock", CLERK, "--by", SUPERVISOR, "--pin-stdin"),
            )
        ]
        # A crash of the worst kind: what would write a core elsewhere writes none here.
        agent.send_signal(signal.SIGABRT)
        agent.wait()
        # What was carried is taken in at the centre.
        taken_in = await asyncio.to_thread(at_the_centre, pair, str(exported))
    with closing(sqlite3.connect(pair.kept.folder / "central.db")) as database:
        audited = str(database.execute("SELECT * FROM audit_entries").fetchall())
    assert json.loads(done.stdout)["count"] >= 2, "some are refused as duplicates, and wait"
    assert states == {"receipted", "needs_clerk"}
    assert [one.returncode for one in said[:5]] == [0] * 5, [one.stderr for one in said]
    assert len(taken_in[1]) == json.loads(done.stdout)["count"], taken_in[2]
    assert "outbox.carried" in audited
    assert b"serving" in served.log.read_bytes()
    assert cores(Path(), tmp_path) == []
    secrets = {pair.home.key.hex(), PIN}
    seen = {
        "agent's arguments": command_line,
        "agent's environment": surroundings,
        "answers": "".join(one.stdout for one in said).encode(),
        "messages": "".join(one.stderr for one in said).encode(),
        "export": exported.read_bytes(),
        "taking in": "".join([*map(json.dumps, taken_in[1]), taken_in[2]]).encode(),
        "centre's audit": audited.encode(),
        "centre's log": served.log.read_bytes(),
    }
    for path in pair.home.path.rglob("*"):
        if path.is_file():
            seen[str(path)] = path.read_bytes()
            seen[f"name of {path}"] = path.name.encode()
    for where, content in seen.items():
        for value in values | secrets:
            assert value.encode() not in content, (where, value)


def walk_round(terminal: Tmux, mirror: Tmux, card: ResidentCard, paper: Path) -> None:
    """Every other screen with the person on it: read back, matters, search, desks, papers."""
    terminal.keys("C-y")
    terminal.wait_for("请您核对", 20)
    mirror.wait_for(" ".join(card.name), 20)
    terminal.keys("Escape")
    terminal.wait_for("F5送达", 20)
    terminal.keys("C-g", "4")
    terminal.wait_for("未了事项", 20)
    terminal.keys("Escape")
    terminal.wait_for("核心材料 2/4", 20)
    terminal.keys("Escape")
    for key, title in (("2", "容缺补交"), ("3", "退回处理"), ("1", "查找")):
        terminal.wait_for("草稿：1", 20)
        terminal.keys("C-g", key)
        terminal.wait_for(title + " ", 20)
        if key != "1":
            terminal.keys("Escape")
    terminal.type(card.name)
    terminal.keys("Enter")
    terminal.wait_for("本站 2 件", 20)
    # What happened to the earlier application, and whose it is.
    while not re.search(r"> *\S+-\S+-\S+ ", terminal.screen()):
        terminal.keys("Down")
        time.sleep(0.1)
    terminal.keys("Enter")
    terminal.wait_for("经过", 20)
    terminal.wait_for("已受理", 20)
    terminal.keys("Escape", "Escape")
    terminal.wait_for("草稿：1", 20)
    terminal.keys("C-o")
    terminal.wait_for("单据 ", 20)
    terminal.keys("Escape")
    # The notice of the open case comes out of a real printer's line.
    terminal.wait_for("草稿：1", 20)
    terminal.keys("Enter")
    terminal.wait_for("F5送达", 20)
    terminal.keys("C-o")
    ends = time.monotonic() + 20
    while not paper.exists() or paper.stat().st_size < 200:
        assert time.monotonic() < ends, terminal.screen()
        time.sleep(0.1)


def open_photo(terminal: Tmux) -> None:
    """From the materials to the photo of the case."""
    terminal.wait_for("p 可复用旧照", 20)
    while not re.search(r"> *\S+ +\S+ +照片", terminal.screen()):
        terminal.keys("Down")
        time.sleep(0.1)
    terminal.keys("p")
    terminal.wait_for("a.jpg", 20)


def take_photo(terminal: Tmux) -> None:
    """See the earlier photo and use it again; take that back, look at the camera's and take it."""
    terminal.keys("F3")
    terminal.type("1")
    terminal.keys("Enter", "F4")
    open_photo(terminal)
    terminal.wait_for("▀", 20)
    terminal.keys("Enter")
    terminal.wait_for("已复用", 20)
    terminal.keys("C-u")
    open_photo(terminal)
    terminal.keys("Down", "Enter")
    terminal.wait_for("KB", 30)
    terminal.keys("Enter")
    terminal.wait_for("F5送达", 20)


def somebody() -> ResidentCard:
    """A card of a made-up person whose data stand nowhere on this machine before."""
    chance = random.SystemRandom()
    card = next(
        one.card for one in sample_people(city_day(datetime.now(UTC))) if one.key == "sixty"
    )
    assert isinstance(card, ResidentCard)
    given = "".join(chr(0x4E00 + chance.randrange(0x4000)) for _ in range(2))
    return replace(
        card, name=f"牟{given}", address=f"成都市武侯区样本路{chance.randrange(10**9)}号"
    )


def holding(values: set[str], since: float) -> list[tuple[str, str]]:
    """What anybody wrote since then, anywhere a program may leave something, and holds a value."""
    found: list[tuple[str, str]] = []
    usual = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/var/spool", "/var/log", str(Path.home()))
    for root in usual:
        for folder, folders, files in os.walk(root):
            folders[:] = [one for one in folders if one not in {".venv", ".git", ".pyenv"}]
            for name in files:
                path = Path(folder, name)
                with suppress(OSError):
                    about = path.lstat()
                    if not stat.S_ISREG(about.st_mode) or about.st_mtime < since:
                        continue
                    content = (
                        path.read_bytes() + str(path).encode() if about.st_size < 1 << 26 else b""
                    )
                    found += [(str(path), one) for one in values if one.encode() in content]
    return found


_XDG = ("CACHE", "STATE", "DATA", "CONFIG")
_CRASHING = """
from counter_tui.environment import prepare
prepare()
from counter_tui import app, cli, environment
environment.prepare = lambda: None
def crash(self):
    person = str(self.desk.case.draft)
    raise ValueError(person)
app.CounterApp.ask_zone = crash
if __name__ == "__main__":
    cli.main()
"""


def accept_earlier(station: Home, card: ResidentCard, picture: Path) -> None:
    """The person of `card` was here before, and what was taken then lies in the store."""
    made, photo = make(station.station), look(taken(picture))
    applicant = made.facts.applicant.model_copy(
        update={"number": card.number, "birth_date": card.birth}
    )
    person, recipient, phone = planted(0)
    with station.store() as store:
        sha256 = store.blobs.keep(made.id, "image/jpeg", photo.content)
        shown = PhotoTaken(sha256=sha256, width=photo.width, height=photo.height,
                           taken_on=city_day(datetime.now(UTC)))  # fmt: skip
        update = {
            "facts": made.facts.model_copy(update={"applicant": applicant}),
            "person": person.model_copy(update={"name": card.name, "number": card.number}),
            "recipient": recipient.model_copy(update={"name": card.name}),
            "phone": phone,
            "photo": shown,
        }
        store.accept(made.model_copy(update=update), card.name)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Home]:
    """An enrolled station."""
    made = enrolled(tmp_path / "home")
    yield made
    end_agent(made.path)


def test_nobody_is_left_in_the_terminals_scrollback_or_logs(station: Home, tmp_path: Path) -> None:
    since, home = time.time(), station.path
    card = somebody()
    accept_earlier(station, card, tmp_path / "earlier.jpg")
    (tmp_path / "earlier.jpg").unlink()
    config, record = home / "counter.toml", home / "session.record"
    paper, crashing = tmp_path / "paper", tmp_path / "crashing.py"
    crashing.write_text(_CRASHING)
    # Whatever is written where users' programs write is found below this folder.
    environment = {"COUNTER_HOME": str(home), "PYTHONPATH": str(Path.cwd())}
    for variable in ("HOME", "TMPDIR", *(f"XDG_{one}_HOME" for one in _XDG), "XDG_RUNTIME_DIR"):
        (tmp_path / variable).mkdir(mode=0o700)
        environment[variable] = str(tmp_path / variable)
    taken_by_camera = tmp_path / "camera"
    taken_by_camera.mkdir()
    taken(taken_by_camera / "a.jpg")
    with (
        VirtualReader() as reader,
        printer(paper) as port,
        Tmux("sh", environment=environment) as terminal,
        Tmux("sh", environment=environment) as mirror,
    ):
        config.write_text(
            f'[readers]\nuris = ["samv:{reader.path}"]\n[printer]\n'
            f'uri = "escpos:tcp://127.0.0.1:{port}"\n[photo]\nfolder = "{taken_by_camera}"\n'
        )
        counter_ = f"{sys.executable} -m counter_tui"
        mirror.type(f"{counter_} mirror --config {config}; echo ended\n")
        terminal.type(f"{counter_} run --config {config} --record {record}; echo ended $?\n")
        sign_in(terminal)
        mirror.wait_for("欢迎", 30)
        reader.lay(card)
        terminal.wait_for("未了事项", 60)
        terminal.keys("Escape")
        terminal.wait_for("芯片已读", 60)
        terminal.keys("C-r")
        terminal.wait_for(card.name, 10)
        for key in ("F2", "F3", "F4", "F5", "F6", "F7", "F5"):
            terminal.keys(key)
        terminal.type("13912345678")
        take_photo(terminal)
        walk_round(terminal, mirror, card, paper)
        found = subprocess.run(
            ["pgrep", "-f", f"counter_tui run --config {config} --record {record}$"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        os.kill(int(found.stdout.split()[0]), signal.SIGTERM)
        terminal.wait_for(r"ended \d", 30)
        left = terminal.scrollback()
        # A crash with the case open, and its person in the very error, leaves nothing behind.
        terminal.type(
            f"clear; {sys.executable} {crashing} run --config {config}; echo crashed $?\n"
        )
        sign_in(terminal)
        terminal.keys("Enter")
        terminal.wait_for("F5送达", 20)
        terminal.keys("C-r")
        terminal.wait_for(card.name, 10)
        terminal.keys("C-d")
        terminal.wait_for(r"crashed \d", 30)
        left += terminal.scrollback()
        mirror.keys("C-c")
        mirror.wait_for("ended", 20)
        left += mirror.scrollback()
    assert record.stat().st_size > 500, "the session was recorded"
    assert "ValueError" in left, "it crashed, and said so"
    _, recipient, phone = planted(0)
    values = {card.name, card.address, "13912345678", recipient.address.detail, phone}
    for value in values:
        assert value not in left, value
    assert holding(values, since) == []
    own = [path for name in ("HOME", "TMPDIR") for path in (tmp_path / name).rglob("*")]
    assert [path for path in own if path.suffix in {".jpg", ".pdf", ".txt"}] == []


def sign_in(terminal: Tmux) -> None:
    terminal.wait_for("PIN", 30)
    terminal.type(PIN)
    terminal.keys("Enter")
    terminal.wait_for("自动打开", 60)


@contextmanager
def printer(paper: Path) -> Iterator[int]:
    """A receipt printer on the network; `paper` gets as many spaces as it was sent bytes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            with suppress(OSError):
                while True:
                    line, _ = server.accept()
                    with line, paper.open("ab") as out:
                        while part := line.recv(4096):
                            out.write(b" " * len(part))

        Thread(target=take, daemon=True).start()
        yield server.getsockname()[1]
