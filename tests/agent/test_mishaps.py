"""What both sides hold after a store rolled back, a centre restored, an audit cut."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from counter_tui.station import store_path
from counter_tui.store.sealed_file import connect
from tests.agent.stations import accepted, look, one_round, signed_in
from tests.store.centre import Pair


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
