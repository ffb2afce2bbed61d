"""`counter outbox retry|correct|approve|withdraw|keep-held`: the steps of the rejection desk."""

from typing import Final

import click

from counter_tui import accept, second_person
from counter_tui.bell import ring
from counter_tui.certificates import station_hash
from counter_tui.clean import clean
from counter_tui.commands._facts import read_file, refused
from counter_tui.commands._named_pack import in_use
from counter_tui.commands._rows import as_clerk, line, plain
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.commands._station import SignedIn, read_pin, say, signed_in
from counter_tui.failure import WrongUse
from counter_tui.store import OutboxRow
from counter_tui.words import N_, Words


@click.command(cls=SpokenCommand)
@click.argument("id", metavar="ID")
@as_clerk
def retry(id: str, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Send one row again, now."""
    with signed_in(clerk, pin_stdin) as at:
        row = at.store.outbox.find(id)
        _done(at, at.store.rejections.retry(row.key, at.session.clerk_id), as_json)


@click.command(cls=SpokenCommand)
@click.argument("id", metavar="ID")
@click.argument("facts", metavar="FACTS.json")
@as_clerk
def correct(id: str, facts: str, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Replace the facts of a refused application and send it again under the same number."""
    case = read_file(facts)
    with signed_in(clerk, pin_stdin) as at:
        row = at.store.outbox.find(id)
        if row.action is not None:
            raise WrongUse(N_("Only an application is corrected from a facts file."))
        before = at.store.application(row.key)
        pack = in_use(at.config.rules.pack, at.config.home)
        with refused(pack, at.config, as_json):
            made = accept.application(
                case,
                pack,
                at.station,
                at.session.clerk_id,
                at.store.now(),
                before.id,
                station_hash(at.store),
                before.created_at,
                accept.particulars_of(before),
            )
        _done(at, at.store.correct(made, at.session.clerk_id), as_json)


@click.command(cls=SpokenCommand)
@click.argument("id", metavar="ID")
@click.option("--supervisor", metavar="ID", required=True, help="Who approves; PIN after yours.")
@click.option("--reason", metavar="TEXT", required=True, help="Why; 2 to 200 signs.")
@as_clerk
def approve(
    id: str, supervisor: str, reason: str, as_json: bool, clerk: str | None, pin_stdin: bool
) -> None:
    """Have a supervisor approve a row, or say that a possible duplicate is none, and send it."""
    with signed_in(clerk, pin_stdin) as at:
        row = at.store.outbox.find(id)
        pin = read_pin(pin_stdin, N_("PIN of the supervisor"))
        person = second_person.step_up(at.config.home, at.session.clerk_id, supervisor, pin)
        moved = second_person.approve(at.store, person, at.session.clerk_id, row.key, clean(reason))
        _done(at, moved, as_json)


@click.command(cls=SpokenCommand)
@click.argument("id", metavar="ID")
@click.option("--reason", metavar="TEXT", required=True, help="Why it is not to be sent.")
@as_clerk
def withdraw(id: str, reason: str, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Decide that a refused row is not to be sent."""
    with signed_in(clerk, pin_stdin) as at:
        row = at.store.outbox.find(id)
        moved = at.store.rejections.withdraw(row.key, at.session.clerk_id, clean(reason))
        _done(at, moved, as_json)


@click.command("keep-held", cls=SpokenCommand)
@click.argument("id", metavar="ID")
@as_clerk
def keep_held(id: str, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Go back to the earlier version that the centre already holds."""
    with signed_in(clerk, pin_stdin) as at:
        row = at.store.outbox.find(id)
        _done(at, at.store.rejections.keep_held(row.key, at.session.clerk_id), as_json)


STEPS: Final[tuple[click.Command, ...]] = (retry, correct, approve, withdraw, keep_held)
"""In the order the help shows them."""


def _done(at: SignedIn, row: OutboxRow, as_json: bool) -> None:
    ring(at.config.home, "agent", {"do": "outbox"})
    if as_json:
        say(plain(at, row))
    else:
        click.echo(line(row, Words(at.config.language)))
