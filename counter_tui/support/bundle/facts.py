"""The bundle's content: an allow-list, written out. Nothing is taken from the store but counts."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

from counter_tui.config import Config
from counter_tui.doctor.finding import Finding
from counter_tui.doctor.report import document
from counter_tui.failure import Failure
from counter_tui.station import read_station, store_path
from counter_tui.store.store import Store
from counter_tui.support.bundle import loglines
from counter_tui.words import Words

FORMAT: Final = 1

_LIBRARIES: Final = (
    *("cryptography", "httpx", "joserfc", "keyring", "pydantic", "pyscard", "pyserial"),
    *("sqlcipher3", "textual"),
)
"""Those whose version explains a fault."""


def gather(config: Config, findings: Sequence[Finding], key: bytes | None) -> dict[str, Any]:
    """Everything a bundle says. `key` opens the store for its counts; None leaves them out."""
    told = document(findings, Words("en"))
    return {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "station": _station(config),
        "program": {
            "version": version("counter"),
            "python": platform.python_version(),
            "libraries": {name: version(name) for name in _LIBRARIES},
        },
        "machine": _machine(),
        "configuration": _configuration(config),
        "doctor": _without_home(told, str(config.home)),
        "files": _sizes(config),
        "counts": _counts(config, key) if key else None,
        "logs": loglines.newest(config.home / "logs"),
    }


def _station(config: Config) -> dict[str, Any]:
    try:
        station = read_station(config.home)
    except Failure:
        return {}
    return {
        "code": station.code,
        "kind": station.kind,
        "centre": station.centre.url if station.centre else None,
    }


def _machine() -> dict[str, Any]:
    system = platform.freedesktop_os_release()
    return {
        "system": f"{system.get('ID', '?')} {system.get('VERSION_ID', '?')}",
        "kernel": platform.release(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20),
        "term": os.environ.get("TERM", ""),
        "over_ssh": "SSH_CONNECTION" in os.environ,
    }


def _configuration(config: Config) -> dict[str, Any]:
    return {
        "language": config.language,
        "pack": config.rules.pack,
        "readers": list(config.readers.uris),
        "chip_trust": bool(config.readers.trust),
        "portrait_library": bool(config.readers.wlt_library),
        "custody": config.keys.custody,
        "lock_after_minutes": config.terminal.lock_after_minutes,
        "log_level": config.logs.level,
        "remote_support": bool(config.support.meeting_place),
    }


def _sizes(config: Config) -> dict[str, int]:
    """Bytes of the station's files. Clerks' files are counted, not named."""
    sizes = {}
    for name in ("station.toml", "store.db", "store.db-wal", "store.key", "ballast"):
        path = config.home / name
        if path.exists():
            sizes[name] = path.stat().st_size
    sizes["clerks"] = len(list((config.home / "clerks").glob("*.json")))
    return sizes


def _counts(config: Config, key: bytes) -> dict[str, Any]:
    try:
        store = Store.open(store_path(config.home), key)
    except Failure as failure:
        return {"trouble": type(failure).__name__}
    try:
        waiting = store.outbox.waiting()
        offline = store.contact.offline_since()
        return {
            "drafts": len(store.drafts.list()),
            "outbox": waiting.by_state,
            "oldest_waiting_s": round(waiting.oldest.total_seconds()) if waiting.oldest else None,
            "open_tasks": len(store.tasks.list()),
            "audit_broken_at": store.audit.verify(),
            "offline_since": offline.isoformat() if offline else None,
        }
    finally:
        store.close()


def _without_home(value: Any, home: str) -> Any:
    """The home's path may hold the login name of a person."""
    if isinstance(value, str):
        return value.replace(home, "~")
    if isinstance(value, dict):
        return {name: _without_home(one, home) for name, one in value.items()}
    return [_without_home(one, home) for one in value] if isinstance(value, list) else value
