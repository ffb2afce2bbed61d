"""`counter outbox`: what waits for the centre, and the rejection desk."""

from pathlib import Path

import click

from counter_tui import rejection
from counter_tui.bell import ring
from counter_tui.commands._desk import STEPS
from counter_tui.commands._rows import about, as_clerk, line, plain, task_plain, told
from counter_tui.commands._spoken import SpokenGroup
from counter_tui.commands._station import say, signed_in
from counter_tui.failure import WrongUse
from counter_tui.words import N_, Words


@click.group("outbox", cls=SpokenGroup)
def command() -> None:
    """Look at what waits for the centre, and at refusals."""


@command.command("list")
@as_clerk
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
                    "rows": [plain(at, row) for row in rows],
                }
            )
            return
        for row in rows:
            click.echo(line(row, Words(at.config.language)))


@command.command()
@click.argument("id", metavar="ID")
@as_clerk
def show(id: str, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """One row by id or number, with what the centre said about it."""
    with signed_in(clerk, pin_stdin) as at:
        row = at.store.outbox.find(id)
        if as_json:
            tasks = [task_plain(one) for one in at.store.tasks.history(row.key)]
            say({**plain(at, row), "tasks": tasks})
            return
        words = Words(at.config.language)
        click.echo(line(row, words))
        for text in about(at, row, words):
            click.echo(f"  {text}")
        open_task = rejection.rejection(at.store, row.key)
        if open_task:
            click.echo("\n".join(told(open_task, words)))


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_clerk
def export(file: Path, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Write what waits to FILE, sealed to the centre, to be carried there or to another station."""
    from counter_tui.carrying import export_outbox

    if file.exists():
        raise WrongUse(N_("{file} exists already; name a new file."), file=file)
    with signed_in(clerk, pin_stdin) as at:
        written = export_outbox(at.store, at.station, at.session.clerk_id, file)
        left = written.photos_left
        if as_json:
            photos = {"photos": written.photos, "photos_left": left}
            say({"file": str(file), "count": written.rows, **photos})
            return
        words = Words(at.config.language)
        click.echo(words(N_("{count} written, sealed."), count=written.rows))
        if left:
            click.echo(words(N_("Photos for which there was no room: {count}."), count=left))


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_clerk
def import_(file: Path, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Take over what another station of the same centre exported, and send it from here."""
    from counter_tui.carrying import import_outbox

    with signed_in(clerk, pin_stdin) as at:
        count = import_outbox(at.store, at.station, at.session, file)
        ring(at.config.home, "agent", {"do": "outbox"})
        if as_json:
            say({"count": count})
        else:
            click.echo(Words(at.config.language)(N_("{count} taken over."), count=count))


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_clerk
def receipts(file: Path, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Take the receipts that the centre gave for an outbox carried there."""
    from counter_tui.carrying import take_receipts

    with signed_in(clerk, pin_stdin) as at:
        settled = take_receipts(at.store, at.station, at.session, file)
        ring(at.config.home, "terminal", {"changed": "store"})
        if as_json:
            say({"receipted": settled.rows, "photos": settled.photos})
            return
        words = Words(at.config.language)
        click.echo(words(N_("{count} receipted."), count=settled.rows))
        if settled.photos:
            click.echo(words(N_("Photos that the centre holds: {count}."), count=settled.photos))


for _step in STEPS:
    command.add_command(_step)
