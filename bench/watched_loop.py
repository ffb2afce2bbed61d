"""The terminal with its event loop watched: `python -m bench.watched_loop FILE run ...`.

Each step of the loop that took more than a few milliseconds becomes a line of FILE: when it began,
how long it took, what was dispatched in it, and which modules it imported.
"""

import json
import os
import sys
import time
from asyncio import Handle
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, TextIO

NOTED_MS: Final = 5.0
"""Shorter steps are nobody's wait."""


@dataclass(frozen=True, slots=True)
class Step:
    """One callback of the loop, from its beginning to its end."""

    at: float
    """By the monotonic clock, which all processes share."""
    ms: float
    """Without the time in which the machine was busy with others."""
    ran: list[str]
    imported: list[str]

    def __str__(self) -> str:
        ran = " ; ".join(dict.fromkeys(self.ran))
        imported = f"  imports {', '.join(self.imported)}" if self.imported else ""
        return f"{self.ms:6.1f} ms  {ran[:160]}{imported}"


def steps_of(file: Path) -> list[Step]:
    """What a watched program has written."""
    return [Step(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]


class Watch:
    """Stands around every step of the loop, and around every message handled in it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._ran: list[str] = []
        self._schedule = os.open("/proc/thread-self/schedstat", os.O_RDONLY)

    def _waited(self) -> float:
        """For how many seconds this thread has been ready and not let run."""
        return int(os.pread(self._schedule, 64, 0).split()[1]) / 1e9

    def put_on(self) -> None:
        """Watch the loop of this thread from now on."""
        step: Callable[[Handle], None] = Handle._run  # type: ignore[attr-defined]

        def watched(handle: Any) -> None:
            self._ran.clear()
            known, waited, began = len(sys.modules), self._waited(), time.monotonic()
            callback = handle._callback
            step(handle)
            took = time.monotonic() - began - (self._waited() - waited)
            if took * 1000 > NOTED_MS:
                ran = [*self._ran] or [str(getattr(callback, "__self__", callback))]
                imported = [*sys.modules][known:]
                self._write(Step(began, took * 1000, ran, imported))

        Handle._run = watched  # type: ignore[attr-defined]

    def _write(self, step: Step) -> None:
        self._file.write(json.dumps(asdict(step), ensure_ascii=False) + "\n")
        self._file.flush()

    def look_at_messages(self) -> None:
        """Note what Textual handles in a step. Only now is Textual imported."""
        from textual.message import Message
        from textual.message_pump import MessagePump

        dispatch = MessagePump._dispatch_message

        async def noted(pump: MessagePump, message: Message) -> None:
            key = getattr(message, "key", "")
            self._ran.append(f"{type(pump).__name__} {type(message).__name__} {key}".rstrip())
            await dispatch(pump, message)

        MessagePump._dispatch_message = noted  # type: ignore[method-assign]


def main() -> None:
    """Watch, and be the program."""
    from counter_tui import cli, environment

    with Path(sys.argv.pop(1)).open("a", encoding="utf-8") as file:
        watch = Watch(file)
        watch.put_on()
        prepare = environment.prepare

        def prepared() -> None:
            prepare()
            watch.look_at_messages()

        environment.prepare = prepared
        cli.counter(prog_name="counter")


if __name__ == "__main__":
    main()
