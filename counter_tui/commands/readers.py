"""`counter readers`: what is configured and whether it answers, and what else is plugged in."""

import json
from pathlib import Path
from typing import Any

import click

from counter_tui import config
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.device_words import failure
from counter_tui.failure import ClearNo
from counter_tui.words import N_, Words
from devices import uri
from devices.discovery import plugged_in
from devices.factory import Options
from devices.once import ReaderState, look
from devices.records import Problem, ReaderError


@click.command(cls=SpokenCommand, help="List readers and their state.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(as_json: bool) -> None:
    """One line a reader: `ready`, `not_ready` with the reason, or `not_configured`."""
    settings = config.load()
    words = Words(settings.language)
    configured = settings.readers.uris
    trust = Path(settings.readers.trust) if settings.readers.trust else None
    rows = [_configured(state, words) for state in look(configured, Options(trust=trust))]
    rows += [_unused(one, words) for one in plugged_in() if one not in configured]
    if as_json:
        click.echo(json.dumps({"readers": rows}, ensure_ascii=False))
    elif rows:
        click.echo("\n".join(f"{row['uri']}  {row['text']}" for row in rows))
    if not rows:
        raise ClearNo(N_("No reader is configured, and none is plugged in."))


def _configured(state: ReaderState, words: Words) -> dict[str, Any]:
    problem = state.problem
    if problem is not None:
        text = failure(_error(state, problem)).said(words)
    elif state.sam_number is not None:
        text = words(N_("Ready, module {number}."), number=state.sam_number)
    else:
        text = words(N_("Ready."))
    return {
        "uri": state.uri,
        "state": "ready" if problem is None else "not_ready",
        "problem": None if problem is None else str(problem),
        "sam_number": state.sam_number,
        "text": text,
    }


def _error(state: ReaderState, problem: Problem) -> ReaderError:
    try:
        uri.parse(state.uri)
    except ReaderError as error:
        return error
    return ReaderError(problem)


def _unused(address: str, words: Words) -> dict[str, Any]:
    text = words(N_("Plugged in, but not in counter.toml."))
    return {
        "uri": address,
        "state": "not_configured",
        "problem": None,
        "sam_number": None,
        "text": text,
    }
