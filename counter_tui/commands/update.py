"""`counter update`: signed releases, from a web server or a stick, in pieces over a slow line."""

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from counter_tui import config, updates
from counter_tui.commands._spoken import SpokenGroup
from counter_tui.failure import ClearNo, OutOfOrder, WrongUse
from counter_tui.words import N_, Words

_from = click.option("--from", "origin", help="URL or folder; else what the installer was told.")
_root = click.option(
    "--root",
    default="/",
    type=click.Path(file_okay=False, path_type=Path),
    help="Under this folder instead of /.",
)


@click.group("update", cls=SpokenGroup)
def command() -> None:
    """Check for, fetch and install signed releases."""


@command.command()
@_from
@_root
def check(origin: str | None, root: Path) -> None:
    """Say whether there is a newer release than the one in use."""
    at = _pinned(root)
    with _source(origin or at.address) as source:
        found, _ = _manifest(source, at)
    if not updates.newer(found.version, at.installed):
        raise ClearNo(N_("{version} is in use; there is no newer release."), version=at.installed)
    said = N_("{version} can be had ({size} KB); {installed} is in use.")
    size = -(-found.size // 1000)
    click.echo(_words()(said, version=found.version, size=size, installed=at.installed))


@command.command()
@_from
@_root
def fetch(origin: str | None, root: Path) -> None:
    """Bring the newer release's pieces here; after a break, again for those that are missing."""
    at = _pinned(root)
    with _source(origin or at.address) as source:
        found, token = _manifest(source, at)
        _only_newer(found, at)
        try:
            updates.fetch(source, found, token, root / updates.FETCHED, _tell)
        except updates.Broken as broken:
            raise OutOfOrder(
                N_("The line broke after {there} of {total} pieces; call it again to go on."),
                there=broken.there,
                total=broken.total,
            ) from None
        except updates.Damaged as damaged:
            raise _damaged(damaged) from None
        except OSError as error:
            raise OutOfOrder(
                N_("{path} cannot be written: {error}"),
                path=root / updates.FETCHED,
                error=error.strerror,
            ) from None
    said = N_("{version} is here, whole and signed. As root: `counter update install`")
    click.echo(_words()(said, version=found.version))


@command.command()
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the update, such as a stick's; else what was fetched.",
)
@_root
def install(folder: Path | None, root: Path) -> None:
    """Check the update's signature and every piece again, and install it. Needs root."""
    at = _pinned(root)
    folder = folder or root / updates.FETCHED
    found, _ = _manifest(updates.Folder(folder), at)
    _only_newer(found, at)
    # Not in a folder that others may write to: what was checked is what is unpacked and run.
    try:
        with tempfile.TemporaryDirectory(prefix=".update-", dir=root / "opt/counter") as scratch:
            archive = Path(scratch) / "archive.tar.gz"
            updates.join(folder, found, archive)
            with tarfile.open(archive) as tar:
                tar.extractall(scratch)  # noqa: S202 - signed by the pinned key
            installer = Path(scratch) / f"counter-{found.version}" / "install"
            done = subprocess.run(  # noqa: S603
                [str(installer), "--root", str(root)], check=False
            )
    except updates.Damaged as damaged:
        raise _damaged(damaged) from None
    except (OSError, tarfile.TarError) as error:
        raise OutOfOrder(
            N_("The update could not be installed ({error}); {installed} is still in use."),
            error=getattr(error, "strerror", None) or type(error).__name__,
            installed=at.installed,
        ) from None
    if done.returncode:
        raise OutOfOrder(
            N_("The installer refused {version}; {installed} is still in use."),
            version=found.version,
            installed=at.installed,
        )


def _pinned(root: Path) -> updates.Pinned:
    base = root / "opt/counter"
    try:
        at = updates.pinned(base)
    except (OSError, ValueError):
        raise OutOfOrder(N_("{path} is damaged; install again."), path=base) from None
    if at is None:
        raise WrongUse(
            N_("No update key is pinned here: run `./install --update-key FILE` as root.")
        )
    return at


@contextmanager
def _source(origin: str) -> Iterator[updates.Source]:
    if not origin:
        raise WrongUse(N_("Say where updates come from: `--from URL` or `--from FOLDER`."))
    if "://" not in origin:
        yield updates.Folder(Path(origin))
        return
    from counter_tui.agent.centre import FileServer
    from counter_tui.station import checked_address

    try:
        server = FileServer(checked_address(origin))
    except ValueError:
        raise WrongUse(N_("{url}: updates come over https only."), url=origin) from None
    try:
        yield server
    finally:
        server.close()


def _manifest(source: updates.Source, at: updates.Pinned) -> tuple[updates.Manifest, bytes]:
    try:
        return updates.read_manifest(source, at.key)
    except updates.Untrusted:
        raise ClearNo(
            N_("The update is not signed with the key pinned here; it was refused.")
        ) from None
    except OSError:
        raise OutOfOrder(
            N_("No update can be read there; look at the line or the folder.")
        ) from None


def _only_newer(found: updates.Manifest, at: updates.Pinned) -> None:
    if not updates.newer(found.version, at.installed):
        raise ClearNo(
            N_("{version} is not newer than {installed}, which is in use; nothing was done."),
            version=found.version,
            installed=at.installed,
        )


def _damaged(damaged: updates.Damaged) -> ClearNo:
    return ClearNo(
        N_("{name} is not what was signed; it was refused. Fetch or copy it again."),
        name=damaged.name,
    )


def _tell(there: int, total: int) -> None:
    # Ten lines, not hundreds: this also runs from a timer.
    if there == total or there * 10 // total != (there - 1) * 10 // total:
        click.echo(f"{there}/{total}", err=True)


def _words() -> Words:
    return Words(config.load().language)
