"""An item comes to its end, and with it what still waited for it."""

import json
from typing import Any

from sqlalchemy import update

from central.acts import Acting
from central.storage import records
from central.storage.schema import open_items


def close(act: Acting[Any], item: int | None, outcome: str) -> int:
    """Close an item, or all when `item` is None, with `outcome`; how many were open.

    Unless it was issued, nobody waits for its papers any more: its open deferrals are cancelled.
    """
    wanted = (open_items.c.application_id == act.application) & open_items.c.closed_at.is_(None)
    if item is not None:
        wanted &= open_items.c.item == item
    closed = act.connection.execute(
        update(open_items).where(wanted).values(closed_at=act.call.now, closed_as=outcome)
    ).rowcount
    if outcome == "issued":
        return closed
    for row in records.of_application(act.connection, act.application, "deferral"):
        its = json.loads(row.body)["item"]
        if row.state in ("open", "extended", "rejected") and (item is None or its == item):
            records.change(act.connection, row, state="cancelled", detail={"outcome": outcome})
    return closed
