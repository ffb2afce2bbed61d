"""The rejection desk without its screen: what was refused, why, and what there is to do.

    for one in rejections(store):
        what, advice = said(one, words)
        one.lines, one.phone, one.deadline, one.steps

Steps are done by `store.rejections` (`retry`, `withdraw`, `keep_held`), `store.correct` and
`store.correct_action`, and `second_person.approve`; each closes the task when it succeeds.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from counter_tui.place_words import place_text
from counter_tui.store import OutboxRow, Store, Task
from counter_tui.store.rejections import PENDING
from counter_tui.words import N_, Words

Step = Literal["correct", "approve", "keep_held", "retry", "withdraw", "close"]
"""What a person can do: open it and correct it (`correct`), have a supervisor approve it or say
that it is no duplicate (`approve`), go back to what the centre holds (`keep_held`), send it again
as it is (`retry`), decide that it is not sent (`withdraw`), or note that a matter of the station
was dealt with (`close`, `store.tasks.close`)."""

_OTHER_VERSION: Final = (
    N_("Program and centre do not speak the same version here."),
    N_("Call support with the number; it can be sent again after the update."),
)
_PASSING: Final = (
    N_("The centre could not take it at that moment."),
    N_("Send it again as it is; if it comes back, call support."),
)
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "invalid": (
        N_("The centre does not take this field: {field}."),
        N_("Correct it and send again; the number stays the same."),
    ),
    "unknown-pack": (
        N_("The centre does not know the rules this was decided by."),
        N_("Fetch the newest rules with `counter sync`, then open it and accept it again."),
    ),
    "rules-disagree": (
        N_("The centre decides otherwise in these lines."),
        N_("Compare the lines, then correct it; if ours is right, call support."),
    ),
    "id-taken": (
        N_("The centre holds other contents under this number."),
        N_("Keep what the centre holds where it is an earlier version; else call support."),
    ),
    "possible-duplicate": (
        N_("The same person has the same item open: {number}."),
        N_("Ask the applicant. The same: withdraw this. Not: a supervisor gives the reason."),
    ),
    "approval-required": (
        N_("The centre wants a supervisor's approval."),
        N_("Let a supervisor approve it here, with their own PIN or card."),
    ),
    "approval-refused": (
        N_("The centre did not take the supervisor's approval."),
        N_("Let a supervisor approve it again; an approval holds for ten minutes."),
    ),
    PENDING: (
        N_("It waits for a supervisor; the centre was away when it was asked for."),
        N_("Let a supervisor approve it here once the network is back."),
    ),
    "state-conflict": (
        N_("The centre's state of this application does not allow this step."),
        N_("Look the application up; then send the step again or withdraw it."),
    ),
    "not-found": (
        N_("The centre does not know what this belongs to."),
        N_("Send it again when the application has arrived; else call support."),
    ),
    "too-large": (
        N_("It is larger than the centre takes."),
        N_("Call support with the number; nothing is lost."),
    ),
    "key-reused": (
        N_("The centre holds another step under this one's key."),
        N_("Do the step again, then withdraw this one; if it repeats, call support."),
    ),
    "blob-refused": (
        N_("The centre does not take the photo's file."),
        N_("Correct it with a new photo; if it comes back, call support."),
    ),
    "precondition-failed": (
        N_("The centre has something of this number already."),
        N_("Look the application up; then send it again or withdraw it."),
    ),
    "unauthenticated": (
        N_("The centre did not know who sent this."),
        N_("Sign in again and send it again; if it comes back, call support."),
    ),
    "locked-out": (
        N_("The centre lets nobody in for a while: too many failed sign-ins."),
        N_("Wait a quarter of an hour, then send it again."),
    ),
    "unknown": (
        N_("What answered was not the centre; something on the way may have."),
        N_("Send it again; if it comes back, call support about the network."),
    ),
    "unsupported-type": _OTHER_VERSION,
    "method-not-allowed": _OTHER_VERSION,
    "precondition-required": _OTHER_VERSION,
    "rate-limited": _PASSING,
    "too-slow": _PASSING,
    "fault": _PASSING,
    "unavailable": _PASSING,
    "store-rolled-back": (
        N_("The store is older than what the centre has received from this station."),
        N_("Nothing is sent twice. Call support: drafts since that copy may be missing."),
    ),
    "audit-cut": (
        N_("The local audit does not contain what this station had sent to the centre."),
        N_("Go on working and call support: the store was cut or put back."),
    ),
}
"""What happened and what to do, by the problem's name."""

