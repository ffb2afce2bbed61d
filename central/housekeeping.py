"""What has to happen once in a while: countersigning the audit, partitions ahead, old sessions."""

import asyncio
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, delete

from central.audit.checkpoints import countersign
from central.centre import Centre
from central.storage.partitions import make_partitions
from central.storage.schema import refresh_families

INTERVAL: Final = 60.0
KEEP_SESSIONS: Final = timedelta(days=30)


async def keep_house(centre: Centre) -> None:
    """Run for as long as the worker does; several workers may, each step happens once."""
    while True:
        try:
            await centre.store.write(lambda connection: _round(connection, centre))
        except Exception as error:  # noqa: BLE001 - the next round tries again.
            centre.log.error("housekeeping failed", error=error)
        await asyncio.sleep(INTERVAL)


def _round(connection: Connection, centre: Centre) -> None:
    now = centre.now()
    if countersign(connection, centre.identity, now):
        centre.metrics.checkpoint.set(now.timestamp())
    make_partitions(connection, now.date())
    connection.execute(
        delete(refresh_families).where(refresh_families.c.expires_at < now - KEEP_SESSIONS)
    )
