"""The check of signed updates, on a station where the bureau's update key was pinned."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from counter_tui import updates
from counter_tui.doctor.finding import Finding, Verdict
from counter_tui.words import N_
from intake.days import city_time

PATIENCE: Final = timedelta(days=2)
"""How long a release may stay half here: the timer goes on every night."""


def fetched(root: Path, now: datetime) -> Iterator[Finding]:
    """The release in use under `root`, and what was fetched; nothing without a pinned key."""
    base = root / "opt/counter"
    try:
        at = updates.pinned(base)
    except (OSError, ValueError):
        yield Finding(
            "updates",
            Verdict.FAIL,
            N_("{path} is damaged"),
            N_("Install the release again from its archive."),
            {"path": base},
        )
        return
    if at is not None:
        yield _found(root / updates.FETCHED, at, now)


def _found(folder: Path, at: updates.Pinned, now: datetime) -> Finding:
    values: dict[str, object] = {"installed": at.installed, "path": folder}
    try:
        whole, _ = updates.read_manifest(updates.Folder(folder), at.key)
    except FileNotFoundError:
        whole = None
    except PermissionError:
        text = N_("{installed} is in use; only root sees what was fetched (`sudo counter doctor`)")
        return Finding("updates", Verdict.OK, text, values=values)
    except updates.Untrusted:
        text = N_("what was fetched is not signed with the key pinned here; {installed} is in use")
        remedy = N_("Install nothing of it and ask the bureau; then empty {path} as root.")
        return Finding("updates", Verdict.FAIL, text, remedy, values)
    except OSError:
        text = N_("{path} cannot be read; {installed} is in use")
        return Finding("updates", Verdict.WARN, text, N_("Call the help desk."), values)
    if whole and updates.newer(whole.version, at.installed) and _is_here(folder, whole):
        values |= {"version": whole.version, "when": _when(folder / updates.MANIFEST)}
        text = N_("{version} waits, signed, fetched {when}; {installed} is in use")
        remedy = N_("Close the terminal; then as root: `counter update install`")
        return Finding("updates", Verdict.WARN, text, remedy, values)
    return _half_here(folder, at, now, values)


def _half_here(
    folder: Path, at: updates.Pinned, now: datetime, values: dict[str, object]
) -> Finding:
    for begun in sorted(folder.glob("counter-*.pieces")):
        version = begun.name.removeprefix("counter-").removesuffix(".pieces")
        pieces = list(begun.glob("[0-9][0-9][0-9][0-9]"))
        if not pieces or not _newer(version, at.installed):
            continue
        last = max(pieces, key=lambda piece: piece.stat().st_mtime)
        values |= {"version": version, "there": len(pieces), "when": _when(last)}
        text = N_("{there} pieces of {version} are here, the last {when}; {installed} is in use")
        if now - _moment(last) <= PATIENCE:
            return Finding("updates", Verdict.OK, text, values=values)
        remedy = N_("Check the network; then as root: `counter update fetch` goes on from there.")
        return Finding("updates", Verdict.WARN, text, remedy, values)
    text = N_("{installed} is in use; nothing newer was fetched")
    return Finding("updates", Verdict.OK, text, values=values)


def _newer(version: str, than: str) -> bool:
    try:
        return updates.newer(version, than)
    except ValueError:
        return False


def _is_here(folder: Path, manifest: updates.Manifest) -> bool:
    """Whether every piece lies there at its length; installing checks what is in them."""
    pieces = (
        (folder / manifest.name(number), manifest.length(number))
        for number in range(len(manifest.pieces))
    )
    return all(piece.is_file() and piece.stat().st_size == length for piece, length in pieces)


def _moment(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _when(path: Path) -> str:
    return city_time(_moment(path)).strftime("%Y-%m-%d %H:%M")
