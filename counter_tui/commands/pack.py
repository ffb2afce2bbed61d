"""`counter pack`: check, show, compare, sign and install policy packs, and verify waivers again."""

import json
import sys
from pathlib import Path

import click

from counter_tui import config
from counter_tui.certificates import certificate_hash
from counter_tui.commands._named_pack import layered, named
from counter_tui.commands._spoken import SpokenGroup
from counter_tui.failure import ClearNo, WrongUse
from counter_tui.words import N_, Words
from intake.application import Application
from intake.decision import Text
from intake.pack import Pack, PackError
from intake.pack.catalogue import FACTS
from intake.pack.check import check as check_pack
from intake.pack.diff import diff as diff_packs
from intake.pack.diff import said_of
from intake.pack.resolved import TABLES, rows_of
from intake.pack.sentences import fact_name
from intake.waiver import doubts


@click.group(cls=SpokenGroup)
def command() -> None:
    """Check, show, compare and sign policy packs."""


@command.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def check(directory: Path, as_json: bool) -> None:
    """Check the pack in DIR with the layers it extends; every finding has file and line."""
    words = _words()
    try:
        pack = layered(directory)
        findings = [(str(one.place), one.message) for one in check_pack(pack)]
        name, version = pack.resolved.name, pack.resolved.version
    except PackError as error:
        every = (error, *error.others)
        findings = [(str(one.place or directory), one.message) for one in every]
        name, version = directory.name, None
    if as_json:
        found = [{"place": place, "message": message} for place, message in findings]
        click.echo(
            json.dumps({"pack": name, "version": version, "findings": found}, ensure_ascii=False)
        )
    else:
        for place, message in findings:
            click.echo(f"{place}: {message}")
    if findings:
        raise ClearNo(N_("{count} things are wrong with {name}."), count=len(findings), name=name)
    if not as_json:
        click.echo(words(N_("{name} {version}: nothing is wrong."), name=name, version=version))


@command.command()
@click.argument("name", required=False)
def facts(name: str | None) -> None:
    """Print what a condition may look at: every fact, when it is known, and its values."""
    settings = config.load()
    words = Words(settings.language)
    pack = named(name or settings.rules.pack, settings.home)
    for fact, known in FACTS.items():
        called = _said(fact_name(fact, pack.names), words)
        values = " ".join(str(one) for one in known.choices)
        click.echo(f"{fact} · {called} · {known.level} · {known.kind}{': ' * bool(values)}{values}")
    terms: dict[str, list[str]] = {}
    for row in pack.resolved.terms:
        terms.setdefault(row.term, []).append(str(row.value))
    for term, given in terms.items():
        called = _said(fact_name(term, pack.names), words)
        click.echo(f"{term} · {called} · application · choice: {' '.join(given)}")


@command.command()
@click.argument("name", required=False)
@click.option("--table", type=click.Choice(TABLES), metavar="TABLE", help="Only this table.")
@click.option("--json", "as_json", is_flag=True, help="The resolved pack as JSON.")
def show(name: str | None, table: str | None, as_json: bool) -> None:
    """Print a pack for people: every row in a sentence, with its source and how sure it is."""
    settings = config.load()
    words = Words(settings.language)
    pack = named(name or settings.rules.pack, settings.home)
    if as_json:
        click.echo(pack.resolved.canonical().decode())
        return
    resolved = pack.resolved
    click.echo(f"{_said(resolved.title, words)} · {pack.name} {pack.version} · {pack.sha256}")
    names = {row.code: row.name for row in resolved.names}
    for one in [table] if table else TABLES:
        rows = rows_of(resolved, one)
        if rows:
            click.echo(f"\n[{one}]")
        for row in rows:
            click.echo(f"  {row.id}: {_said(said_of(row, names), words)}")
            click.echo(f"      {row.source} ({row.confidence})")


