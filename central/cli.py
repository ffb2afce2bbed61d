"""The `counter-central` command."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from central.sparing import NEVER_USED, sparing

if TYPE_CHECKING:
    from central.settings import Settings

DEFAULT_DATABASE = "sqlite:///counter-central.db"
DEFAULT_NAME = "counter-centre"
SITE_KINDS = ("police_station", "district_hall", "city_centre")
KINDS = (
    "guardianship",
    "kinship",
    "business_registry",
    "tax",
    "social_insurance",
    "residence",
    "disability",
    "registered_functionary",
)
ROLES = ("clerk", "supervisor", "support", "auditor")


def _stored(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say where a centre keeps things."""
    for option in (
        click.option(
            "--database", default=DEFAULT_DATABASE, show_default=True, help="Its address."
        ),
        click.option("--identity", type=click.Path(path_type=Path), help="The file of its keys."),
        click.option("--blobs", type=click.Path(path_type=Path), help="The folder of its scans."),
        click.option(
            "--centre-name", default=DEFAULT_NAME, show_default=True, help="For new keys."
        ),
    ):
        command = option(command)
    return command


def _settings(database: str, identity: Path | None, blobs: Path | None, **more: Any) -> "Settings":
    from central.settings import settings_for

    try:
        return settings_for(database, identity, blobs, **more)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


@click.group()
def central() -> None:
    """The reference central API."""


@central.command()
@_stored
@click.option("--listen", default="127.0.0.1:8440", show_default=True, help="HOST:PORT; 0: any.")
@click.option("--public-url", help="What stations call, when a proxy stands before.")
@click.option("--tls-certificate", type=click.Path(exists=True, path_type=Path))
@click.option("--tls-key", type=click.Path(exists=True, path_type=Path))
def serve(
    database: str,
    identity: Path | None,
    blobs: Path | None,
    centre_name: str,
    listen: str,
    public_url: str | None,
    tls_certificate: Path | None,
    tls_key: Path | None,
) -> None:
    """Run one worker; prints one JSON line with its address when it is ready."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit():
        raise click.UsageError("--listen is HOST:PORT")
    # Asynchronous work in greenlets is PostgreSQL's alone.
    with sparing(*NEVER_USED, *(("greenlet",) if database.startswith("sqlite") else ())):
        settings = _settings(database, identity, blobs, public_url=public_url)
        from central.rules import Rules, known_packs

        # First: the memory that reading them leaves free is used by what is imported next.
        rules = Rules(known_packs(settings.packs))
        from central.serving import run
    run(settings, rules, centre_name, host.strip("[]"), int(port), tls_certificate, tls_key)


@central.command()
@_stored
@click.option("--to", "revision", default=None, help="A step, or `base`. Default: the newest.")
def migrate(
    database: str, identity: Path | None, blobs: Path | None, centre_name: str, revision: str | None
) -> None:
    """Bring the database to the schema of this program, or to an earlier step."""
    from central.storage.migrate import migrate as go
    from central.storage.version import HEAD

    go(_settings(database, identity, blobs), revision or HEAD)
    click.echo(json.dumps({"schema": revision or HEAD}))


@central.command("enrol-station")
@_stored
@click.option("--station", "code", required=True, help="Its code, beginning with the district's.")
@click.option("--name", help="What people call it. Default: the code.")
@click.option("--site-kind", type=click.Choice(SITE_KINDS), default="police_station")
@click.option("--key", required=True, help="The station's public JWK: JSON or a file.")
@click.option("--public-url", help="What the station is to call. Default: this machine.")
def enrol_station(
    database: str,
    identity: Path | None,
    blobs: Path | None,
    centre_name: str,
    code: str,
    name: str | None,
    site_kind: str,
    key: str,
    public_url: str | None,
) -> None:
    """Take in a station; prints what goes into its station.toml."""
    from central import upkeep

    settings = _settings(database, identity, blobs, public_url=public_url)
    answer = upkeep.enrol_station(settings, centre_name, code, name or code, site_kind, key)
    click.echo(json.dumps(answer))


@central.command("enrol-clerk")
@_stored
@click.option("--clerk", required=True, help="The clerk's id.")
@click.option("--name", help="The clerk's name. Default: the id.")
@click.option("--role", type=click.Choice(ROLES), default="clerk")
@click.option("--station", required=True, help="Where the clerk works.")
@click.option("--key", required=True, help="The clerk's public JWK: JSON or a file.")
def enrol_clerk(
    database: str,
    identity: Path | None,
    blobs: Path | None,
    centre_name: str,
    clerk: str,
    name: str | None,
    role: str,
    station: str,
    key: str,
) -> None:
    """Take in a clerk."""
    from central import upkeep

    settings = _settings(database, identity, blobs)
    answer = upkeep.enrol_clerk(settings, centre_name, clerk, name or clerk, role, station, key)
    click.echo(json.dumps(answer))


@central.command("seed-demo")
@_stored
@click.option("--station", default="510107-ps-014", show_default=True, help="Whose they are.")
@click.option(
    "--people",
    type=click.File(encoding="utf-8"),
    help="A JSON list of made-up people to use instead of its own; `-` reads it from stdin.",
)
def seed_demo(
    database: str,
    identity: Path | None,
    blobs: Path | None,
    centre_name: str,
    station: str,
    people: IO[str] | None,
) -> None:
    """Put in, for a demonstration: deferrals, drafts, other bureaus' answers for made-up people."""
    from central import upkeep

    text = people.read() if people else None
    settings = _settings(database, identity, blobs)
    try:
        made = upkeep.seed_demo(settings, centre_name, station, text)
    except ValueError:
        raise click.UsageError("--people is a JSON list of people") from None
    click.echo(json.dumps(made))


