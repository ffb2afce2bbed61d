"""The second person: a supervisor at the clerk's own terminal approves one thing, and only that.

    supervisor = await asyncio.to_thread(second_person.step_up, home, clerk, "s-0001", pin)
    row = await thread.call(
        lambda store: second_person.approve(store, supervisor, clerk, key, "certificate seen")
    )

The clerk stays signed in; the supervisor's session is dropped after the step. What is signed is
the hash of the very bytes, by the key of the sealed file or of the PKI card that the PIN opened,
and the centre alone grants it. While the centre is away nothing is granted: the row waits as
`needs_supervisor` under the reason `approval-pending`, and is approved again once there is a
network, because the centre takes an approval for ten minutes only. What is approved at an open
case (`approve_ahead`) is bound to its application instead, and may wait with it.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from counter_tui import signin
from counter_tui.failure import WrongUse
from counter_tui.ids import uuid7
from counter_tui.signin import ClerkDisabled, ClockWentBack, Session, SignInRefused
from counter_tui.store import OutboxRow, Store
from counter_tui.words import N_

SHORTEST_REASON, LONGEST_REASON = 2, 200
"""How many signs a reason has; the centre wants the same."""


class NotAnotherSupervisor(SignInRefused):
    """The second person is the clerk, or no supervisor."""

    def __init__(self) -> None:
        super().__init__(N_("Only another person who is a supervisor can approve this."))


def supervisors(home: Path, clerk_id: str) -> list[signin.ClerkCard]:
    """Who can be asked at this station, other than the clerk: id, name, role."""
    return [
        one for one in signin.list_clerks(home) if one.role == "supervisor" and one.id != clerk_id
    ]


def step_up(home: Path, clerk_id: str, supervisor_id: str, pin: str) -> Session:
    """The supervisor's session, for one step. Blocks for about 0.5 s; call it on a thread.

    Raises NotAnotherSupervisor before the PIN is looked at, and what `signin.unlock` raises: the
    supervisor's own tries, delays and lock count here as at the sign-in. A card is asked for its
    signature only by `approve`, which then raises NoCard, CardPin or CardLocked.
    """
    if all(one.id != supervisor_id for one in supervisors(home, clerk_id)):
        raise NotAnotherSupervisor
    session = signin.unlock(home, supervisor_id, pin)
    _must_be_another(session, clerk_id)
    return session


def approve(
    store: Store,
    supervisor: Session,
    clerk_id: str,
    key: UUID,
    reason: str,
) -> OutboxRow:
    """Approve a row that waits for it and send it again; blocks for about 0.3 s.

    For a possible duplicate, now or when it was asked for, `reason` (2 to 200 signs) goes to the
    centre with it. Answers the row: `queued`, or `needs_supervisor` while the centre is away.
    Raises NotAnotherSupervisor, ClerkDisabled, ClockWentBack, WrongUse for a reason that is none,
    Unknown, WrongState, and what signing raises.
    """
    may_approve(store, supervisor, clerk_id)
    said = _reason(reason)
    row = store.outbox.get(key)
    override = said if is_duplicate(store, row) else None
    if store.contact.offline_since() is not None:
        return store.rejections.ask_supervisor(key, clerk_id, override, supervisor.clerk_id)
    approval = signed_approval(supervisor, row.sha256, row.action or "accept", said, store.now())
    return store.rejections.approve(key, clerk_id, supervisor.clerk_id, approval, override)


def approve_ahead(
    store: Store,
    supervisor: Session,
    clerk_id: str,
    application: UUID,
    action: str,
    bodies: Sequence[bytes],
    reason: str,
) -> dict[str, str]:
    """Approve `action` over `bodies` before the application is accepted; by the hash of each.

    Each approval names the application and serves no other, so that the centre takes it also when
    it comes late, after days without a network. Raises as `approve` does.
    """
    may_approve(store, supervisor, clerk_id)
    said = _reason(reason)
    signed = {
        sha256: signed_approval(supervisor, sha256, action, said, store.now(), application)
        for sha256 in (hashlib.sha256(body).hexdigest() for body in bodies)
    }
    for sha256 in signed:
        store.audit.append(
            "approved",
            clerk_id,
            str(application),
            action=action,
            sha256=sha256,
            by=supervisor.clerk_id,
        )
    return signed


def is_duplicate(store: Store, row: OutboxRow) -> bool:
    """Whether what is to be approved is that a possible duplicate is none."""
    task = store.tasks.of(row.key)
    asked = task is not None and "possible-duplicate" in (task.reason, task.detail.get("of"))
    return row.override is not None or asked


def may_approve(store: Store, supervisor: Session, clerk_id: str) -> None:
    """Raises NotAnotherSupervisor, ClerkDisabled or ClockWentBack when this person may not."""
    _must_be_another(supervisor, clerk_id)
    if store.contact.clock_went_back():
        raise ClockWentBack
    if store.settings.get(f"clerk.{supervisor.clerk_id}.refused"):
        raise ClerkDisabled


def signed_approval(
    supervisor: Session,
    sha256: str,
    action: str,
    reason: str,
    at: datetime,
    application: UUID | None = None,
) -> str:
    """A compact JWS (`approval+jws`) over one `action` on one body, as the centre takes it; for one
    `application` only where that is named."""
    payload = {
        "sub": supervisor.clerk_id,
        "sha256": sha256,
        "action": action,
        "reason": reason,
        "iat": int(at.timestamp()),
        "jti": str(uuid7()),
    }
    if application is not None:
        payload["application"] = str(application)
    return supervisor.sign(payload, "approval+jws")


def unlock_clerk(home: Path, store: Store, supervisor: Session, clerk_id: str) -> None:
    """A supervisor gives a locked clerk five new tries. Raises NotAnotherSupervisor."""
    _must_be_another(supervisor, clerk_id)
    signin.give_tries(home, clerk_id)
    store.audit.append("clerk_unlocked", supervisor.clerk_id, clerk_id)


def _reason(text: str) -> str:
    said = text.strip()
    if not SHORTEST_REASON <= len(said) <= LONGEST_REASON:
        raise WrongUse(N_("Give the reason in 2 to 200 signs."))
    return said


def _must_be_another(supervisor: Session, clerk_id: str) -> None:
    # The role is authenticated by the seal that the PIN opened.
    if supervisor.role != "supervisor" or supervisor.clerk_id == clerk_id:
        raise NotAnotherSupervisor
