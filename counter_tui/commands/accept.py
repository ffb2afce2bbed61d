"""`counter accept`: an application from a facts file, by the same path as the screen's."""

import click

from counter_tui import accept
from counter_tui.bell import ring
from counter_tui.commands._facts import read_file, refused
from counter_tui.commands._named_pack import in_use
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.commands._station import say, signed_in
from counter_tui.failure import WrongUse
from counter_tui.limits import Limits
from counter_tui.signin import admit
from counter_tui.words import N_, Words


@click.command("accept", cls=SpokenCommand)
@click.argument("facts", metavar="FACTS.json")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--clerk", metavar="ID", help="Who accepts; needed where several are enrolled.")
@click.option("--pin-stdin", is_flag=True, help="Read the clerk's PIN from standard input.")
def command(facts: str, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Accept FACTS.json (`-`: standard input) without the screen, and queue it for the centre."""
    if facts == "-" and pin_stdin:
        raise WrongUse(N_("Facts and PIN cannot both come from standard input."))
    case = read_file(facts, as_json)
    with signed_in(clerk, pin_stdin) as at:
        pack = in_use(at.config.rules.pack, at.config.home)
        limits = Limits().by(pack.resolved.retention)
        admit(at.store, at.session, at.station, limits)
        with refused(pack, at.config, as_json):
            row = accept.accept_facts(at.store, at.session, at.station, pack, case, limits)
        ring(at.config.home, "agent", {"do": "outbox"})
        if as_json:
            say({"id": str(row.key), "number": row.number, "state": row.state})
        else:
            click.echo(Words(at.config.language)(N_("Accepted: {number}"), number=row.number))
