"""One worker of the centre: what its routes share."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from central.auth.caller import AccessTokens
from central.auth.limits import LockOut, Rate
from central.auth.proof import SeenOnce
from central.identity import Identity
from central.logs import Log
from central.lookups import Adapters, SeededAdapters
from central.metrics import Metrics
from central.rules import Rules
from central.settings import Settings
from central.storage.port import Store


@dataclass
class Centre:
    """Everything a request needs, made once a worker."""

    settings: Settings
    identity: Identity
    store: Store
    rules: Rules
    log: Log
    metrics: Metrics
    clock: Callable[[], float] = time.time
    seen: SeenOnce = field(default_factory=SeenOnce)
    tokens: AccessTokens = field(init=False)
    by_station: Rate = field(init=False)
    by_address: Rate = field(init=False)
    by_searcher: Rate = field(init=False)
    sign_ins: LockOut = field(init=False)
    adapters: Adapters = field(init=False)
    cuts_noted: set[UUID] = field(default_factory=set)
    """Applications that showed a cut of their station's audit, and were entered for it."""
    ready: bool = False

    def __post_init__(self) -> None:
        limits = self.settings.limits
        self.adapters = SeededAdapters(self.store)
        self.tokens = AccessTokens(self.identity)
        self.by_station = Rate(limits.station_rate, limits.station_burst)
        self.by_address = Rate(limits.address_rate, limits.address_burst)
        self.by_searcher = Rate(limits.search_rate, limits.search_burst)
        self.sign_ins = LockOut(limits.failures, limits.lock_seconds)

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.fromtimestamp(self.clock(), UTC)


def open_store(settings: Settings) -> Store:
    """The adapter for the configured database, not started yet.

    Only that one is imported: the other's driver would stay in the memory of every worker.
    """
    if settings.sqlite:
        from central.storage.sqlite import SqliteStore

        return SqliteStore(settings.database)
    from central.storage.postgres import PostgresStore

    return PostgresStore(settings.database)
