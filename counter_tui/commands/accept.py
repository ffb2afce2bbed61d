"""`counter accept`: an application from a facts file, by the same path as the screen's."""

import json
import sys
from pathlib import Path
from typing import Final

import click

from counter_tui import accept, packs
from counter_tui.accept import NotAccepted
from counter_tui.bell import ring
from counter_tui.clean import TooDeep, clean_document
from counter_tui.commands._station import say, signed_in
from counter_tui.decision_text import decision_lines
from counter_tui.failure import WrongUse
from counter_tui.limits import Limits
from counter_tui.signin import admit
from counter_tui.words import N_, Words
from intake.facts import Facts
from intake.pack import PackError
from intake.reading import BadFacts, read_facts, read_facts_json

_LARGEST: Final = 1 << 20


@click.command("accept")
@click.argument("facts", metavar="FACTS.json")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--clerk", metavar="ID", help="Who accepts; needed where several are enrolled.")
@click.option("--pin-stdin", is_flag=True, help="Read the clerk's PIN from standard input.")
def command(facts: str, as_json: bool, clerk: str | None, pin_stdin: bool) -> None:
    """Accept FACTS.json (`-`: standard input) without the screen, and queue it for the centre."""
    if facts == "-" and pin_stdin:
        raise WrongUse(N_("Facts and PIN cannot both come from standard input."))
    case = _facts(facts)
    with signed_in(clerk, pin_stdin) as at:
        words = Words(at.config.language)
        try:
            pack = packs.in_use(at.config.rules.pack, at.config.home).pack
        except PackError as error:
            raise WrongUse(str(error)) from None
        admit(at.store, at.session, at.station)
        try:
            limits = Limits().by(pack.resolved.retention)
            row = accept.accept_facts(at.store, at.session, at.station, pack, case, limits)
        except NotAccepted as refused:
            if as_json:
                click.echo(refused.decision.model_dump_json(by_alias=True))
            click.echo("\n".join(decision_lines(refused.decision, pack, words)), err=True)
            raise
        ring(at.config.home, "agent", {"do": "outbox"})
        if as_json:
            say({"id": str(row.key), "number": row.number, "state": row.state})
        else:
            click.echo(words(N_("Accepted: {number}"), number=row.number))


def _facts(path: str) -> Facts:
    """The facts in the file, cleaned. Raises WrongUse naming the field."""
    try:
        if path == "-":
            text = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with Path(path).open("rb") as file:
                text = file.read(_LARGEST + 1)
    except OSError as error:
        raise WrongUse(N_("{path}: {why}"), path=path, why=error.strerror) from None
    if len(text) > _LARGEST:
        raise WrongUse(N_("{path}: too large for facts"), path=path)
    try:
        return read_facts(clean_document(_parsed(text)))
    except BadFacts as error:
        raise WrongUse(str(error)) from None
    except TooDeep:
        raise WrongUse(N_("{path}: nested too deep for facts"), path=path) from None


def _parsed(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # Says what is wrong with the text in the same words as every other bad fact.
        return read_facts_json(text)
