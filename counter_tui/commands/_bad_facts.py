"""How a command answers facts that are no facts: the field on stderr and, asked for JSON, in it."""

import json

import click

from counter_tui.failure import WrongUse
from intake.reading import BadFacts


def error_json(field: str, message: str) -> str:
    """The one JSON document that says which field is wrong."""
    error = {"error": {"field": field, "message": message}}
    return json.dumps(error, ensure_ascii=False, separators=(",", ":"))


def wrong(error: BadFacts, as_json: bool) -> WrongUse:
    """The failure to raise; with `as_json` the document has been printed before."""
    if as_json:
        click.echo(error_json(error.field, error.message))
    return WrongUse(str(error))