@command.command()
@click.argument("before")
@click.argument("after")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def diff(before: str, after: str, as_json: bool) -> None:
    """Say in sentences what AFTER changes against BEFORE, and for whom."""
    settings = config.load()
    words = Words(settings.language)
    changes = diff_packs(
        named(before, settings.home).resolved, named(after, settings.home).resolved
    )
    if as_json:
        shown = [
            {"table": c.table, "row": c.row, "change": c.change, "text": c.text.model_dump()}
            for c in changes
        ]
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    for change in changes:
        click.echo(f"[{change.table}] {_said(change.text, words)}")
    if not changes:
        click.echo(words(N_("Both packs say the same.")))


@command.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--key",
    required=True,
    type=click.Path(path_type=Path),
    help="File with the private Ed25519 key, JWK or PEM.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where to write; else standard output."
)
def sign(directory: Path, key: Path, out: Path | None) -> None:
    """Check the pack in DIR and sign it, all layers folded in."""
    from counter_tui import signed_packs

    words = _words()
    try:
        pack = layered(directory)
    except PackError as error:
        raise WrongUse(str(error)) from None
    findings = check_pack(pack)
    if findings or pack.resolved.base:
        first = findings[0] if findings else words(N_("a base pack is not signed by itself"))
        raise ClearNo(N_("Not signed: {first}"), first=first)
    try:
        token = signed_packs.sign(Pack(pack.resolved), signed_packs.read_key(_text(key)))
    except ValueError:
        raise WrongUse(N_("{path}: not a private Ed25519 key"), path=key) from None
    if out is None:
        click.echo(token)
    else:
        out.write_text(token + "\n", encoding="ascii")


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="The pack's name; else the configured one.")
def install(file: Path, name: str | None) -> None:
    """Install the signed pack in FILE at this station."""
    from counter_tui import signed_packs
    from counter_tui.station import read_station

    settings = config.load()
    words = Words(settings.language)
    keys = read_station(settings.home).pack_keys
    try:
        pack = signed_packs.install(
            settings.home, _text(file).strip(), keys, name or settings.rules.pack
        )
    except signed_packs.Refused as refusal:
        raise ClearNo(words(signed_packs.SENTENCES[refusal.why])) from None
    click.echo(words(N_("{name} {version} is in use."), name=pack.name, version=pack.version))


@command.command("verify-waiver")
@click.argument("application", metavar="APPLICATION.json", type=click.Path(path_type=Path))
@click.option(
    "--pack", "directory", type=click.Path(path_type=Path), help="Folder of the pack it names."
)
@click.option(
    "--key", type=click.Path(path_type=Path), help="File with the key of the certificate hash."
)
@click.option(
    "--certificate-stdin",
    is_flag=True,
    help="Read the certificate's number from standard input and compare its hash.",
)
def verify_waiver(
    application: Path, directory: Path | None, key: Path | None, certificate_stdin: bool
) -> None:
    """Verify the waivers of a stored application again, without any network."""
    settings = config.load()
    words = Words(settings.language)
    try:
        stored = Application.model_validate_json(_text(application))
    except ValueError:
        raise WrongUse(N_("{path}: not a stored application"), path=application) from None
    if certificate_stdin != (key is not None):
        raise WrongUse(N_("--key and --certificate-stdin belong together."))
    try:
        pack = (
            Pack(layered(directory).resolved)
            if directory
            else named(stored.pack.name, settings.home)
        )
    except PackError as error:
        raise WrongUse(str(error)) from None
    number = sys.stdin.readline().strip().replace("x", "X") if certificate_stdin else None
    found = doubts(stored, pack, number, certificate_hash(_text(key).strip()) if key else None)
    if found:
        raise ClearNo("\n".join(found))
    click.echo(words(N_("{count} waivers stand."), count=len(stored.waivers)))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise WrongUse(N_("{path}: {why}"), path=path, why=error.strerror) from None
    except UnicodeDecodeError:
        raise WrongUse(N_("{path}: not text in UTF-8"), path=path) from None


def _said(text: Text, words: Words) -> str:
    return text.zh if words.language == "zh_CN" else text.en


def _words() -> Words:
    return Words(config.load().language)
