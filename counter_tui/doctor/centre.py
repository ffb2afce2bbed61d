"""Checks of the way to the centre, and of this clock against its."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from counter_tui.doctor import machine
from counter_tui.doctor.finding import Finding, Verdict
from counter_tui.failure import Failure
from counter_tui.station import read_station
from counter_tui.words import N_

PATIENCE_SECONDS: Final = 1.2


def centre_and_clock(home: Path) -> Iterator[Finding]:
    """Whether the centre answers, and what its clock says."""
    try:
        trust = read_station(home).centre
    except Failure as failure:
        yield Finding("centre", Verdict.FAIL, failure.sentence, values=failure.values)
        yield machine.clock(machine.now(), None)
        return
    if trust is None:
        yield Finding(
            "centre",
            Verdict.FAIL,
            N_("not enrolled at the centre yet"),
            N_("Install the centre's answer to the enrolment (`counter enrol`)."),
        )
        yield machine.clock(machine.now(), None)
        return
    # Imported here: it brings the HTTP library, which nothing else of the doctor needs.
    from counter_tui.agent.centre import Unreachable, glance

    began = time.monotonic()
    try:
        seen = asyncio.run(glance(trust.url, PATIENCE_SECONDS))
    except Unreachable as error:
        yield Finding(
            "centre",
            Verdict.WARN,
            N_("{url} does not answer ({reason}); work goes on and is sent later"),
            N_("Check the network cable; if other programs reach the network, call the help desk."),
            {"url": trust.url, "reason": error.reason},
        )
        yield machine.clock(machine.now(), None)
        return
    milliseconds = round((time.monotonic() - began) * 1000)
    values = {"url": trust.url, "ms": milliseconds}
    yield Finding("centre", Verdict.OK, N_("{url} answers in {ms} ms"), values=values)
    yield machine.clock(machine.now(), seen.clock)
