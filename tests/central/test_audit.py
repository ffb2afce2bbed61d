# ruff: noqa: S608 - statements of a vandal, put together from constants
"""The audit shows a deletion, an edit, a swap and a cut tail, and where."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from central.audit.checkpoints import countersign
from central.identity import load
from central.settings import Settings, settings_for
from central.storage.migrate import on_connection
from central.upkeep import verify_audit
from tests.central.centres import Kept
from tests.central.conftest import DATABASES, keep, seated, settle
from tests.central.people import application, path_of

CHAIN = "510107-ps-014"


async def fill(kept: Kept) -> None:
    with kept.served() as served:
        async with seated(served.url, served.name) as seat:
            for _ in range(6):
                body = application()
                assert (await seat.put(path_of(body), body)).status_code == 201


def settings_of(kept: Kept) -> Settings:
    return settings_for(kept.database, kept.folder / "identity.json")


def findings(kept: Kept, *outside: str) -> list[dict[str, object]]:
    return verify_audit(settings_of(kept), outside)


def said(kept: Kept, *options: str) -> tuple[int, list[dict[str, object]]]:
    """What the verifier says as a program of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "central", "audit", "verify", *kept.where, *options],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert not done.stderr, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def change(kept: Kept, *statements: str) -> None:
    def work(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    on_connection(settings_of(kept), work)


VANDALISED = ("audit_entries", "audit_checkpoints", "ledgers", "applications")


@pytest.fixture(scope="module", params=DATABASES)
def once(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A centre that holds six applications and two checkpoints, and a copy of its tables."""
    kept = keep(request.param, tmp_path_factory.mktemp("audit"), request)
    settle(kept)
    asyncio.run(fill(kept))
    assert findings(kept) == []
    identity, later = load(kept.folder / "identity.json"), datetime.now(UTC) + timedelta(hours=1)
    on_connection(settings_of(kept), lambda c: countersign(c, identity, later))
    change(kept, *(f"CREATE TABLE whole_{name} AS SELECT * FROM {name}" for name in VANDALISED))
    return kept


@pytest.fixture
def filled(once: Kept) -> Iterator[Kept]:
    """The same, whole again after each test."""
    yield once
    for name in VANDALISED:
        change(once, f"DELETE FROM {name}", f"INSERT INTO {name} SELECT * FROM whole_{name}")


def test_tampering_is_found_and_located(filled: Kept) -> None:
    """Security test 24: delete, reorder, edit, cut the tail; the verifier is another program."""
    where = f"chain = '{CHAIN}'"
    assert said(filled) == (0, [])

    def after(*statements: str) -> list[tuple[object, object, object]]:
        change(filled, *statements)
        return [(one["chain"], one["seq"], one["what"]) for one in findings(filled)]

    swap = (
        f"UPDATE audit_entries SET seq = 99 WHERE {where} AND seq = 3",
        f"UPDATE audit_entries SET seq = 3 WHERE {where} AND seq = 4",
        f"UPDATE audit_entries SET seq = 4 WHERE {where} AND seq = 99",
    )
    assert (CHAIN, 3, "changed, moved, or follows another entry") in after(*swap)
    change(filled, *swap)
    assert findings(filled) == []
    keep = f"CREATE TABLE kept AS SELECT payload FROM audit_entries WHERE {where} AND seq = 5"
    edit = f"UPDATE audit_entries SET payload = hash WHERE {where} AND seq = 5"
    assert (CHAIN, 5, "changed, moved, or follows another entry") in after(keep, edit)
    back = (
        f"UPDATE audit_entries SET payload = (SELECT payload FROM kept) WHERE {where} AND seq = 5"
    )
    change(filled, back, "DROP TABLE kept")
    cut = f"DELETE FROM audit_entries WHERE {where} AND seq = 7"
    found = after(cut)
    assert (CHAIN, 7, "the tail is cut or was added to") in found
    assert (CHAIN, 7, "not what checkpoint 2 says") in found
    assert (CHAIN, 0, "6 applications are held, 5 were entered") in found
    gone = after(f"DELETE FROM audit_entries WHERE {where} AND seq = 2")
    assert (CHAIN, 2, "missing") in gone


def test_a_cut_that_hides_itself_is_found_with_checkpoints_kept_elsewhere(
    filled: Kept, tmp_path: Path
) -> None:
    """Security test 24: a tail cut with heads and checkpoints, by one who owns the database."""
    tokens: list[str] = []

    def take(connection: Connection) -> None:
        tokens.extend(connection.scalars(text("SELECT token FROM audit_checkpoints")))

    on_connection(settings_of(filled), take)
    outside = tmp_path / "checkpoints"
    outside.write_text("\n".join(tokens))
    where = f"chain = '{CHAIN}'"
    change(
        filled,
        f"DELETE FROM audit_entries WHERE {where} AND seq = 7",
        f"UPDATE ledgers SET audit_seq = 6, audit_head = (SELECT hash FROM audit_entries "
        f"WHERE {where} AND seq = 6) WHERE {where}",
        "DELETE FROM audit_checkpoints WHERE number = 2",
        f"DELETE FROM applications WHERE seq = 6 AND station = '{CHAIN}'",
    )
    assert findings(filled) == []
    kept = said(filled, "--checkpoints", str(outside))
    assert kept == (1, [{"chain": CHAIN, "seq": 7, "what": "not what checkpoint 2 says"}])
