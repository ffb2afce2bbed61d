"""How the outbox commands show a row and a task, as JSON and to people."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

import click

from counter_tui import rejection, terms
from counter_tui.commands._station import SignedIn
from counter_tui.place_words import place_text, value_text
from counter_tui.rejection import Rejection
from counter_tui.store import OutboxRow, Task
from counter_tui.words import N_, Words
from intake.days import city_time

Command = TypeVar("Command", bound=Callable[..., Any])


def as_clerk(command: Command) -> Command:
    """The options every command of the outbox has: how to answer, and who asks."""
    for option in (
        click.option("--pin-stdin", is_flag=True, help="Read the clerk's PIN from standard input."),
        click.option("--clerk", metavar="ID", help="Who asks; needed where several are enrolled."),
        click.option("--json", "as_json", is_flag=True, help="One JSON document."),
    ):
        command = option(command)
    return command


def plain(at: SignedIn, row: OutboxRow) -> dict[str, Any]:
    """A row as JSON."""
    receipt = at.store.receipts.get(row.key)
    return {
        "id": str(row.key),
        "application": str(row.application),
        "action": row.action,
        "number": row.number,
        "state": row.state,
        "clerk": row.clerk,
        "queued_at": row.queued_at.isoformat(),
        "attempts": row.attempts,
        "tried_at": _time(row.tried_at),
        "next_try_at": _time(row.next_try_at),
        "problem": row.problem,
        "sha256": row.sha256,
        "receipt": {"seq": receipt.seq, "time": receipt.time.isoformat(), "jws": receipt.jws}
        if receipt
        else None,
    }


def task_plain(task: Task) -> dict[str, Any]:
    """A task as JSON, open or closed, with what it means and what to do."""
    what, advice, values = rejection.sentences(task)
    words = Words("en")
    return {
        "reason": task.reason,
        "what": words(what, **values),
        "advice": words(advice, **values),
        "detail": task.detail,
        "phone": task.phone,
        "opened_at": task.opened_at.isoformat(),
        "deadline": _time(task.deadline),
        "closed_at": _time(task.closed_at),
        "outcome": task.outcome,
    }


def line(row: OutboxRow, words: Words) -> str:
    """A row in one line: whose, what was done when it is no application, where it stands."""
    act = words(terms.ACTS.get(row.action, row.action)) if row.action else ""
    state = words(terms.ROW_STATES[row.state])
    return "  ".join(filter(None, (row.number or str(row.key), act, state, row.problem)))


def about(at: SignedIn, row: OutboxRow, words: Words) -> Iterator[str]:
    """What else is known of a row, line by line."""
    yield words(N_("Queued {time} by {clerk}"), time=_shown(row.queued_at), clerk=row.clerk)
    if row.tried_at:
        text = N_("Tries: {count}, the last {time}")
        yield words(text, count=row.attempts, time=_shown(row.tried_at))
    if row.next_try_at:
        yield words(N_("Next try {time}"), time=_shown(row.next_try_at))
    if receipt := at.store.receipts.get(row.key):
        yield words(N_("Receipt {seq} of {time}"), seq=receipt.seq, time=_shown(receipt.time))
    yield f"id {row.key}"
    yield f"sha256 {row.sha256}"


def told(open_task: Rejection, words: Words) -> Iterator[str]:
    """An open task, line by line: what happened, where, what to do, whom to call, until when."""
    what, advice = rejection.said(open_task, words)
    yield what
    for one in open_task.lines:
        yield words(
            N_("  {path}: here {station}, at the centre {centre}"),
            path=place_text(one.path, words),
            station=value_text(one.station, words),
            centre=value_text(one.centre, words),
        )
    yield advice
    if open_task.phone:
        yield words(N_("Phone: {phone}"), phone=open_task.phone)
    if open_task.deadline:
        text = N_("Overdue since {time}") if open_task.overdue else N_("Until {time}")
        yield words(text, time=_shown(open_task.deadline))


def _shown(moment: datetime) -> str:
    return city_time(moment).strftime("%Y-%m-%d %H:%M")


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
