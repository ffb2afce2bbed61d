"""Checks of the machine itself: disk, clock, terminal."""

import locale
import os
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from counter_tui.doctor.finding import Finding, Verdict
from counter_tui.words import N_
from intake.days import CITY, city_time

ENOUGH_DISK: Final = 512 * 1024 * 1024
"""Free bytes below which the doctor warns: some 200,000 waiting applications."""

LEAST_DISK: Final = 32 * 1024 * 1024
"""Free bytes below which accepting may fail before the ballast is given back."""

SMALLEST: Final = (80, 24)
"""Columns and rows the screens need."""

GOOD_SKEW_SECONDS: Final = 60.0
BAD_SKEW_SECONDS: Final = 300.0


def disk(home: Path) -> Finding:
    """Whether there is room to accept."""
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    values = {"free": f"{free / 1024 / 1024:,.0f}"}
    if free < LEAST_DISK:
        return Finding(
            "disk",
            Verdict.FAIL,
            N_("{free} MiB free: too little to accept"),
            N_("Delete or move other files on this disk; never anything in the station's folder."),
            values,
        )
    if free < ENOUGH_DISK:
        return Finding(
            "disk",
            Verdict.WARN,
            N_("{free} MiB free"),
            N_("Make room soon; call the help desk if nothing can be deleted."),
            values,
        )
    return Finding("disk", Verdict.OK, N_("{free} MiB free"), values=values)


def clock(here: datetime, centre: datetime | None) -> Finding:
    """Whether the clock is right, by the centre's when it answers, and tells the city's time."""
    found = _against(here, centre)
    if found.verdict is not Verdict.OK or here.astimezone().utcoffset() == CITY.utcoffset(None):
        return found
    return Finding(
        "clock",
        Verdict.WARN,
        N_("{now}; this computer's time zone is {zone}, the city's is {city}"),
        N_("As root: {command}"),
        {
            "now": _local(here),
            "zone": _offset(here.astimezone()),
            "city": _offset(city_time(here)),
            "command": "timedatectl set-timezone Asia/Shanghai",
        },
    )


def _against(here: datetime, centre: datetime | None) -> Finding:
    if centre is None:
        return Finding(
            "clock",
            Verdict.OK if here.year >= 2026 else Verdict.WARN,
            N_("{now}; not compared, the centre did not answer"),
            "" if here.year >= 2026 else N_("Set the date and time of this computer."),
            {"now": _local(here)},
        )
    skew = abs((here - centre).total_seconds())
    values = {"now": _local(here), "skew": f"{skew:.0f}"}
    if skew <= GOOD_SKEW_SECONDS:
        return Finding("clock", Verdict.OK, N_("{now}, as at the centre"), values=values)
    verdict = Verdict.FAIL if skew > BAD_SKEW_SECONDS else Verdict.WARN
    return Finding(
        "clock",
        verdict,
        N_("{now} is {skew} s off the centre's clock"),
        N_("Turn on network time on this computer, or set its clock by hand."),
        values,
    )


def terminal(environment: Mapping[str, str] = os.environ) -> Finding:
    """Whether the terminal can show the screens: size, character set, colours."""
    if not sys.stdout.isatty():
        return Finding("terminal", Verdict.OK, N_("not on a terminal now"))
    size = shutil.get_terminal_size()
    values = {
        "term": environment.get("TERM", "?"),
        "columns": size.columns,
        "rows": size.lines,
        "encoding": locale.getpreferredencoding(do_setlocale=False),
    }
    if size.columns < SMALLEST[0] or size.lines < SMALLEST[1]:
        return Finding(
            "terminal",
            Verdict.FAIL,
            N_("{term}, {columns}×{rows}: too small"),
            N_("Make the window at least 80 columns by 24 rows."),
            values,
        )
    if "utf" not in values["encoding"].lower():
        return Finding(
            "terminal",
            Verdict.FAIL,
            N_("{term}, characters in {encoding}"),
            N_("Set the terminal program to UTF-8."),
            values,
        )
    return Finding("terminal", Verdict.OK, N_("{term}, {columns}×{rows}, UTF-8"), values=values)


def now() -> datetime:
    """This computer's time."""
    return datetime.now(UTC)


def _offset(moment: datetime) -> str:
    return moment.isoformat()[-6:]


def _local(moment: datetime) -> str:
    return city_time(moment).strftime("%Y-%m-%d %H:%M:%S")
