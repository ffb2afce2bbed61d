"""`counter outbox`: what waits for the centre, and the rejection desk."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from counter_tui.bell import ring
from counter_tui.commands._station import SignedIn, say, signed_in
from counter_tui.failure import WrongUse
from counter_tui.store import OutboxRow
from counter_tui.words import N_, Words

_clerk = click.option("--clerk", metavar="ID", help="Who asks; needed where several are enrolled.")
_pin = click.option("--pin-stdin", is_flag=True, help="Read the clerk's PIN from standard input.")
_json = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


@click.group("outbox")
def command() -> None:
    """Look at what waits for the centre, and at refusals."""


@command.command("list")
@_json
@_clerk
@_pin
def list_(as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """What is on its way, oldest first."""
    with signed_in(clerk, pin_stdin) as at:
        rows = at.store.outbox.list()
        waiting = at.store.outbox.waiting()
        if as_json:
            oldest = int(waiting.oldest.total_seconds()) if waiting.oldest else None
            say(
                {
                    "waiting": waiting.total,
                    "oldest_seconds": oldest,
                    "rows": [_plain(at, row) for row in rows],
                }
            )
            return
        for row in rows:
            click.echo(_line(row, Words(at.config.language)))


@command.command()
@click.argument("id", metavar="ID")
@_json
@_clerk
@_pin
def show(id: str, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """One row by id or number, with what the centre said about it."""
    with signed_in(clerk, pin_stdin) as at:
        row = at.store.outbox.find(id)
        shown = {
            **_plain(at, row),
            "tasks": [_task(one) for one in at.store.tasks.history(row.key)],
        }
        if as_json:
            say(shown)
            return
        click.echo(_line(row, Words(at.config.language)))
        for name, value in shown.items():
            if value not in (None, []):
                click.echo(f"  {name}: {value}")


@command.command()
@click.argument("id", metavar="ID")
@_json
@_clerk
@_pin
def retry(id: str, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Send one row again, now."""
    with signed_in(clerk, pin_stdin) as at:
        row = at.store.outbox.retry(at.store.outbox.find(id).key)
        at.store.audit.append("retried", at.session.clerk_id, str(row.key))
        ring(at.config.home, "agent", {"do": "outbox"})
        if as_json:
            say(_plain(at, row))
        else:
            click.echo(_line(row, Words(at.config.language)))


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_json
@_clerk
@_pin
def export(file: Path, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Write what waits to FILE, sealed to the centre, to be carried there or to another station."""
    from counter_tui.carrying import export_outbox

    if file.exists():
        raise WrongUse(N_("{file} exists already; name a new file."), file=file)
    with signed_in(clerk, pin_stdin) as at:
        count = export_outbox(at.store, at.station, at.session.clerk_id, file)
        if as_json:
            say({"file": str(file), "count": count})
        else:
            click.echo(Words(at.config.language)(N_("{count} written, sealed."), count=count))


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_json
@_clerk
@_pin
def import_(file: Path, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Take over what another station of the same centre exported, and send it from here."""
    from counter_tui.carrying import import_outbox

    with signed_in(clerk, pin_stdin) as at:
        count = import_outbox(at.store, at.station, at.session.clerk_id, file)
        ring(at.config.home, "agent", {"do": "outbox"})
        if as_json:
            say({"count": count})
        else:
            click.echo(Words(at.config.language)(N_("{count} taken over."), count=count))


def _plain(at: SignedIn, row: OutboxRow) -> dict[str, Any]:
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


def _task(task: Any) -> dict[str, Any]:
    return {
        "reason": task.reason,
        "detail": task.detail,
        "opened_at": task.opened_at.isoformat(),
        "deadline": _time(task.deadline),
        "closed_at": _time(task.closed_at),
        "outcome": task.outcome,
    }


def _line(row: OutboxRow, words: Words) -> str:
    name = row.number or str(row.key)
    return f"{name}  {words(STATES[row.state])}  {row.problem or ''}".rstrip()


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


STATES = {
    "queued": N_("queued"),
    "sending": N_("being sent"),
    "receipted": N_("receipted"),
    "needs_clerk": N_("needs the clerk"),
    "needs_login": N_("needs a sign-in"),
    "needs_supervisor": N_("needs a supervisor"),
    "withdrawn": N_("withdrawn"),
}
