"""The doctor's whole round."""

from datetime import date
from functools import partial
from pathlib import Path

from counter_tui.config import Config
from counter_tui.doctor import machine
from counter_tui.doctor.examine import Check
from counter_tui.doctor.finding import Finding


def all_checks(config: Config, key: bytes | None, today: date) -> dict[str, Check]:
    """Every check by name, to be run at once. `key` is the store's, None when nobody signed in.

    Each check imports what it needs on its own thread: one that is slow to load delays itself.
    """
    home = config.home
    checks: dict[str, Check] = {
        "readers": partial(_readers, config),
        "centre": partial(_centre, home),
        "keyring": partial(_keys, home),
        "store": partial(_store, home, key),
        "disk": lambda: [machine.disk(home)],
        "pack": partial(_pack, config, today),
        "printer": partial(_printer, config.printer.uri),
        "terminal": lambda: [machine.terminal()],
    }
    if config.keys.custody == "secret-service":
        checks["keyring:service"] = partial(_secret_service, home)
    if Path("/opt/counter/updates.json").exists():
        checks["updates"] = _updates
    return checks


def _readers(config: Config) -> list[Finding]:
    from counter_tui.doctor import hardware

    return list(hardware.readers(config.readers, config.home))


def _centre(home: Path) -> list[Finding]:
    from counter_tui.doctor import centre

    return list(centre.centre_and_clock(home))


def _keys(home: Path) -> list[Finding]:
    from counter_tui.doctor import custody

    return list(custody.keys(home))


def _secret_service(home: Path) -> list[Finding]:
    from counter_tui.doctor import custody

    return list(custody.secret_service(home))


def _store(home: Path, key: bytes | None) -> list[Finding]:
    from counter_tui.doctor import custody

    return list(custody.store(home, key))


def _pack(config: Config, today: date) -> list[Finding]:
    from counter_tui.doctor import rules

    return list(rules.pack(config.rules.pack, config.home, today))


def _updates() -> list[Finding]:
    from counter_tui.doctor import releases

    return list(releases.fetched(Path("/"), machine.now()))


def _printer(uri: str) -> list[Finding]:
    from counter_tui.doctor import hardware

    return list(hardware.printer(uri))
