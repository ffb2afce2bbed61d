"""What has to happen once in a while: countersigning the audit, partitions, clearing away."""

import asyncio
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, delete

from central.audit.checkpoints import countersign
from central.blobs import BlobFolder
from central.centre import Centre
from central.storage.partitions import make_partitions
from central.storage.schema import refresh_families

INTERVAL: Final = 60.0
KEEP_SESSIONS: Final = timedelta(days=30)
KEEP_PIECES: Final = timedelta(days=8)
"""Longer than a station tries: what is older will never become whole."""


async def keep_house(centre: Centre) -> None:
    """Run for as long as the worker does; several workers may, each step happens once."""
    while True:
        try:
            await centre.store.write(lambda connection: _round(connection, centre))
            old = centre.clock() - KEEP_PIECES.total_seconds()
            await asyncio.to_thread(BlobFolder(centre.settings.blobs).clear_pieces, old)
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
