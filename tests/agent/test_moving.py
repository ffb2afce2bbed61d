"""The agent against a real centre: what moves, what waits, what a person settles."""

import asyncio
import json
import signal
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from counter_tui import second_person
from counter_tui.agent.service import Agent
from counter_tui.bell import Bell, ring
from counter_tui.limits import Limits
from counter_tui.words import Words
from intake.days import city_time
from tests.agent.stations import Quiet, accepted, agent_of, look, one_round, signed_in
from tests.faults.test_exactly_once import start_agent
from tests.store.centre import Pair
from tests.store.homes import CLERK, PIN, SUPERVISOR, counter, facts, make

zh = Words("zh_CN")


async def test_the_commands_carry_a_case_to_the_centre_and_a_receipt_back(pair: Pair) -> None:
    file = pair.home.path.parent / "facts.json"
    file.write_text(json.dumps(facts()))
    options = ("--json", "--clerk", CLERK, "--pin-stdin")
    with pair.centre():
        done = counter(pair.home.path, "accept", str(file), *options, text=PIN + "\n")
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert said["state"] == "queued"
        synced = counter(pair.home.path, "sync", *options, text=PIN + "\n")
        assert (synced.returncode, json.loads(synced.stdout)["receipted"]) == (0, 1)
        shown = counter(pair.home.path, "outbox", "show", said["number"], *options, text=PIN + "\n")
        assert json.loads(shown.stdout)["state"] == "receipted"
        plain = ("--clerk", CLERK, "--pin-stdin")
        told = counter(pair.home.path, "outbox", "show", said["number"], *plain, text=PIN + "\n")
        now = f"{city_time(datetime.now(UTC)):%Y-%m-%d}"
        lines = told.stdout.splitlines()
        assert lines[0] == f"{said['number']}  已回执"
        assert sum(now in one for one in lines[1:]) == 3, "the city's time of each step"
        assert "+00:00" not in told.stdout and "eyJ" not in told.stdout
    (held,) = pair.held()
    assert held[0].replace("-", "") == said["id"].replace("-", "")


def test_without_a_pack_that_decides_the_commands_say_so(pair: Pair, tmp_path: Path) -> None:
    (pair.home.path / "counter.toml").write_text('[rules]\npack = "nowhere"\n')
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(facts()))
    for command in (("accept", str(file)), ("print", "X")):
        done = counter(pair.home.path, *command, "--clerk", CLERK, "--pin-stdin", text=PIN + "\n")
        assert (done.returncode, "nowhere" in done.stderr) == (2, True), done.stderr


def test_the_command_says_no_as_the_contract_has_it(pair: Pair, tmp_path: Path) -> None:
    options = ("--json", "--clerk", CLERK, "--pin-stdin")
    missing = tmp_path / "missing.json"
    missing.write_text(json.dumps(facts(materials={"application_form": "present"})))
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(facts(items=[])))
    for file, pin, status, word in (
        (missing, PIN, 1, "incomplete"),
        (bad, PIN, 2, "items"),
        (tmp_path / "none.json", PIN, 2, "none.json"),
        (missing, "999999", 1, "PIN"),
    ):
        done = counter(pair.home.path, "accept", str(file), *options, text=pin + "\n")
        assert done.returncode == status, (file, done)
        assert word in done.stderr, (file, done.stderr)
        assert "Traceback" not in done.stderr
    assert look(pair, lambda store: store.outbox.waiting().total) == 0


async def test_without_a_network_everything_waits_and_then_arrives_once(pair: Pair) -> None:
    signed_in(pair)
    keys = accepted(pair, 1, 2, 3)
    summary = await one_round(pair)
    assert (summary.moved.reached, summary.waiting) == (False, 3)
    assert look(pair, lambda store: store.contact.offline_since()) is not None
    with pair.centre():
        look(pair, lambda store: store.sending.hurry())
        summary = await one_round(pair)
        assert (summary.moved.receipted, summary.waiting) == (3, 0)
    assert {row[0].replace("-", "") for row in pair.held()} == {k.replace("-", "") for k in keys}
    assert look(pair, lambda store: store.contact.offline_since()) is None


async def test_a_running_agent_moves_what_waits_soon_after_an_outage(pair: Pair) -> None:
    signed_in(pair)
    (key,) = accepted(pair, 1)
    async with agent_of(pair) as (agent, thread):
        running = asyncio.create_task(agent.run())
        await asyncio.sleep(1.5)
        with pair.kept.served() as served:
            # The address is the one the agent knows only if the port is; so start anew on it.
            pair.home.point_at(served.url)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            fresh = await Agent.open(
                pair.home.path, thread, pair.home.station, "chengdu", Limits(), Quiet()
            )
            running = asyncio.create_task(fresh.run())
            for _ in range(100):
                state = await thread.call(lambda store: store.outbox.list()[0].state)
                if state == "receipted":
                    break
                fresh.heard({"do": "outbox"})
                await asyncio.sleep(0.05)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    assert state == "receipted", key


