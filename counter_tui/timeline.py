"""What happened to one application: told by this station's audit and by the centre. No Textual."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from counter_tui import terms
from counter_tui.store import Store
from counter_tui.store.errors import Unknown
from counter_tui.words import N_
from intake.application import Application

HERE: Final[Mapping[str, str]] = {
    "revealed": N_("personal data shown"),
    "accepted": N_("accepted"),
    "corrected": N_("corrected"),
    "retried": N_("sent again"),
    "withdrawn": N_("withdrawn"),
    "approved": N_("approved by a supervisor"),
    "approval_asked": N_("waits for a supervisor"),
    **terms.ACTS,
    "receipted": N_("receipt of the centre"),
    "refused": N_("refused by the centre"),
}
"""What this station's audit says of an application; other entries are told by their own name."""

AT_CENTRE: Final[Mapping[str, str]] = {
    "application": N_("held by the centre"),
    "deferral": N_("deferral"),
    "supplement": N_("supplement"),
    "extension": N_("extension"),
    "waiver": N_("waiver"),
    "payment": N_("payment"),
    "parcel": N_("parcel"),
    "notice": N_("one-time notice"),
    "referral": N_("referral"),
    "check": N_("look at what was handed in"),
    "expiry": N_("expiry"),
    "reversal": N_("payment taken back"),
    "closure": N_("closed"),
    "conversion": N_("pre-acceptance taken over"),
    "print": N_("printed"),
    "arrangement": N_("parcels arranged anew"),
    "parcel-step": N_("parcel moved on"),
    "contact": N_("contact changed"),
}
"""What the centre's story is made of."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `what` is a marked sentence or a name; `by` a clerk's id."""

    at: datetime
    what: str
    by: str
    state: str
    at_centre: bool


def here(store: Store, application: UUID) -> list[Event]:
    """What this station knows, oldest first."""
    events = [
        Event(
            datetime.fromisoformat(entry.at),
            HERE.get(entry.event, entry.event),
            entry.clerk or "",
            str(entry.detail.get("outcome", "")),
            False,
        )
        for entry in store.audit.list(str(application))
    ]
    receipt = store.receipts.get(application)
    if receipt is not None:
        events.append(Event(receipt.time, HERE["receipted"], "", f"#{receipt.seq}", True))
    task = store.tasks.of(application)
    if task is not None:
        events.append(Event(task.opened_at, HERE["refused"], "", "", True))
    return sorted(events, key=lambda event: event.at)


def at_centre(answer: Mapping[str, Any]) -> list[Event]:
    """The centre's answer of `/v1/applications/{id}/history`."""
    return [
        Event(
            datetime.fromisoformat(one["at"]),
            AT_CENTRE.get(kind := str(one["kind"]), kind),
            one["by"],
            # That the centre holds an act goes without saying; a parcel is held at a post office.
            "" if one["state"] == "held" and kind != "parcel" else one["state"],
            True,
        )
        for one in answer.get("items", ())
    ]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an application now. `state` is the outbox row's, empty for another
    station's; `waiting` whether the centre was asked and has not answered; `problem` why it cannot
    answer."""

    number: str = ""
    label: str = ""
    state: str = ""
    application: Application | None = field(default=None, repr=False)
    events: tuple[Event, ...] = ()
    waiting: bool = False
    problem: str = ""


def ask(store: Store, application: UUID) -> None:
    """Leave the questions to the centre; what it said before is forgotten."""
    for name, path in _questions(application).items():
        store.cache.drop(name)
        store.questions.ask(name, path)


def known(store: Store, application: UUID) -> Known:
    """Everything there is to tell now."""
    story, whole = _questions(application)
    answered = store.cache.get(story)
    open_question = store.questions.get(story)
    theirs = at_centre(answered.body) if answered else []
    ours = here(store, application)
    if theirs:
        # The centre's own word that it holds the application says the same as its receipt.
        ours = [event for event in ours if event.what != HERE["receipted"]]
    events = sorted([*ours, *theirs], key=lambda event: event.at)
    row = None
    with suppress(Unknown):
        row = store.outbox.get(application)
    return Known(
        row.number if row else "",
        (row.label or "") if row else "",
        row.state if row else "",
        _body(store, application, whole),
        tuple(events),
        open_question is not None and not open_question.problem,
        (open_question.problem or "") if open_question else "",
    )


def forget(store: Store, application: UUID) -> None:
    """Drop what the centre said, so that it does not lie in the store for longer than needed."""
    for name in _questions(application):
        store.cache.drop(name)


def _questions(application: UUID) -> dict[str, str]:
    path = f"/v1/applications/{application}"
    return {f"history/{application}": f"{path}/history", f"applications/{application}": path}


def _body(store: Store, application: UUID, name: str) -> Application | None:
    held = store.cache.get(name)
    with suppress(Unknown):
        return store.application(application)
    if held is None:
        return None
    try:
        return Application.model_validate_json(json.dumps(held.body))
    except ValidationError:
        return None
