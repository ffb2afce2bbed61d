"""`counter run`: the terminal. Only what the first frame needs is imported here."""

import ctypes
import gc
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from counter_tui import environment
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.config import Config, load

if TYPE_CHECKING:
    from counter_tui.app import CounterApp
    from counter_tui.demo.cards import SampleCards
    from counter_tui.office import Clerk, Office

_M_ARENA_MAX: Final = -8
"""The name of that setting in <malloc.h>."""


@click.command("run", cls=SpokenCommand)
@click.option(
    "--config", "path", type=click.Path(path_type=Path), help="The station's configuration."
)
@click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write keys and decisions to a new file, without people, for `counter replay`.",
)
def command(path: Path | None, record: Path | None) -> None:
    """Run the terminal."""
    gc.disable()
    config = load(path)
    environment.prepare()
    environment.leave_out()
    _move_to_where_support_can_look(config, path, record)
    from counter_tui.app import CounterApp
    from widgets.resting import rest_between_keys
    from widgets.seams import keep_escape_apart, tolerate_foreign_bytes

    tolerate_foreign_bytes()
    keep_escape_apart()
    rest_between_keys()
    _keep_one_heap()
    app = CounterApp(
        config,
        list(_clerks(config.home)),
        lambda: _office(config),
        samples=_samples(config.home),
        started=lambda app: _start_record(app, record),
    )
    gc.freeze()
    gc.enable()
    app.run(mouse=False)
    sys.exit(app.return_code or 0)


def _keep_one_heap() -> None:
    """Let all threads share one heap, before there are any: each would hold free memory of its own.

    They wait for each other at Python's lock anyway. A C library without it has no such heaps.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def _move_to_where_support_can_look(config: Config, path: Path | None, record: Path | None) -> None:
    """Go on within the tmux server that a supporter can be let into, if this station has one.

    A terminal that runs there already is attached to: so a lost line is taken up where it broke.
    """
    if not config.support.meeting_place:
        return
    from counter_tui.support.place import place_of
    from counter_tui.support.screen import hosted

    again = [sys.executable, "-m", "counter_tui", "run"]
    for option, file in (("--config", path), ("--record", record)):
        again += [option, str(file.resolve())] if file else []
    line = hosted(place_of(config), again)
    if line is not None:
        if "SSH_CONNECTION" in os.environ and config.terminal.line == "auto":
            from counter_tui.line import MEASURED_VARIABLE, SLOW_MS, round_trip

            # Within tmux it is tmux that answers; how far away the clerk is can be seen here only.
            answered = round_trip(sys.stdin.fileno())
            os.environ[MEASURED_VARIABLE] = f"{answered or SLOW_MS:.0f}"
        os.execv(line[0], line)  # noqa: S606 - no shell is the point


def _start_record(app: "CounterApp", file: Path | None) -> None:
    if file is None:
        return
    from importlib.metadata import version

    from counter_tui.record.recorder import Recorder
    from counter_tui.station import read_station

    station = read_station(app.config.home)
    Recorder(app, file, version("counter"), (station.code, station.kind))


def _office(config: Config) -> "Office":
    from counter_tui.keys.hardening import harden
    from counter_tui.station_office import StationOffice

    harden()
    return StationOffice(config)


def _samples(home: Path) -> "SampleCards | None":
    """The hand at the demo's virtual reader; None at a real station."""
    control = _document(home / "demo.json").get("cards")
    if not isinstance(control, str):
        return None
    from counter_tui.demo.cards import SampleCards

    return SampleCards(Path(control))


def _clerks(home: Path) -> Iterator["Clerk"]:
    """Who may sign in, from what stands outside the seals; a damaged file is left out."""
    from counter_tui.clean import clean
    from counter_tui.office import Clerk

    demo = _document(home / "demo.json")
    for path in sorted((home / "clerks").glob("*.json")):
        found = _document(path)
        if isinstance(found.get("id"), str) and isinstance(found.get("name"), str):
            pin = str(demo.get("pin", "")) if found["id"] in demo.get("people", ()) else ""
            yield Clerk(clean(found["id"]), clean(found["name"]), pin)


def _document(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
