"""All checks at once, each on a thread of its own, with one deadline for them together."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from counter_tui.doctor.finding import Finding, Verdict
from counter_tui.words import N_

Check = Callable[[], Iterable[Finding]]

DEADLINE_SECONDS: Final = 2.2
"""For all checks together; with the start of the program it stays under three seconds."""


def examine(checks: Mapping[str, Check], seconds: float = DEADLINE_SECONDS) -> list[Finding]:
    """What the checks found, in their order. One that hangs or breaks is a finding as well.

    `NAME:PART` is a further check of the line NAME.

    A check that hangs (a dead bus, a reader that swallows a call) is left behind on a daemon
    thread, which does not keep the process from ending.
    """
    answers: queue.SimpleQueue[tuple[str, list[Finding]]] = queue.SimpleQueue()

    def run(name: str, check: Check) -> None:
        try:
            found = list(check())
        except Exception as error:  # noqa: BLE001 - a broken check must not hide the others
            found = [_broken(name, error)]
        answers.put((name, found))

    for name, check in checks.items():
        threading.Thread(target=run, args=(name, check), daemon=True, name=name).start()
    end, got = time.monotonic() + seconds, {}
    while len(got) < len(checks):
        try:
            name, found = answers.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            break
        got[name] = found
    return [finding for name in checks for finding in got.get(name) or [_late(name, seconds)]]


def _broken(name: str, error: Exception) -> Finding:
    # The message of an unforeseen error may hold anything; its type does not.
    return Finding(
        name.partition(":")[0],
        Verdict.FAIL,
        N_("the check itself failed: {error}"),
        N_("Send the help desk a bundle (`counter bundle`)."),
        {"error": type(error).__name__},
    )


def _late(name: str, seconds: float) -> Finding:
    return Finding(
        name.partition(":")[0],
        Verdict.FAIL,
        N_("no answer within {seconds} s"),
        N_("Start this computer again; if it stays so, call the help desk."),
        {"seconds": f"{seconds:.1f}"},
    )