_WHOLE: Final = "?"
"""In a field's place where the centre names none."""
OTHER: Final = (
    N_("The centre refused this for a reason that this version does not know: {reason}."),
    N_("Call support with the number; nothing is lost."),
)
"""For a problem that has no sentences of its own: of a newer centre."""


@dataclass(frozen=True, slots=True)
class Line:
    """One place where the centre decides otherwise: its path in the decision, and both values."""

    path: str
    station: Any
    centre: Any


@dataclass(frozen=True, slots=True)
class Rejection:
    """One task, ready to be shown.

    `what` and `advice` are marked sentences, both with their places filled from `values`. `key` is
    None for a matter of the station as a whole, and then so are `row` and `phone`. `existing` is
    the number of the application that may be the same. `steps` stand in the order of usefulness.
    """

    task: int
    key: UUID | None
    row: OutboxRow | None
    reason: str
    what: str
    advice: str
    values: dict[str, str]
    lines: tuple[Line, ...]
    existing: str | None
    phone: str | None
    opened_at: datetime
    deadline: datetime | None
    overdue: bool
    steps: tuple[Step, ...]


def rejections(store: Store) -> list[Rejection]:
    """Every open task, the nearest deadline first."""
    return [_rejection(store, task) for task in store.tasks.list()]


def rejection(store: Store, key: UUID) -> Rejection | None:
    """The open task of one outbox row; None when it has none."""
    task = store.tasks.of(key)
    return _rejection(store, task) if task else None


def sentences(task: Task) -> tuple[str, str, dict[str, str]]:
    """What happened, what to do, and the values for their places."""
    what, advice = SENTENCES.get(task.reason, OTHER)
    values = {
        "field": str(task.detail.get("field") or _WHOLE),
        "number": _existing(task) or "?",
        "reason": task.reason,
    }
    return what, advice, values


def said(one: Rejection, words: Words) -> tuple[str, str]:
    """What happened and what to do, with the field called by its name."""
    field = one.values["field"]
    named = words(N_("the whole")) if field == _WHOLE else place_text(field, words)
    values = {**one.values, "field": named}
    return words(one.what, **values), words(one.advice, **values)


def lines(task: Task) -> tuple[Line, ...]:
    """Where the centre decides otherwise; empty for other refusals."""
    found = task.detail.get("lines")
    return tuple(
        Line(str(one.get("path", "")), one.get("station"), one.get("centre"))
        for one in (found if isinstance(found, list) else [])
        if isinstance(one, dict)
    )


def _rejection(store: Store, task: Task) -> Rejection:
    row = store.outbox.get(task.key) if task.key else None
    what, advice, values = sentences(task)
    return Rejection(
        task=task.id,
        key=task.key,
        row=row,
        reason=task.reason,
        what=what,
        advice=advice,
        values=values,
        lines=lines(task),
        existing=_existing(task),
        phone=task.phone,
        opened_at=task.opened_at,
        deadline=task.deadline,
        overdue=task.deadline is not None and task.deadline < store.now(),
        steps=tuple(_steps(store, task, row)),
    )


def _steps(store: Store, task: Task, row: OutboxRow | None) -> list[Step]:
    if row is None:
        return ["close"]
    found: list[Step] = []
    if task.reason == "id-taken" and store.rejections.can_keep_held(row.key):
        found.append("keep_held")
    if row.state == "needs_supervisor" or task.reason == "possible-duplicate":
        found.append("approve")
    # What was carried here from another station is sealed: it is corrected there.
    if row.origin is None and row.action is None:
        found.append("correct")
    if row.state == "needs_clerk":
        found.append("retry")
    return [*found, "withdraw"]


def _existing(task: Task) -> str | None:
    existing = task.detail.get("existing")
    number = existing.get("number") if isinstance(existing, dict) else None
    return str(number) if number else None
