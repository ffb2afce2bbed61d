"""The station's store: drafts, outbox, receipts, tasks, audit, caches, in one sealed file."""

from counter_tui.store.database import Clock, utc_now
from counter_tui.store.drafts import Draft
from counter_tui.store.rows import Act, Claimed, OutboxRow, Receipt, State, Task, Waiting
from counter_tui.store.store import Store
from counter_tui.store.thread import StoreThread

__all__ = [
    "Act",
    "Claimed",
    "Clock",
    "Draft",
    "OutboxRow",
    "Receipt",
    "State",
    "Store",
    "StoreThread",
    "Task",
    "Waiting",
    "utc_now",
]
