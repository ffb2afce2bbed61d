"""An outbox carried by hand: sealed, sent by a colleague's station, and from its own once more."""

import json
from pathlib import Path
from typing import Any

import pytest

from counter_tui import enrolment
from counter_tui.store import Store
from tests.central.centres import command
from tests.store.centre import Pair, paired
from tests.store.homes import CLERK, PIN, Home, counter, enrolled, make, person_facts

NEAR = "510107-ps-015"
OPTIONS = ("--json", "--clerk", "s-near", "--pin-stdin")


def neighbour(pair: Pair, folder: Path) -> Home:
    """Another station of the district at the same centre, with a clerk and a supervisor."""
    key = enrolment.make_station(folder, NEAR, "police_station")
    for who, role in (("c-near", "clerk"), ("s-near", "supervisor")):
        enrolment.add_clerk(folder, key, who, "样本", role, PIN, enrolment.file_key())
    public = enrolment.public_keys(folder)
    where = pair.kept.where
    answer = command(
        "enrol-station", *where, "--station", NEAR, "--site-kind", "police_station",
        "--key", json.dumps(public["station_key"]),
    )  # fmt: skip
    for clerk in public["clerks"]:
        command(
            "enrol-clerk", *where, "--clerk", clerk["id"], "--role", clerk["role"],
            "--station", NEAR, "--key", json.dumps(clerk["key"]),
        )  # fmt: skip
    enrolment.install_answer(folder, answer)
    return Home(folder, key, pair.home.centre_key, pair.home.seal_key)


def said(home: Home, *arguments: str, clerk: str = CLERK) -> dict[str, Any]:
    done = counter(
        home.path, *arguments, "--json", "--clerk", clerk, "--pin-stdin", text=f"{PIN}\n"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def states(home: Home) -> list[tuple[str | None, str]]:
    def look(store: Store) -> list[tuple[str | None, str]]:
        return sorted((row.action or "", row.state) for row in store.outbox.list())

    with home.store() as store:
        return look(store)


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return paired(tmp_path)


def test_what_is_carried_arrives_once_from_whoever_comes_first(pair: Pair, tmp_path: Path) -> None:
    near = neighbour(pair, tmp_path / "near")
    payment = {"ledger": "treasury", "amount": 120, "method": "cash", "state": "recorded"}
    with pair.home.store() as store:
        for index in (1, 2):
            made = make(pair.home.station, index)
            store.accept(made)
        store.act(made.id, "payments", json.dumps(payment).encode(), CLERK)
    stick = tmp_path / "outbox.export"
    assert said(pair.home, "outbox", "export", str(stick))["count"] == 3
    text = stick.read_text()
    for index in (1, 2):
        assert person_facts(index)["applicant"]["number"] not in text
    assert stick.stat().st_mode & 0o077 == 0

    with pair.kept.served() as served:
        near.point_at(served.url)
        pair.home.point_at(served.url)
        refused = counter(
            near.path, "outbox", "import", str(stick), "--clerk", "c-near", "--pin-stdin",
            text=f"{PIN}\n",
        )  # fmt: skip
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
        assert said(near, "outbox", "import", str(stick), clerk="s-near")["count"] == 3
        assert said(near, "outbox", "import", str(stick), clerk="s-near")["count"] == 0
        assert said(near, "sync", clerk="s-near")["receipted"] == 3
        assert states(near) == [("", "receipted"), ("", "receipted"), ("payments", "receipted")]
        assert len(pair.held()) == 2

        # The station's own network is back: it is all there already.
        assert said(pair.home, "sync")["receipted"] == 3
        assert states(pair.home) == states(near)
    assert len(pair.held()) == 2


def test_what_is_no_export_or_for_another_centre_is_refused(tmp_path: Path) -> None:
    home = enrolled(tmp_path / "home", supervisor=True)
    stick = tmp_path / "stick"
    export = tmp_path / "export"
    said(home, "outbox", "export", str(export))
    document = json.loads(export.read_text())
    for content in (
        b"",
        b"[" * 100_000,
        b"{}",
        json.dumps({**document, "format": 2}).encode(),
        json.dumps({**document, "centre": "elsewhere"}).encode(),
        json.dumps({**document, "rows": [{"key": "x"}]}).encode(),
    ):
        stick.write_bytes(content)
        done = counter(
            home.path, "outbox", "import", str(stick), "--clerk", "s-0001", "--pin-stdin",
            text=f"{PIN}\n",
        )  # fmt: skip
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), (content[:40], done.stderr)
    again = counter(home.path, "outbox", "export", str(export), "--clerk", CLERK, "--pin-stdin",
                    text=f"{PIN}\n")  # fmt: skip
    assert again.returncode == 2, "an export never overwrites another"


def test_a_restored_centre_gets_payments_again_too(pair: Pair, tmp_path: Path) -> None:
    payment = {"ledger": "treasury", "amount": 120, "method": "cash", "state": "recorded"}
    made = make(pair.home.station, 3)
    with pair.home.store() as store:
        store.accept(made)
        store.act(made.id, "payments", json.dumps(payment).encode(), CLERK)
    backup = (pair.kept.folder / "central.db").read_bytes()
    with pair.kept.served() as served:
        pair.home.point_at(served.url)
        assert said(pair.home, "sync")["receipted"] == 2
    for path in pair.kept.folder.glob("central.db*"):
        path.unlink()
    (pair.kept.folder / "central.db").write_bytes(backup)
    with pair.kept.served() as served:
        pair.home.point_at(served.url)
        assert said(pair.home, "sync")["unknown_there"] == 2
    assert states(pair.home) == [("", "receipted"), ("payments", "receipted")]
    assert len(pair.held()) == 1


def test_a_stick_that_is_gone_or_full_gets_a_sentence(tmp_path: Path) -> None:
    home = enrolled(tmp_path / "home")
    for file in ("/dev/full/x", str(tmp_path / "nowhere" / "x")):
        done = counter(home.path, "outbox", "export", file, "--clerk", CLERK, "--pin-stdin",
                       text=f"{PIN}\n")  # fmt: skip
        assert (done.returncode, done.stderr.count("\n")) == (3, 1), done.stderr
        assert file in done.stderr
