"""Fifty made-up people pass through a station; none of them is found outside the sealed store."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

from counter_tui.signin import leave_proof
from devices.virtual.cards import ResidentCard
from devices.virtual.people import sample_people
from devices.virtual.samv import VirtualReader
from intake.application import Person, Recipient
from tests.e2e.tmux import Tmux
from tests.faults.test_exactly_once import start_agent
from tests.store.centre import Pair, paired
from tests.store.homes import CLERK, PIN, SUPERVISOR, counter, enrolled, make

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
    with pair.centre():
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
    assert json.loads(done.stdout)["count"] >= 2, "some are refused as duplicates, and wait"
    assert states == {"receipted", "needs_clerk"}
    assert [one.returncode for one in said[:5]] == [0] * 5, [one.stderr for one in said]
    assert cores(Path(), tmp_path) == []
    secrets = {pair.home.key.hex(), PIN}
    seen = {
        "agent's arguments": command_line,
        "agent's environment": surroundings,
        "answers": "".join(one.stdout for one in said).encode(),
        "messages": "".join(one.stderr for one in said).encode(),
        "export": exported.read_bytes(),
    }
    for path in pair.home.path.rglob("*"):
        if path.is_file():
            seen[str(path)] = path.read_bytes()
            seen[f"name of {path}"] = path.name.encode()
    for where, content in seen.items():
        for value in values | secrets:
            assert value.encode() not in content, (where, value)


def walk_round(terminal: Tmux, card: ResidentCard) -> None:
    """Every other screen with the person on it: read back, matters, search, desks, papers."""
    terminal.keys("C-y")
    terminal.wait_for("请您核对", 20)
    terminal.keys("Escape")
    terminal.wait_for("F5送达", 20)
    terminal.keys("C-g", "4")
    terminal.wait_for("未了事项", 20)
    terminal.keys("Escape")
    for key, title in (("2", "容缺补交"), ("3", "退回处理"), ("1", "查找")):
        terminal.wait_for("草稿：1", 20)
        terminal.keys("C-g", key)
        terminal.wait_for(title + " ", 20)
        if key != "1":
            terminal.keys("Escape")
    terminal.type(card.name)
    terminal.keys("Enter")
    terminal.wait_for("本站 1 件", 20)
    terminal.keys("Escape")
    terminal.wait_for("草稿：1", 20)
    terminal.keys("C-o")
    terminal.wait_for("单据 ", 20)


def test_nobody_is_left_in_the_terminals_scrollback_or_logs(tmp_path: Path) -> None:
    home = enrolled(tmp_path / "home").path
    card = next(one.card for one in sample_people(date.today()) if one.key == "sixty")
    assert isinstance(card, ResidentCard)
    config, record = home / "counter.toml", home / "session.record"
    with (
        VirtualReader() as reader,
        Tmux("sh", environment={"COUNTER_HOME": str(home)}) as terminal,
    ):
        config.write_text(f'[readers]\nuris = ["samv:{reader.path}"]\n')
        program = f"{sys.executable} -m counter_tui run --config {config} --record {record}"
        terminal.type(f"{program}; echo ended $?\n")
        terminal.wait_for("PIN", 60)
        terminal.type(PIN)
        terminal.keys("Enter")
        terminal.wait_for("自动打开", 60)
        reader.lay(card)
        terminal.wait_for("芯片已读", 60)
        terminal.keys("C-r")
        terminal.wait_for(card.name, 10)
        for key in ("F2", "F3", "F4", "F5", "F6", "F7", "F5"):
            terminal.keys(key)
        terminal.type("13912345678")
        walk_round(terminal, card)
        # A crash leaves nothing behind either.
        found = subprocess.run(
            ["pgrep", "-f", f"counter_tui run --config {config} --record {record}$"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        os.kill(int(found.stdout.split()[0]), signal.SIGTERM)
        terminal.wait_for(r"ended \d", 30)
        left = terminal.scrollback()
    logs = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert record.stat().st_size > 500, "the session was recorded"
    for value in (card.name, card.number, card.address, "13912345678"):
        assert value not in left, value
        assert value.encode() not in logs, value
