"""Structured logs of a station: one JSON line an event, only fields from an allow-list.

A deny-list forgets the field nobody thought of; what is not named here is not written. Values are
ids, counts, durations and the names of things, never text that came from a person.
"""

import json
import logging
import sys
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path
from typing import Any, Final

from counter_tui.config import Config

FIELDS: Final = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "process",
        "application",
        "at",
        "count",
        "error",
        "ms",
        "pack",
        "problem",
        "reader",
        "retry_in",
        "seq",
        "state",
        "station",
        "status",
        "version",
    }
)
"""Every field a log line may have."""


class Log(logging.LoggerAdapter[logging.Logger]):
    """The logger of one process: `log.info("sent", application=id, status=201)`."""

    def __init__(self, logger: logging.Logger, process: str) -> None:
        super().__init__(logger, {"process": process})

    def process(
        self, msg: Any, kwargs: MutableMapping[str, Any]
    ) -> tuple[Any, MutableMapping[str, Any]]:
        """Hand the fields on in one piece; an exception is reduced to its type at once."""
        known = {name: kwargs[name] for name in ("stack_info", "stacklevel") if name in kwargs}
        fields = {name: value for name, value in kwargs.items() if name not in known}
        error = sys.exc_info()[1] if fields.pop("exc_info", None) else fields.get("error")
        if isinstance(error, BaseException):
            fields["error"] = type(error).__name__
            if (place := place_of(error)) is not None:
                fields["at"] = place
        return msg, {**known, "extra": {"fields": {**(self.extra or {}), **fields}}}


def place_of(error: BaseException) -> str | None:
    """Where it was raised, as `file.py:line` of the program; names and numbers of code only."""
    frames = traceback.extract_tb(error.__traceback__, limit=-1)
    return f"{Path(frames[0].filename).name}:{frames[0].lineno}" if frames else None


def open_log(config: Config, process: str) -> Log:
    """The logger of one process (`terminal`, `agent`, ...), writing under the home's `logs`."""
    folder = config.home / "logs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Log(
        _daily_file(folder / f"{process}.log", config.logs.level, config.logs.keep_days), process
    )


def _daily_file(path: Path, level: str, keep_days: int) -> logging.Logger:
    handler = TimedRotatingFileHandler(
        path, when="midnight", backupCount=keep_days, encoding="utf-8", delay=True, utc=True
    )
    handler.setFormatter(_AllowedOnly())
    logger = logging.Logger(path.stem, level.upper())
    logger.addHandler(handler)
    return logger


class _AllowedOnly(logging.Formatter):
    """One JSON line; the standard formatter would append a traceback with its text."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            **getattr(record, "fields", {}),
            "event": str(record.msg),
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        allowed = {name: value for name, value in said.items() if name in FIELDS}
        return json.dumps(allowed, ensure_ascii=False, default=str)
