"""An outbox carried by hand: sealed, sent by a colleague's station, and from its own once more."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from central.carried import NotAnExport
from central.settings import settings_for
from central.upkeep import import_outbox
from counter_tui import enrolment
from counter_tui.store import Store
from tests.central.centres import enrol
from tests.store.centre import Pair, paired
from tests.store.homes import (
    CLERK,
    PIN,
    QUICK,
    SUPERVISOR,
    Home,
    counter,
    enrolled,
    make,
    person_facts,
)

NEAR = "510107-ps-015"
OPTIONS = ("--json", "--clerk", "s-near", "--pin-stdin")


def neighbour(pair: Pair, folder: Path) -> Home:
    """Another station of the district at the same centre, with a clerk and a supervisor."""
    key = enrolment.make_station(folder, NEAR, "police_station")
    for who, role in (("c-near", "clerk"), ("s-near", "supervisor")):
        enrolment.add_clerk(folder, key, who, "样本", role, PIN, enrolment.file_key(), QUICK)
    enrolment.install_answer(folder, enrol(pair.kept, NEAR, enrolment.public_keys(folder)))
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


def at_the_centre(pair: Pair, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    """`counter-central import-outbox`: exit status, lines, complaint."""
    done = subprocess.run(
        [sys.executable, "-m", "central", "import-outbox", *pair.kept.where, "--by", "o-0001",
         *arguments],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return done.returncode, [json.loads(one) for one in done.stdout.splitlines()], done.stderr


def test_brought_to_the_centre_itself_it_is_held_once_and_receipts_go_back(
    pair: Pair, tmp_path: Path
) -> None:
    payment = {"ledger": "treasury", "amount": 120, "method": "cash", "state": "recorded"}
    with pair.home.store() as store:
        for index in (5, 5):
            made = make(pair.home.station, index)
            store.accept(made)
        store.act(made.id, "payments", json.dumps(payment).encode(), CLERK)
        first = next(row for row in store.outbox.list() if row.application != made.id)
        store.act(first.application, "payments", json.dumps(payment).encode(), CLERK)
    stick, back = tmp_path / "outbox.export", tmp_path / "receipts"
    assert said(pair.home, "outbox", "export", str(stick))["count"] == 4

    # The second is a possible duplicate of the first: it stays at its station, for a person.
    status, lines, complaint = at_the_centre(pair, str(stick), "--receipts", str(back))
    assert status == 1, complaint
    assert [(one["action"], one["problem"]) for one in lines] == [
        (None, None),
        (None, "possible-duplicate"),
        ("payments", "not-found"),
        ("payments", None),
    ]
    kept = back.read_text()
    assert at_the_centre(pair, str(stick), "--receipts", str(back))[1] == lines
    assert back.read_text() == kept, "the same receipts"
    assert len(pair.held()) == 1

    assert said(pair.home, "outbox", "receipts", str(back))["receipted"] == 2
    assert said(pair.home, "outbox", "receipts", str(back))["receipted"] == 0
    with pair.centre():
        synced = said(pair.home, "sync")
        assert (synced["receipted"], synced["refused"]) == (0, 1)
    assert states(pair.home) == [
        ("", "needs_clerk"), ("", "receipted"), ("payments", "queued"), ("payments", "receipted"),
    ]  # fmt: skip
    assert len(pair.held()) == 1


def test_the_centre_takes_in_only_what_a_station_of_its_own_signed(
    pair: Pair, tmp_path: Path
) -> None:
    with pair.home.store() as store:
        store.accept(make(pair.home.station, 1))
    stick = tmp_path / "export"
    said(pair.home, "outbox", "export", str(stick))
    folder = pair.kept.folder
    settings = settings_for(pair.kept.database, folder / "identity.json", folder / "blobs")
    good = json.loads(stick.read_text())
    (row,) = good["rows"]
    for bad in (
        {**good, "rows": [{**row, "clerk": SUPERVISOR}]},
        {**good, "rows": []},
        {**good, "station": "510107-ps-015"},
        {**good, "written_at": "2026-01-01T00:00:00+00:00"},
        {name: value for name, value in good.items() if name != "signature"},
        {**good, "centre": "elsewhere"},
        {"format": 1},
    ):
        stick.write_text(json.dumps(bad))
        with pytest.raises(NotAnExport):
            import_outbox(settings, stick, "o-0001", None)
    status, lines, complaint = at_the_centre(pair, str(stick))
    assert (status, lines, complaint.count("Error:")) == (2, [], 1), complaint
    assert pair.held() == []

    # Nor does a station take anything for a receipt that its centre did not sign for it.
    answer = {"format": 1, "station": pair.home.station.code, "centre": good["centre"]}
    for receipts in ([good["signature"]], 5):
        stick.write_text(json.dumps({**answer, "receipts": receipts}))
        done = counter(pair.home.path, "outbox", "receipts", str(stick), "--clerk", CLERK,
                       "--pin-stdin", text=f"{PIN}\n")  # fmt: skip
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert states(pair.home) == [("", "queued")]


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
