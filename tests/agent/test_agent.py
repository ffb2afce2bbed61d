"""The agent against a real centre: what moves, what waits, what both hold after mishaps."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from counter_tui import finding, packs, second_person, timeline
from counter_tui.agent.centre import Answer, Unreachable
from counter_tui.agent.service import Agent, Summary
from counter_tui.limits import Limits
from counter_tui.signin import leave_proof
from counter_tui.station import store_path, write_station
from counter_tui.store import Store, StoreThread
from counter_tui.store.sealed_file import connect
from tests.store.centre import Pair, paired
from tests.store.homes import CLERK, PIN, SUPERVISOR, counter, facts, make


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return paired(tmp_path)


@asynccontextmanager
async def agent_of(pair: Pair) -> AsyncIterator[tuple[Agent, StoreThread]]:
    thread = await StoreThread.open(pair.home.path / "store.db", pair.home.key)
    agent = await Agent.open(
        pair.home.path, thread, pair.home.station, "chengdu", Limits(), _Quiet()
    )
    try:
        yield agent, thread
    finally:
        await agent.close()
        thread.close()


async def opened(pair: Pair, thread: StoreThread) -> Agent:
    station = pair.home.station
    return await Agent.open(pair.home.path, thread, station, "chengdu", Limits(), _Quiet())


class _Quiet:
    """A log that keeps nothing."""

    def info(self, event: str, **_: object) -> None: ...

    warning = info


async def one_round(pair: Pair) -> Summary:
    async with agent_of(pair) as (agent, _):
        return await agent.round()


def signed_in(pair: Pair) -> None:
    session = pair.home.unlock()
    with pair.home.store() as store:
        leave_proof(store, session, pair.home.station)


def accepted(pair: Pair, *indexes: int) -> list[str]:
    with pair.home.store() as store:
        return [str(store.accept(make(pair.home.station, index)).key) for index in indexes]


def look(pair: Pair, what: Callable[[Store], Any]) -> Any:
    with pair.home.store() as store:
        return what(store)


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
    (held,) = pair.held()
    assert held[0].replace("-", "") == said["id"].replace("-", "")


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
                pair.home.path, thread, pair.home.station, "chengdu", Limits(), _Quiet()
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
    with pair.centre():
        summary = await one_round(pair)
        assert summary.moved.needs_login == 1
        assert look(pair, lambda store: store.outbox.list()[0].state) == "needs_login"
        signed_in(pair)
        assert (await one_round(pair)).moved.receipted == 1


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


async def test_a_store_rolled_back_is_noticed_and_nothing_is_sent_twice(pair: Pair) -> None:
    signed_in(pair)
    accepted(pair, 1)
    yesterday = pair.home.path.parent / "yesterday.db"
    shutil.copy(pair.home.path / "store.db", yesterday)
    accepted(pair, 2)
    with pair.centre():
        await one_round(pair)
        shutil.copy(yesterday, pair.home.path / "store.db")
        look(pair, lambda store: store.sending.hurry())
        summary = await one_round(pair)
        assert summary.compared.unknown_here == 1
        told = look(pair, lambda store: {task.reason for task in store.tasks.list()})
        assert told == {"store-rolled-back", "audit-cut"}
        assert look(pair, lambda store: store.outbox.waiting().total) == 0
    assert len(pair.held()) == 2


async def test_a_centre_restored_from_a_backup_is_repaired(pair: Pair, tmp_path: Path) -> None:
    signed_in(pair)
    accepted(pair, 1)
    with pair.centre():
        await one_round(pair)
    backup = tmp_path / "backup"
    shutil.copytree(pair.kept.folder, backup)
    accepted(pair, 2, 3)
    with pair.centre():
        assert (await one_round(pair)).moved.receipted == 2
    for path in pair.kept.folder.glob("central.db*"):
        path.unlink()
    shutil.copytree(backup, pair.kept.folder, dirs_exist_ok=True)
    with pair.centre():
        summary = await one_round(pair)
        rows = look(pair, lambda store: store.outbox.list())
        assert summary.compared.unknown_there == 2
        assert [row.state for row in rows] == ["receipted"] * 3, [row.problem for row in rows]
    assert len(pair.held()) == 3


async def test_a_question_is_asked_and_its_answer_is_in_the_cache(pair: Pair) -> None:
    signed_in(pair)
    look(pair, lambda store: store.questions.ask("receipts", "/v1/receipts?since=0"))
    look(pair, lambda store: store.questions.ask("nowhere", "/v1/nowhere"))
    with pair.centre():
        await one_round(pair)
    assert look(pair, lambda store: store.cache.get("receipts")).body["receipts"] == []
    assert look(pair, lambda store: store.questions.get("receipts")) is None
    assert look(pair, lambda store: store.questions.get("nowhere")).problem == "not-found"


async def test_a_search_and_a_story_go_to_the_centre_and_come_back(pair: Pair) -> None:
    signed_in(pair)
    (identifier,) = accepted(pair, 1)
    application = UUID(identifier)

    def leave(store: Store) -> str:
        number = store.outbox.get(application).number
        store.questions.ask(finding.QUESTION, finding.PATH, finding.question(number))
        timeline.ask(store, application)
        return number

    with pair.centre():
        async with agent_of(pair) as (agent, thread):
            await agent.round()
            number = await thread.call(leave)
            await agent.round()
            found = (await thread.call(lambda store: store.cache.get(finding.QUESTION))).body
            known = await thread.call(lambda store: timeline.known(store, application))

    assert [one.number for one in finding.at_centre(found, [])] == [number]
    assert finding.at_centre(found, finding.at_centre(found, [])) == []
    assert [event.what for event in known.events if event.at_centre][:1] == ["held by the centre"]
    assert known.events[0].what == "accepted" and not known.waiting
    assert known.application is not None and known.application.number == number


async def test_the_centres_word_on_the_rules_is_fetched_and_noted(pair: Pair) -> None:
    signed_in(pair)
    with pair.centre():
        async with agent_of(pair) as (agent, thread):
            await agent.round()
            first = await thread.call(lambda store: store.settings.get("pack.confirmed"))
            etag = await thread.call(lambda store: store.settings.get("pack.etag"))
            agent.heard({"reply": "nobody"})
            await agent.round()
            second = await thread.call(lambda store: store.settings.get("pack.confirmed"))
    assert etag and first and second > first
    # It is the shipped one; nothing had to be installed.
    assert not (pair.home.path / "packs").exists()


async def test_a_pack_of_another_signer_changes_nothing_and_is_no_confirmation(pair: Pair) -> None:
    signed_in(pair)
    station = pair.home.station
    write_station(pair.home.path, replace(station, pack_keys=[]))
    with pair.centre():
        await one_round(pair)
    assert look(pair, lambda store: store.settings.get("pack.confirmed")) is None
    found = packs.in_use("chengdu", pair.home.path)
    assert (found.origin, found.trouble and found.trouble.why) == ("shipped", "unknown_key")


async def test_lists_are_kept_whole_whatever_their_length(pair: Pair) -> None:
    signed_in(pair)
    with pair.centre():
        async with agent_of(pair) as (agent, thread):
            await thread.call(lambda store: store.questions.ask("none", "/v1/deferrals?limit=1"))
            await agent.round()
            pages = {
                "/v1/x?a=1": Answer(200, {"items": [1, 2], "next": "p 2"}, etag="e"),
                "/v1/x?a=1&cursor=p%202": Answer(200, {"items": [3], "next": "p3"}),
                "/v1/x?a=1&cursor=p3": Answer(200, {"items": [4], "next": None}),
            }

            async def get(path: str, token: str, etag: str | None = None) -> Answer:
                return pages[path]

            agent._centre.get = get  # type: ignore[method-assign]
            await agent._errands._freshen("x", "/v1/x?a=1", timedelta())
            kept = await thread.call(lambda store: store.cache.get("x"))
            assert kept.body["items"] == [1, 2, 3, 4]
            pages["/v1/x?a=1&cursor=p3"] = Answer(503, {}, "unavailable")
            await agent._errands._freshen("x", "/v1/x?a=1", timedelta())
            kept = await thread.call(lambda store: store.cache.get("x"))
            assert kept.body["items"] == [1, 2, 3, 4], "half a list is no list"


async def test_a_refused_proof_is_shown_once_so_that_nobody_is_locked_out(pair: Pair) -> None:
    signed_in(pair)
    accepted(pair, *range(1, 30))
    with pair.centre():
        async with agent_of(pair) as (agent, thread):
            good = await thread.call(lambda store: store.secrets.get("assertion"))
            await thread.call(
                lambda store: store.secrets.put("assertion", good[:-9] + b"AAAAAAAAA")
            )
            for _ in range(8):
                assert (await agent.round()).moved.needs_login
            # The centre locks a clerk out after five failures; this was one.
            signed_in(pair)
            assert (await agent.round()).moved.receipted == 29


async def test_a_proof_that_ran_out_is_not_shown_at_all(pair: Pair) -> None:
    signed_in(pair)
    accepted(pair, 1)
    with pair.centre() as served:
        async with agent_of(pair) as (agent, thread):
            past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
            await thread.call(
                lambda store: store.settings.put("assertion.of", {"clerk": CLERK, "until": past})
            )
            assert (await agent.round()).moved.needs_login == 1
    assert served.url


class Sick:
    """A centre that answers every application in one way, and counts."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.calls = answer, 0

    async def put(self, *_: Any) -> Answer:
        self.calls += 1
        await asyncio.sleep(0)
        return self.answer


