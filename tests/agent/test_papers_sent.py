"""Papers and answers against a real centre: notices, referrals, prints, and `counter print`."""

import json
import sqlite3
from pathlib import Path
from uuid import uuid4

import pytest

from tests.agent.stations import look, one_round, signed_in
from tests.store.centre import Pair, paired
from tests.store.homes import CLERK, PIN, counter, make

ACTS = {
    "notices": {
        "lines": [{"code": "photo", "item": None}],
        "printed_at": "2026-01-05T09:00:00+08:00",
    },
    "referrals": {
        "site": "510107-hall-01",
        "items": [0],
        "rule": "sample-rule",
        "printed_at": None,
    },
}


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return paired(tmp_path)


def recorded(pair: Pair) -> list[str]:
    """Kinds of records in the centre's database, sorted."""
    with sqlite3.connect(pair.kept.folder / "central.db") as database:
        rows = database.execute("SELECT kind FROM records ORDER BY kind").fetchall()
    database.close()
    return [str(kind) for (kind,) in rows]


async def test_answers_that_are_no_acceptance_reach_the_centre(pair: Pair) -> None:
    case = uuid4()
    with pair.centre():
        signed_in(pair)
        with pair.home.store() as store:
            for action, body in ACTS.items():
                store.act(case, action, json.dumps(body).encode(), CLERK, "样*")
            one = store.prints.begin(case, "notice", {"blocks": []}, CLERK)
            store.prints.end(one.id, "printed")
        await one_round(pair)
        rows = look(pair, lambda store: store.outbox.list())
        states = {row.action: row.state for row in rows}
    assert states == dict.fromkeys((*ACTS, "prints"), "receipted")
    assert recorded(pair) == ["notice", "print", "referral"]


async def test_counter_print_prints_again_and_the_centre_hears_of_both(
    pair: Pair, tmp_path: Path
) -> None:
    papers = tmp_path / "papers"
    (pair.home.path / "counter.toml").write_text(f'[printer]\nuri = "file:{papers}"\n')
    options = ("--what", "receipt", "--json", "--clerk", CLERK, "--pin-stdin")
    with pair.centre():
        signed_in(pair)
        made = make(pair.home.station, 1)
        with pair.home.store() as store:
            store.accept(made)
        for copy in (1, 2):
            done = counter(pair.home.path, "print", made.number, *options, text=PIN + "\n")
            assert done.returncode == 0, done.stderr
            (said,) = json.loads(done.stdout)
            assert (said["what"], said["copy"]) == ("receipt", copy)
        await one_round(pair)
        rows = look(pair, lambda store: store.outbox.list())
    assert [row.state for row in rows if row.action == "prints"] == ["receipted"] * 2
    assert recorded(pair).count("print") == 2
    texts = [paper.read_text("utf-8") for paper in papers.glob("*.txt")]
    assert sorted("补打" in text for text in texts) == [False, True]
