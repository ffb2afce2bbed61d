"""`counter decide`: what the rules say about facts, one case or a file of them."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any, Final

import click

from counter_tui import config
from counter_tui.commands._bad_facts import error_json, wrong
from counter_tui.commands._named_pack import deciding
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.decision_text import (
    decision_lines,
    flip_lines,
    offer_lines,
    saving_lines,
    tally_lines,
)
from counter_tui.failure import WrongUse
from counter_tui.why_text import why_lines
from counter_tui.words import N_, Words
from intake.decide import decide
from intake.decision import Decision
from intake.facts import Facts
from intake.pack import Pack
from intake.reading import BadFacts, read_facts_json
from intake.replay import Flip, Tally, replay
from intake.whatif import ACCEPTABLE, offers, savings

LONGEST_LINE: Final = 1 << 20
"""Bytes of one case; a longer line is bad input, not memory."""


@click.command(cls=SpokenCommand)
@click.argument("facts", required=False, metavar="[FACTS.json]")
@click.option("--pack", "name", help="The pack that decides, by name or folder.")
@click.option(
    "--batch",
    metavar="FILE.jsonl",
    help="One facts object a line in, one decision a line out. `-` is standard input.",
)
@click.option(
    "--against", metavar="NAME", help="A second pack: report only what it decides otherwise."
)
@click.option("--why", is_flag=True, help="For people: the rules behind each line, as a tree.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of facts and decision.")
def command(
    facts: str | None,
    name: str | None,
    batch: str | None,
    against: str | None,
    why: bool,
    as_json: bool,
    schema: bool,
) -> None:
    """Say what the rules say about FACTS.json (`-`: standard input)."""
    settings = config.load()
    words = Words(settings.language)
    if schema:
        click.echo(json.dumps(_schema(), ensure_ascii=False, indent=2))
        return
    if (facts is None) == (batch is None):
        raise WrongUse(N_("Name one facts file, or a file of cases with --batch."))
    pack = deciding(name or settings.rules.pack, settings.home)
    other = deciding(against, settings.home) if against else None
    if batch is not None:
        with _opened(batch) as lines:
            if other is None:
                _answer_each(lines, _decided(pack))
            else:
                _answer_each(lines, _replayed(pack, other, tally := Tally()))
                for sentence in tally_lines(tally, words):
                    click.echo(sentence, err=True)
        return
    try:
        case = read_facts_json(_whole(facts or "-"))
        if other is not None:
            _say_flip(replay(case, pack, other), as_json, words)
        elif why:
            click.echo("\n".join(why_lines(case, pack, decide(case, pack), words)))
        else:
            _say(case, pack, as_json, words)
    except BadFacts as error:
        raise wrong(error, as_json) from None


def _schema() -> dict[str, Any]:
    return {
        "facts": Facts.model_json_schema(by_alias=True),
        "decision": Decision.model_json_schema(by_alias=True, mode="serialization"),
    }


def _opened(path: str) -> IO[bytes]:
    if path == "-":
        return sys.stdin.buffer
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise WrongUse(N_("{path}: {why}"), path=path, why=error.strerror) from None


def _whole(path: str) -> bytes:
    with _opened(path) as source:
        text = source.read(LONGEST_LINE + 1)
    if len(text) > LONGEST_LINE:
        raise WrongUse(N_("{path}: too large for facts"), path=path)
    return text


def _say(case: Facts, pack: Pack, as_json: bool, words: Words) -> None:
    decision = decide(case, pack)
    if as_json:
        click.echo(decision.model_dump_json(by_alias=True))
        return
    if decision.outcome in ACCEPTABLE:
        ways = saving_lines(savings(case, pack), words)
    else:
        ways = offer_lines(offers(case, pack), words)
    click.echo("\n".join([*decision_lines(decision, pack, words), *ways]))


def _say_flip(flip: Flip | None, as_json: bool, words: Words) -> None:
    if as_json:
        click.echo(_json(_flip(flip)))
    else:
        click.echo("\n".join(flip_lines(flip, words)))


Answer = Callable[[bytes], str]


def _decided(pack: Pack) -> Answer:
    return lambda line: decide(read_facts_json(line), pack).model_dump_json(by_alias=True)


def _replayed(pack: Pack, other: Pack, tally: Tally) -> Answer:
    def answer(line: bytes) -> str:
        flip = replay(read_facts_json(line), pack, other)
        tally.add(flip)
        return _json(_flip(flip))

    return answer


def _answer_each(lines: IO[bytes], answer: Answer) -> None:
    """One answer a line, in constant memory; a bad line is answered too."""
    out = sys.stdout
    for line in _bounded(lines):
        try:
            text = (
                answer(line)
                if line is not None
                else error_json("", f"longer than {LONGEST_LINE} bytes")
            )
        except BadFacts as error:
            text = error_json(error.field, error.message)
        out.write(text)
        out.write("\n")
    out.flush()


def _bounded(lines: IO[bytes]) -> Iterable[bytes | None]:
    """The lines without their ends; None for one that is too long to be a case."""
    while line := lines.readline(LONGEST_LINE):
        if line.endswith(b"\n") or len(line) < LONGEST_LINE:
            yield line.rstrip(b"\r\n")
            continue
        while line and not line.endswith(b"\n"):
            line = lines.readline(LONGEST_LINE)
        yield None


def _flip(flip: Flip | None) -> dict[str, Any]:
    if flip is None:
        return {"flipped": False}
    return {
        "flipped": True,
        "before": flip.before,
        "after": flip.after,
        "differences": [
            {
                "path": one.path,
                "before": one.before,
                "after": one.after,
                "why": [reason.model_dump(mode="json") for reason in one.why],
            }
            for one in flip.differences
        ],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