@central.command("lookups")
@_stored
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("mode", type=click.Choice(("ok", "fail", "slow")))
def lookups(
    database: str,
    identity: Path | None,
    blobs: Path | None,
    centre_name: str,
    kind: str,
    mode: str,
) -> None:
    """Make a reference adapter of look-ups work, fail or be slow."""
    from central import upkeep

    upkeep.set_lookup(_settings(database, identity, blobs), kind, mode)
    click.echo(json.dumps({"kind": kind, "mode": mode}))


@central.command("import-outbox")
@_stored
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, metavar="ID", help="Who takes it in; stands in the audit.")
@click.option(
    "--receipts",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the receipts, to be carried back: `counter outbox receipts FILE`.",
)
def import_outbox(
    database: str,
    identity: Path | None,
    blobs: Path | None,
    centre_name: str,
    file: Path,
    by: str,
    receipts: Path | None,
) -> None:
    """Hold what a station's `counter outbox export` wrote to FILE and somebody carried here.

    Prints one JSON line a row, then one a photo; exits 1 if any was refused, and what was still
    waits at its station. The same file again changes nothing and gets the same receipts.
    """
    from central import upkeep
    from central.carried import NotAnExport

    try:
        taken = upkeep.import_outbox(_settings(database, identity, blobs), file, by, receipts)
    except NotAnExport as error:
        raise click.UsageError(str(error)) from None
    for outcome in taken.outcomes:
        said = {"key": outcome.key, "number": outcome.number, "action": outcome.action}
        click.echo(json.dumps({**said, "held": not outcome.problem, "problem": outcome.problem}))
    for photo in taken.photos:
        said = {"photo": photo.sha256, "held": not photo.problem, "problem": photo.problem}
        click.echo(json.dumps(said))
    raise SystemExit(any(one.problem for one in (*taken.outcomes, *taken.photos)))


@central.group()
def audit() -> None:
    """The record of who did what."""


@audit.command()
@_stored
@click.option(
    "--checkpoints",
    type=click.Path(exists=True, path_type=Path),
    help="Checkpoints kept elsewhere, one a line: shows a tail that was cut with the database's.",
)
def verify(
    database: str,
    identity: Path | None,
    blobs: Path | None,
    centre_name: str,
    checkpoints: Path | None,
) -> None:
    """Check every chain and checkpoint; prints one JSON line a finding, exits 1 if there is any."""
    from central import upkeep

    kept = tuple(checkpoints.read_text("ascii").split()) if checkpoints else ()
    findings = upkeep.verify_audit(_settings(database, identity, blobs), kept)
    for finding in findings:
        click.echo(json.dumps(finding))
    raise SystemExit(1 if findings else 0)


@central.command()
def openapi() -> None:
    """Print the contract."""
    from central.upkeep import contract_text

    click.echo(contract_text(), nl=False)


def main() -> None:
    """Entry point of the `counter-central` script."""
    central()
