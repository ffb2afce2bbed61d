"""`counter print ID`: papers of an application, for people at a shell."""

import asyncio
from uuid import UUID

import click

from counter_tui.bell import ring
from counter_tui.commands._named_pack import in_use
from counter_tui.commands._rows import as_clerk
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.commands._station import SignedIn, say, signed_in
from counter_tui.failure import ClearNo
from counter_tui.papers import About, PaperDesk
from counter_tui.slips.slip import Slip
from counter_tui.store import Store
from counter_tui.store.errors import Unknown
from counter_tui.store.prints import Printed
from counter_tui.words import N_, Words


class _Office:
    """What the paper desk needs of an office, over an open store."""

    def __init__(self, at: SignedIn) -> None:
        self._at = at

    async def ask(self, work):  # type: ignore[no-untyped-def]
        return work(self._at.store)

    def wake_agent(self) -> None:
        ring(self._at.config.home, "agent", {"changed": "outbox"})


@click.command("print", cls=SpokenCommand)
@click.argument("id", metavar="ID")
@click.option(
    "--what",
    type=click.Choice(["receipt", "notice", "deferral", "referral", "waybill", "expiry"]),
    help="Only this paper.",
)
@as_clerk
def command(id: str, what: str | None, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Print the papers of an application (id or number); what was printed before is a reprint."""
    with signed_in(clerk, pin_stdin) as at:
        words = Words(at.config.language)
        pack = in_use(at.config.rules.pack, at.config.home)
        desk = PaperDesk(
            _Office(at),  # type: ignore[arg-type]
            pack,
            at.session.clerk_id,
            at.config.printer.uri,
            words,
            at.store.now,
        )
        done = asyncio.run(_print(desk, at.store, id, what))
    if as_json:
        say([{"what": one.what, "copy": one.copy, "sha256": one.sha256} for one in done])
        return
    for one in done:
        click.echo(words(N_("Printed: {what}"), what=desk.told(one)))


async def _print(desk: PaperDesk, store: Store, id: str, what: str | None) -> list[Printed]:
    about, slips = await _papers(desk, store, id, what)
    wanted = [slip for slip in slips if what in (None, slip.what)]
    if not wanted:
        raise ClearNo(N_("There is no such paper of this application here."))
    return [await desk.put(about, slip) for slip in wanted]


async def _papers(
    desk: PaperDesk, store: Store, id: str, what: str | None
) -> tuple[About, list[Slip]]:
    """From the application while the station has it in plain, else from the journal of papers."""
    application = _application(store, id)
    try:
        if what == "waybill":
            return await desk.waybill_of(application)
        return await desk.of_accepted(application)
    except Unknown:
        newest: dict[str, Printed] = {}
        for one in reversed(store.prints.list(application)):
            newest[one.what] = one
        kept = [one for one in newest.values() if one.slip is not None]
        if not kept:
            raise ClearNo(N_("There is no such paper of this application here.")) from None
        first = kept[0]
        about = About(application, first.number, first.label, first.sha256)
        return about, [Slip.from_json(one.slip) for one in kept if one.slip is not None]


def _application(store: Store, id: str) -> UUID:
    try:
        return store.outbox.find(id).application
    except Unknown:
        for one in store.prints.list():
            if id in (str(one.application), one.number):
                return one.application
        raise
