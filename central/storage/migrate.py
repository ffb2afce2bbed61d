"""Bringing a database to a schema, up or down."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from central.settings import Settings
from central.storage.partitions import make_partitions
from central.storage.sqlite import sqlite_engine
from central.storage.version import HEAD


def migrate(settings: Settings, revision: str = HEAD) -> None:
    """Go to `revision` (`base` for an empty database), whichever way it lies."""
    on_connection(settings, lambda connection: _go(connection, revision))


def config_for(connection: Connection) -> Config:
    """Alembic's configuration for a connection; there is no ini file."""
    config = Config()
    folder = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _go(connection: Connection, revision: str) -> None:
    config = config_for(connection)
    current = MigrationContext.configure(connection).get_current_revision()
    if revision == "base" or (current is not None and revision < current):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)
        make_partitions(connection, datetime.now(UTC).date())


def on_connection(settings: Settings, work: Callable[[Connection], None]) -> None:
    """Run `work` in one transaction, whatever the schema is."""
    if settings.sqlite:
        Path(settings.database.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = sqlite_engine(settings.database).execution_options(begin="BEGIN IMMEDIATE")
        with engine.begin() as connection:
            work(connection)
        engine.dispose()
    else:
        asyncio.run(_with_postgres(settings, work))


async def _with_postgres(settings: Settings, work: Callable[[Connection], None]) -> None:
    engine = create_async_engine(settings.database)
    async with engine.begin() as connection:
        await connection.run_sync(work)
    await engine.dispose()