async def test_the_centre_is_left_alone_for_as_long_as_it_asks(pair: Pair) -> None:
    signed_in(pair)
    accepted(pair, *range(1, 60))
    busy = Sick(Answer(429, {}, "rate-limited", retry_after=timedelta(seconds=40)))
    with pair.centre():
        async with agent_of(pair) as (agent, _):
            agent._centre.put_application = busy.put  # type: ignore[method-assign]
            first = await agent.round()
            assert first.moved.wait_seconds == 40
            assert busy.calls <= 16, "the rest of the outbox waits as well"
            calls = busy.calls
            second = await agent.round()
            assert 30 < second.moved.wait_seconds <= 40
            assert busy.calls == calls
    rows = look(pair, lambda store: store.outbox.list())
    assert {row.state for row in rows} == {"queued"}


async def test_a_centre_that_fails_at_everything_is_not_stormed(pair: Pair) -> None:
    signed_in(pair)
    accepted(pair, *range(1, 200))
    sick = Sick(Answer(503, {}, "unavailable"))
    with pair.centre():
        async with agent_of(pair) as (agent, _):
            agent._centre.put_application = sick.put  # type: ignore[method-assign]
            summary = await agent.round()
    assert sick.calls <= 32
    assert summary.moved.wait_seconds > 0
    assert summary.waiting == 199


