"""Facts from a file, and what a command says when the rules do not accept them."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from counter_tui.accept import NotAccepted
from counter_tui.clean import TooDeep, clean_document
from counter_tui.commands._bad_facts import wrong
from counter_tui.config import Config
from counter_tui.decision_text import decision_lines
from counter_tui.failure import WrongUse
from counter_tui.words import N_, Words
from intake.facts import Facts
from intake.pack import Pack
from intake.reading import BadFacts, read_facts, read_facts_json

_LARGEST: Final = 1 << 20


def read_file(path: str, as_json: bool = False) -> Facts:
    """The facts in a file (`-`: standard input), cleaned. Raises WrongUse naming the field.

    With `as_json` the complaint has also been printed as a document.
    """
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
        raise wrong(error, as_json) from None
    except TooDeep:
        raise WrongUse(N_("{path}: nested too deep for facts"), path=path) from None


@contextmanager
def refused(pack: Pack, config: Config, as_json: bool) -> Iterator[None]:
    """Show the decision when the rules do not accept, and let the refusal go on."""
    try:
        yield
    except NotAccepted as no:
        if as_json:
            click.echo(no.decision.model_dump_json(by_alias=True))
        lines = decision_lines(no.decision, pack, Words(config.language))
        click.echo("\n".join(lines), err=True)
        raise


def _parsed(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # Says what is wrong with the text in the same words as every other bad fact.
        return read_facts_json(text)
