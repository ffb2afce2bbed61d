"""`counter sync`: one round with the centre now, by the agent or, when none runs, here."""

import asyncio
import os
from typing import Any

import click

from counter_tui import config
from counter_tui.agent.lock import agent_lock
from counter_tui.bell import Bell, Message, ring
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.commands._station import say, unlocked
from counter_tui.config import Config
from counter_tui.failure import OutOfOrder, WrongUse
from counter_tui.keys.hardening import harden
from counter_tui.limits import asked
from counter_tui.logs import open_log
from counter_tui.signin import Session, leave_proof
from counter_tui.station import Station, read_station, store_path
from counter_tui.store import StoreThread
from counter_tui.words import N_, Words

_ANSWER_SECONDS = 120.0


@click.command("sync", cls=SpokenCommand)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--clerk", metavar="ID", help="Whose PIN opens the store, when no agent runs.")
@click.option("--pin-stdin", is_flag=True, help="Read the clerk's PIN from standard input.")
def command(as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Do one round with the centre now and print what moved."""
    harden()
    settings = config.load()
    station = read_station(settings.home)
    if station.centre is None:
        raise WrongUse(
            N_("The centre's answer is not installed yet: `counter enrol --centre FILE`")
        )
    summary = _summary(settings, station, clerk, pin_stdin)
    if as_json:
        say(summary)
    else:
        _tell(summary, Words(settings.language))
    if not summary["reached"]:
        raise OutOfOrder(N_("The centre does not answer; everything is kept and sent later."))


def _summary(
    settings: Config, station: Station, clerk: str | None, pin_stdin: bool
) -> dict[str, Any]:
    with agent_lock(settings.home) as nobody_else:
        if nobody_else:
            session = unlocked(settings.home, clerk, pin_stdin)
            return asyncio.run(_one_round(settings, station, session))
    return _ask_the_agent(settings, station, clerk, pin_stdin)


async def _one_round(settings: Config, station: Station, session: Session) -> dict[str, Any]:
    # Only here: the HTTP library is not needed when an agent runs.
    from counter_tui.agent.service import Agent

    store = await StoreThread.open(store_path(settings.home), session.store_key)
    try:
        await store.call(lambda open_: leave_proof(open_, session, station))
        await store.call(lambda open_: open_.sending.hurry())
        log = open_log(settings, "sync")
        limits = asked(settings.rules.pack, settings.home)
        agent = await Agent.open(settings.home, store, station, settings.rules.pack, limits, log)
        try:
            return (await agent.round()).as_json()
        finally:
            await agent.close()
    finally:
        store.close()


def _ask_the_agent(
    settings: Config, station: Station, clerk: str | None, pin_stdin: bool
) -> dict[str, Any]:
    reply = f"sync-{os.getpid()}"
    with Bell(settings.home, reply) as bell:
        answer = _answer(settings, bell, {"reply": reply})
        if answer.get("locked"):
            session = unlocked(settings.home, clerk, pin_stdin)
            ring(settings.home, "agent", {"key": session.store_key.hex()})
            answer = _answer(settings, bell, {"reply": reply})
    return answer


def _answer(settings: Config, bell: Bell, question: Message) -> Message:
    if not ring(settings.home, "agent", question):
        raise OutOfOrder(N_("The agent does not answer; start it again."))
    answer = bell.wait(_ANSWER_SECONDS)
    if answer is None:
        raise OutOfOrder(N_("The agent does not answer; start it again."))
    return answer


def _tell(summary: dict[str, Any], words: Words) -> None:
    click.echo(
        words(
            N_("Receipted: {receipted}. Refused: {refused}. Waiting: {waiting}."),
            receipted=summary["receipted"],
            refused=summary["refused"],
            waiting=summary["waiting"],
        )
    )
    if summary["needs_login"]:
        click.echo(words(N_("A clerk has to sign in before the rest can be sent.")))