async def test_rows_that_always_fail_hold_nobody_up(pair: Pair) -> None:
    signed_in(pair)
    bad = set(accepted(pair, *range(1, 25)))
    accepted(pair, *range(30, 60))
    with pair.centre():
        async with agent_of(pair) as (agent, thread):
            put = agent._centre.put_application

            async def failing(id: str, *more: Any) -> Answer:
                if id in bad:
                    raise Unreachable("slow")
                return await put(id, *more)

            agent._centre.put_application = failing  # type: ignore[method-assign]
            moved = 0
            for _ in range(12):
                moved += (await agent.round()).moved.receipted
                await thread.call(lambda store: store.sending.reachable_again())
    assert moved == 30
    assert look(pair, lambda store: store.outbox.waiting().total) == 24


def cut_tail(pair: Pair, entries: int) -> None:
    connection = connect(store_path(pair.home.path), pair.home.key)
    connection.execute("DELETE FROM audit WHERE seq > (SELECT max(seq) - ? FROM audit)", (entries,))
    connection.close()


def noted_cuts(pair: Pair) -> list[dict[str, Any]]:
    with sqlite3.connect(pair.kept.folder / "central.db") as database:
        rows = database.execute("SELECT payload FROM audit_entries ORDER BY chain, seq").fetchall()
    database.close()
    entries = [json.loads(row[0]) for row in rows]
    return [one for one in entries if one["action"] == "station.audit-cut"]


async def test_a_cut_tail_of_the_audit_is_noticed_by_the_centre(pair: Pair) -> None:
    signed_in(pair)
    accepted(pair, 1, 2, 3)
    with pair.centre():
        await one_round(pair)
        await one_round(pair)
        assert noted_cuts(pair) == [] == look(pair, lambda store: store.tasks.list())
        cut_tail(pair, 2)
        assert look(pair, lambda store: store.audit.verify()) is None, "whole in itself"
        await one_round(pair)
        (noted,) = noted_cuts(pair)
        assert int(noted["present"].split(":")[0]) <= int(noted["carried"].split(":")[0])
        (task,) = look(pair, lambda store: store.tasks.list())
        assert (task.key, task.reason) == (None, "audit-cut")

        # Told once; and a person who has dealt with it is not told again of the same.
        look(pair, lambda store: store.tasks.close(task.id, "support knows"))
        await one_round(pair)
        assert look(pair, lambda store: store.tasks.list()) == []


async def test_a_tail_that_grew_again_is_noticed_too(pair: Pair) -> None:
    signed_in(pair)
    accepted(pair, 1, 2, 3)
    with pair.centre():
        await one_round(pair)
        cut_tail(pair, 2)
        accepted(pair, 4, 5, 6, 7)
        await one_round(pair)
        assert len(noted_cuts(pair)) == 1
        assert look(pair, lambda store: [one.reason for one in store.tasks.list()]) == ["audit-cut"]
