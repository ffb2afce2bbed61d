"""When new cases stop: rules grown too old, too much or too long unsent. The present case goes on.

A guard is asked when a case is begun, never at its acceptance.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from counter_tui.failure import ClearNo
from counter_tui.limits import Limits
from counter_tui.signin import ClerkDisabled, Session, SignInRefused
from counter_tui.store import Store
from counter_tui.words import N_
from intake.days import city_day

Cause = Literal["pack_age", "outbox_age", "outbox_rows"]

_SENTENCES = {
    "pack_age": N_(
        "No new cases: the rules were last confirmed by the centre {days} days ago. Connect the "
        "network, or let a supervisor allow today."
    ),
    "outbox_age": N_(
        "No new cases: something has waited {days} days for the centre. Connect the network, or "
        "let a supervisor allow today."
    ),
    "outbox_rows": N_(
        "No new cases: {rows} applications wait for the centre. Connect the network, or let a "
        "supervisor allow today."
    ),
}


@dataclass(frozen=True, slots=True)
class Freeze:
    """Why no case may be begun. `days` or `rows` says how far beyond."""

    cause: Cause
    days: int = 0
    rows: int = 0


class Frozen(ClearNo):
    """No new case may be begun now."""

    def __init__(self, freeze: Freeze) -> None:
        self.freeze = freeze
        super().__init__(_SENTENCES[freeze.cause], days=freeze.days, rows=freeze.rows)


def freeze(store: Store, limits: Limits) -> Freeze | None:
    """Why no new case may be begun, or None. A supervisor's leave of today counts."""
    found = _found(store, limits)
    if found is None or _allowed(store, found.cause):
        return None
    return found


def allow_today(store: Store, supervisor: Session, cause: Cause) -> None:
    """A supervisor lets new cases begin until midnight here in spite of `cause`; it is recorded.

    Raises SignInRefused for anybody else; ClerkDisabled for one the centre refused.
    """
    if supervisor.role != "supervisor":
        raise SignInRefused(N_("Only a supervisor can allow this."))
    if store.settings.get(f"clerk.{supervisor.clerk_id}.refused"):
        raise ClerkDisabled
    store.settings.put(f"allowed.{cause}", city_day(store.now()).isoformat())
    store.audit.append("freeze_overridden", supervisor.clerk_id, cause=cause)


def _found(store: Store, limits: Limits) -> Freeze | None:
    confirmed = store.settings.get("pack.confirmed") or store.settings.get("station.made")
    age = store.now() - datetime.fromisoformat(confirmed) if confirmed else timedelta()
    if age > limits.pack_age:
        return Freeze("pack_age", days=age.days)
    waiting = store.outbox.waiting()
    if waiting.oldest and waiting.oldest > limits.outbox_age:
        return Freeze("outbox_age", days=waiting.oldest.days)
    if waiting.total >= limits.outbox_rows:
        return Freeze("outbox_rows", rows=waiting.total)
    return None


def _allowed(store: Store, cause: Cause) -> bool:
    return store.settings.get(f"allowed.{cause}") == city_day(store.now()).isoformat()
