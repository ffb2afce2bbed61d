"""Migrations go up and down on both databases with data in them, and make what the program has."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select

from central.settings import settings_for
from central.storage import migrate as migrating
from central.storage.schema import applications, audit_entries, metadata, stations
from central.storage.version import HEAD
from tests.central.centres import Kept, command
from tests.central.conftest import STATIONS, seated
from tests.central.people import application, id_of, path_of


def look(kept: Kept, work: Callable[[Connection], Any]) -> Any:
    """What `work` finds in a database, whatever its schema."""
    found: list[Any] = []
    migrating.on_connection(settings_for(kept.database), lambda c: found.append(work(c)))
    return found[0]


async def send(kept: Kept, body: bytes) -> None:
    with kept.served() as served:
        async with seated(served.url, served.name) as seat:
            assert (await seat.put(path_of(body), body)).status_code == 201
            ticket = f"/v1/tickets/{id_of(application())}"
            assert (
                await seat.put(ticket, {"number": "A1", "day": "2018-05-16"})
            ).status_code == 201


def audit(connection: Connection) -> list[Any]:
    """Every entry, with the day that says in which month it lies."""
    wanted = select(audit_entries).order_by(audit_entries.c.chain, audit_entries.c.seq)
    return list(connection.execute(wanted))


def test_up_down_and_up_again_with_data(enrolled: Kept) -> None:
    kept, body = enrolled, application()
    asyncio.run(send(kept, body))
    before = look(kept, audit)
    assert {row.entered_on for row in before} == {datetime.now(UTC).date()}
    command("migrate", *kept.where, "--to", "0001")
    assert look(kept, lambda c: inspect(c).has_table("records")) is False
    assert look(kept, lambda c: c.scalar(select(applications.c.body))) == body
    command("migrate", *kept.where)
    assert look(kept, lambda c: c.scalar(select(applications.c.body))) == body
    assert look(kept, lambda c: len(c.execute(select(stations)).all())) == len(STATIONS)
    assert look(kept, audit) == before
    command("migrate", *kept.where, "--to", "base")
    assert set(look(kept, lambda c: inspect(c).get_table_names())) <= {"alembic_version"}
    command("migrate", *kept.where)


def test_the_migrations_make_the_tables_of_the_program(kept: Kept) -> None:
    def differences(connection: Connection) -> list[object]:
        def ours(_: object, name: str | None, kind: str, *__: object) -> bool:
            parts = ("applications_", "application_ids_", "audit_entries_", "alembic")
            return not (kind == "table" and (name or "").startswith(parts))

        options = {"include_object": ours}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, metadata)

    assert look(kept, differences) == []


def test_the_program_needs_the_newest_step() -> None:
    folder = Path(migrating.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == HEAD