async def test_without_a_proof_rows_wait_for_a_sign_in_and_then_go_on(pair: Pair) -> None:
    accepted(pair, 1)
    away = await one_round(pair)
    assert (away.moved.needs_login, away.moved.reached) == (1, False), "nobody is there"
    with pair.centre():
        summary = await one_round(pair)
        assert (summary.moved.needs_login, summary.moved.reached) == (1, True)
        assert look(pair, lambda store: store.outbox.list()[0].state) == "needs_login"
        signed_in(pair)
        assert (await one_round(pair)).moved.receipted == 1


def test_the_command_says_whether_the_centre_is_there_and_who_has_to_sign_in(pair: Pair) -> None:
    accepted(pair, 1)

    def synced() -> tuple[int, dict[str, Any], str]:
        # An agent that a supervisor's unlock gave the key, and no clerk has signed in since.
        agent = start_agent(pair)
        try:
            with Bell(pair.home.path, "probe") as bell:
                ends = time.monotonic() + 20
                while (bell.wait(0.2) or {"locked": True}).get("locked"):
                    assert time.monotonic() < ends
                    ring(pair.home.path, "agent", {"reply": "probe"})
            done = counter(pair.home.path, "sync", "--json")
            told = counter(pair.home.path, "sync")
            assert told.returncode == done.returncode
            return done.returncode, json.loads(done.stdout), told.stdout + told.stderr
        finally:
            agent.send_signal(signal.SIGTERM)
            agent.wait(20)

    status, summary, told = synced()
    assert (status, summary["reached"], summary["needs_login"]) == (3, False, 1), summary
    assert zh("The centre does not answer; everything is kept and sent later.") in told
    with pair.centre():
        status, summary, told = synced()
    assert (status, summary["reached"], summary["receipted"]) == (0, True, 0), summary
    assert zh("A clerk has to sign in before the rest can be sent.") in told


async def test_a_possible_duplicate_is_a_task_until_a_person_gives_a_reason(pair: Pair) -> None:
    signed_in(pair)
    accepted(pair, 5, 5)
    with pair.centre():
        summary = await one_round(pair)
        assert (summary.moved.receipted, summary.moved.refused) == (1, 1)
        (task,) = look(pair, lambda store: store.tasks.list())
        assert task.reason == "possible-duplicate"
        assert task.detail["existing"]["number"]
        assert task.deadline > task.opened_at
        supervisor = second_person.step_up(pair.home.path, CLERK, SUPERVISOR, PIN)
        approve = partial(second_person.approve, key=task.key, reason="双胞胎，已核对")
        look(pair, lambda store: approve(store, supervisor, CLERK))
        assert (await one_round(pair)).moved.receipted == 1
        assert look(pair, lambda store: store.tasks.list()) == []
    assert len(pair.held()) == 2


async def test_what_the_centre_decides_otherwise_comes_back_line_by_line(pair: Pair) -> None:
    signed_in(pair)
    made = make(pair.home.station, 6)
    wrong = made.decision.model_copy(
        update={"totals": made.decision.totals.model_copy(update={"treasury": 1})}
    )
    with pair.home.store() as store:
        store.accept(made.model_copy(update={"decision": wrong}))
    with pair.centre():
        await one_round(pair)
        (task,) = look(pair, lambda store: store.tasks.list())
        assert task.reason == "rules-disagree"
        assert task.detail["lines"][0]["path"] == "totals.treasury"
        look(pair, lambda store: store.correct(made, CLERK))
        assert (await one_round(pair)).moved.receipted == 1
    ((identifier, _),) = pair.held()
    assert identifier.replace("-", "") == made.id.hex


async def test_an_action_follows_its_application_and_is_receipted_too(pair: Pair) -> None:
    signed_in(pair)
    made = make(pair.home.station, 7)
    body = {"ledger": "treasury", "amount": 120, "method": "cash", "state": "recorded"}
    with pair.home.store() as store:
        store.accept(made)
        store.act(made.id, "payments", json.dumps(body).encode(), CLERK)
    with pair.centre():
        summary = await one_round(pair)
        rows = look(pair, lambda store: store.outbox.list())
        assert summary.moved.receipted == 2, [(row.state, row.problem) for row in rows]


async def test_who_may_not_ask_has_not_heard_from_the_centre(pair: Pair) -> None:
    look(pair, lambda store: store.contact.lost())

    summary = await one_round(pair)

    assert summary.moved.needs_login
    assert look(pair, lambda store: store.contact.offline_since()) is not None
