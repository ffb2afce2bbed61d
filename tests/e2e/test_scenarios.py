"""The written scenarios on a real terminal, as a clerk plays them: tmux, keys only, to the number.

One size, language and number of colours in every run; the whole matrix in the long one.
"""

import re
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from devices.records import IdCard
from intake.days import city_day, city_time
from tests.e2e.conftest import COUNTER, Demo
from tests.e2e.tmux import Tmux
from tests.screens.keystrokes import SCENARIOS, Free, Scenario

CARDS: Final = (
    ("sixty",),
    ("plain",),
    ("fifteen", "elder"),
    ("disabled",),
    ("yi",),
    ("sixteen",),
)
"""Whose cards are laid in each scenario; nobody asks twice for the same."""

KEYS: Final = {"enter": "Enter", "end": "End", "f8": "F8", "f10": "F10", "ctrl+o": "C-o"}
OPENS: Final = "芯片已读|chip read"
OPENS_MATTERS: Final = "本人未了事项|What this person has open"
ENDS: Final = {
    "": "(?:已受理：|Accepted: )([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z])",
    "supplements": "(?:已补交|Handed in)",
    # The slip may be printed before anybody looks; what is said of that takes its place.
    "referrals": "(?:已转介|Referred to|已打印：转介单|Printed: )",
}
"""What the message line says at the end."""

COLOURS: Final = {
    "256": ("screen-256color", {}),
    "16": ("screen-16color", {}),
    "none": ("screen-256color", {"NO_COLOR": "1"}),
}
PLAYED_WITHIN: Final = timedelta(minutes=4)
DAILY: Final = (80, 24, "zh", "256")
MATRIX: Final = [
    (*size, language, colours)
    for size in ((80, 24), (120, 40))
    for language in ("zh", "en")
    for colours in COLOURS
    if (*size, language, colours) != DAILY
]


def keep_clear_of_midnight() -> None:
    """One of the sample people turns 16 tomorrow: what is played now ends today, or starts then."""
    now = city_time(datetime.now(UTC))
    left = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo) - now
    if left < PLAYED_WITHIN:
        time.sleep(left.total_seconds() + 1)


def zone_of_another_day() -> str:
    """A time zone in which it is not the city's day now; one of the two ends of the earth is."""
    now = datetime.now(UTC)
    hours = next(h for h in (-12, 14) if (now + timedelta(hours=h)).date() != city_day(now))
    return f"FAR{-hours:+d}"


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory, enrolled_home: Path) -> Iterator[Demo]:
    """One demo station for the daily run; on its computer it is another day than in the city."""
    keep_clear_of_midnight()
    home = tmp_path_factory.mktemp("scenarios") / "home"
    shutil.copytree(enrolled_home, home)
    running = Demo(home, TZ=zone_of_another_day())
    yield running
    running.stop()


def open_terminal(demo: Demo, columns: int, rows: int, language: str, colours: str) -> Tmux:
    """A terminal of the station, signed in, at the home screen."""
    term, more = COLOURS[colours]
    terminal = Tmux(
        f"exec {COUNTER} run --config {demo.says['config']}",
        columns=columns,
        rows=rows,
        term=term,
        environment={"COUNTER_HOME": str(demo.home), **more},
    )
    try:
        terminal.wait_for("PIN", 30)
        if language == "en":
            terminal.keys("C-t")
            terminal.wait_for("Choose yourself")
        terminal.type(demo.says["pin"])
        terminal.keys("Enter")
        terminal.wait_for("F9", 30)
        terminal.wait_for("请将身份证放在|Lay an ID card", 30)
    except BaseException:
        terminal.close()
        raise
    return terminal


def settled(terminal: Tmux) -> str:
    """The screen once it has stood still for a moment."""
    before, deadline = "", time.monotonic() + 5
    while time.monotonic() < deadline:
        time.sleep(0.12)
        now = terminal.screen()
        if now == before:
            return now
        before = now
    return before


def play(demo: Demo, terminal: Tmux, scenario: Scenario, cards: tuple[str, ...]) -> re.Match[str]:
    """Do the steps, and wait for what is said at the end."""
    laid = iter(cards)
    for step in scenario.steps:
        if isinstance(step, IdCard):
            first = step is scenario.steps[0]
            if not first:
                demo.reader("take")
            demo.reader(f"lay {next(laid)}")
            opens = OPENS_MATTERS if scenario.act == "supplements" else OPENS
            terminal.wait_for(opens if first else "这是监护人|This is the guardian", 20)
        elif isinstance(step, Free):
            terminal.type(step.text)
        elif step in KEYS:
            terminal.keys(KEYS[step])
        else:
            terminal.type(step)
        settled(terminal)
    demo.reader("take")
    return terminal.wait_for(ENDS[scenario.act], 15)


def play_all(demo: Demo, place: tuple[int, int, str, str]) -> None:
    """All six on one terminal, as a counter has them on one morning; all are there at the end."""
    numbers = []
    with open_terminal(demo, *place) as terminal:
        for scenario, cards in zip(SCENARIOS, CARDS, strict=True):
            found = play(demo, terminal, scenario, cards)
            numbers += found.groups()
            settled(terminal)
    rows = demo.json("outbox", "list")["rows"]
    assert set(numbers) <= {row["number"] for row in rows} and len(set(numbers)) == 4
    assert {"supplements", "referrals"} <= {row["action"] for row in rows}


def test_the_scenarios_by_day(station: Demo) -> None:
    play_all(station, DAILY)


@pytest.mark.soak
@pytest.mark.parametrize("place", MATRIX, ids=lambda place: "-".join(map(str, place)))
def test_every_scenario_in_every_size_language_and_colour(
    demo: Demo, place: tuple[int, int, str, str]
) -> None:
    play_all(demo, place)


def test_a_guardianship_is_looked_up_by_itself(station: Demo) -> None:
    """The register knows this pair: the proof is verified before anybody asks for the paper."""
    with open_terminal(station, *DAILY) as terminal:
        station.reader("lay infant")
        terminal.wait_for("芯片已读", 20)
        for key in ("1", "Enter", "Enter", "9"):
            terminal.keys(key)
            settled(terminal)
        station.reader("take")
        station.reader("lay plain")
        terminal.wait_for("这是监护人", 20)
        terminal.keys("Enter")
        terminal.wait_for(r"已核验 +次要 +监护证明 +核验一致", 30)
        station.reader("take")
