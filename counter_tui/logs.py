"""Structured logs of a station: one JSON line an event, only fields from an allow-list.

A deny-list forgets the field nobody thought of; what is not named here is not written. Values are
ids, counts, durations and the names of things, never text that came from a person.
"""

import logging
import sys
from collections.abc import MutableMapping
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path
from typing import Any, Final

import structlog

from counter_tui.config import Config

FIELDS: Final = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "process",
        "application",
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


def only_allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop what is not on the allow-list, and everything but the type of an exception."""
    error = sys.exc_info()[1] if event.pop("exc_info", None) else event.get("error")
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
    return {key: value for key, value in event.items() if key in FIELDS}


def open_log(config: Config, process: str) -> structlog.stdlib.BoundLogger:
    """The logger of one process (`terminal`, `agent`, ...), writing under the home's `logs`."""
    folder = config.home / "logs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return structlog.wrap_logger(
        _daily_file(folder / f"{process}.log", config.logs.level, config.logs.keep_days),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    ).bind(process=process)


def _daily_file(path: Path, level: str, keep_days: int) -> logging.Logger:
    handler = TimedRotatingFileHandler(
        path, when="midnight", backupCount=keep_days, encoding="utf-8", delay=True, utc=True
    )
    handler.setFormatter(_MessageOnly())
    logger = logging.Logger(path.stem, level.upper())
    logger.addHandler(handler)
    return logger


class _MessageOnly(logging.Formatter):
    """The rendered line alone; the standard formatter would append a traceback with its text."""

    def format(self, record: logging.LogRecord) -> str:
        return record.getMessage()
