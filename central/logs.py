"""Structured logs: one JSON line an event on stderr, only fields from an allow-list.

What is not named here is not written; an exception leaves its type, never its text, because texts
quote values.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog

FIELDS: Final = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "method",
        "route",
        "status",
        "problem",
        "ms",
        "station",
        "clerk",
        "role",
        "error",
        "where",
        "count",
        "signal",
        "version",
    }
)

Log = structlog.typing.FilteringBoundLogger


def only_allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list; of an exception keep type and place."""
    event.pop("exc_info", None)
    error = event.get("error")
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["where"] = _place(error)
    return {key: value for key, value in event.items() if key in FIELDS}


def open_log(stream: TextIO = sys.stderr, level: int = 20) -> Log:
    """The log of a worker."""
    return structlog.wrap_logger(
        structlog.WriteLogger(stream),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )


class FromLibraries(logging.Handler):
    """Takes what libraries log into ours: who said it and the kind of error, never the text."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        error = record.exc_info[1] if record.exc_info else None
        where = f"{record.name}:{record.lineno}"
        self._log.warning("library", where=where, error=type(error).__name__ if error else None)


def _place(error: BaseException) -> str | None:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return None
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
