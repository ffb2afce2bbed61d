"""Checks of the policy pack."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from counter_tui import packs
from counter_tui.doctor.finding import Finding, Verdict
from counter_tui.words import N_
from intake.pack import PackError


def pack(name: str, home: Path, today: date) -> Iterator[Finding]:
    """Whether a pack decides, which one, and whether it knows this year's working days."""
    try:
        used = packs.in_use(name, home)
    except PackError as error:
        place = str(error.place) if error.place else name
        yield Finding(
            "pack",
            Verdict.FAIL,
            N_("{place}: the policy pack cannot be used"),
            N_("Correct `pack` under [rules] in counter.toml, or fetch the pack anew."),
            {"place": place},
        )
        return
    values = {"name": used.pack.name, "version": used.pack.version, "year": today.year}
    if used.trouble is not None:
        yield Finding(
            "pack",
            Verdict.WARN,
            N_("{name} {version} decides; the newest one was refused: {why}"),
            N_("Call the help desk; cases can be taken in meanwhile."),
            {**values, "why": used.trouble.sentence},
        )
    elif not used.pack.working_days.published(today.year):
        yield Finding(
            "pack",
            Verdict.WARN,
            N_("{name} {version} has no working days of {year}: dates are provisional"),
            N_("Fetch the new pack (`counter sync`)."),
            values,
        )
    elif used.origin == "installed":
        text = N_("{name} {version}, signed by the centre")
        yield Finding("pack", Verdict.OK, text, values=values)
    else:
        yield Finding("pack", Verdict.OK, N_("{name} {version}, as shipped"), values=values)
