"""Checks of the keys and the store, with the store's key and without it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from counter_tui.doctor.finding import Finding, Verdict
from counter_tui.failure import Failure
from counter_tui.keys import clerk_file, envelope
from counter_tui.keys import secret_service as secret_service_keys
from counter_tui.station import read_station, store_path
from counter_tui.store.store import Store
from counter_tui.words import N_

_PLAIN: Final = b"SQLite format 3\0"


def keys(home: Path) -> Iterator[Finding]:
    """Whether there are clerks who can open the store, and whether others can read the folder."""
    clerks = clerk_file.read_all(home)
    files = len(list((home / "clerks").glob("*.json")))
    try:
        wrapped = set(envelope.read(home).present)
    except Failure:
        wrapped = set()
    able = [one for one in clerks if one.id in wrapped]
    values = {"count": len(able), "all": files}
    if not able:
        yield Finding(
            "keyring",
            Verdict.FAIL,
            N_("no clerk can open the store"),
            N_("Enrol the station and a clerk (`counter enrol`)."),
        )
    elif len(able) < files:
        yield Finding(
            "keyring",
            Verdict.WARN,
            N_("{count} of {all} clerks' key files can open the store"),
            N_("Put the damaged file back from a copy, or enrol that clerk anew."),
            values,
        )
    else:
        text = N_("{count} clerks' sealed key files")
        yield Finding("keyring", Verdict.OK, text, values=values)
    if home.exists() and home.stat().st_mode & 0o077:
        yield Finding(
            "keyring",
            Verdict.WARN,
            N_("other users of this computer may look into the station's folder"),
            N_("Run: chmod 700 {home}"),
            {"home": home},
        )


def secret_service(home: Path) -> Iterator[Finding]:
    """Whether the desktop's keyring gives the store's key."""
    try:
        secret_service_keys.get(read_station(home).code)
    except secret_service_keys.KeyringTrouble as trouble:
        yield Finding(
            "keyring",
            Verdict.WARN,
            trouble.sentence,
            N_("Meanwhile a clerk's PIN opens the store."),
            trouble.values,
        )
    else:
        yield Finding("keyring", Verdict.OK, N_("the Secret Service gives the store's key"))


def store(home: Path, key: bytes | None) -> Iterator[Finding]:
    """Whether the store is there and sealed; with its key, whether it opens and is whole."""
    path = store_path(home)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            plain = file.read(len(_PLAIN)) == _PLAIN
    except OSError as error:
        yield Finding(
            "store",
            Verdict.FAIL,
            N_("no store that can be read: {reason}"),
            N_("Enrol the station (`counter enrol`), or try things out with `counter demo`."),
            {"reason": type(error).__name__},
        )
        return
    if plain:
        yield Finding(
            "store",
            Verdict.FAIL,
            N_("the store is not encrypted"),
            N_("Stop working here and call the help desk."),
        )
    elif key is None:
        yield Finding(
            "store",
            Verdict.OK,
            N_("sealed, {size} MiB; not looked into without a PIN"),
            values={"size": f"{size / 1024 / 1024:.1f}"},
        )
    else:
        yield from _inside(path, key)


def _inside(path: Path, key: bytes) -> Iterator[Finding]:
    try:
        opened = Store.open(path, key)
    except Failure as failure:
        remedy = N_("Change nothing and call the help desk.")
        yield Finding("store", Verdict.FAIL, failure.sentence, remedy, failure.values)
        return
    try:
        wrong = opened.upkeep.integrity()
        broken = opened.audit.verify()
        low = opened.upkeep.space_is_low
    finally:
        opened.close()
    if wrong or broken is not None:
        yield Finding(
            "store",
            Verdict.FAIL,
            N_("damaged: {count} places in the file, audit chain broken at {entry}"),
            N_("Change nothing and call the help desk."),
            {"count": len(wrong), "entry": broken or "-"},
        )
    elif low:
        yield Finding(
            "store",
            Verdict.WARN,
            N_("whole, but the disk's reserve is used up"),
            N_("Finish the present case, then free space."),
        )
    else:
        yield Finding("store", Verdict.OK, N_("opens, is whole, the audit chain is unbroken"))
