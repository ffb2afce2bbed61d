"""The written scenarios, played on the real screens key by key; the keys are counted.

Free text (a telephone number) is not counted, nor is laying a card on the reader. Letters and
digits of the items line are.
"""

import asyncio
from dataclasses import dataclass
from datetime import date

from textual.pilot import Pilot

from devices.records import IdCard
from tests.screens.desk_office import NOW, PIN, Bench, card
from tests.screens.test_desks import deferral, settle, told

SIZE = (80, 24)
CHILD = card("样本丁", "510107200606019985", date(2006, 6, 1))
MOTHER = card("样本母", "510107198001019974", date(1980, 1, 1))


@dataclass(frozen=True)
class Free:
    """Text that every counter has to type: not counted."""

    text: str


Step = str | Free | IdCard


@dataclass(frozen=True)
class Scenario:
    """What is done, in order, from the card on the reader to its end; and the most keys."""

    name: str
    target: int
    steps: tuple[Step, ...]
    act: str = ""
    """What is left for the centre at the end; empty: an application with its number."""

    @property
    def keys(self) -> int:
        """The keys that count."""
        return sum(isinstance(step, str) for step in self.steps)


PHONE = Free("13800005678")
POSTED = ("f8", "enter", PHONE, "enter")
"""As on the card, township left open, telephone, on."""

SCENARIOS = (
    Scenario(
        "elderly first passport, posted",
        12,
        (card(), "1", "enter", "enter", "9", "enter", *POSTED, "9", "f10"),
    ),
    Scenario(
        "HK-M permit, two endorsements",
        18,
        (card(), "2", "s", "g", "enter", "enter", "9", "enter", *POSTED, "9", "f10"),
    ),
    Scenario(
        "under 16, guardian, deferral",
        26,
        (
            CHILD,
            *("1", "enter", "enter", "9"),
            MOTHER,
            *("enter", "enter", *POSTED, "9", "f10"),
        ),
    ),
    Scenario(
        "lost passport",
        16,
        (
            card(),
            *("1", "d", "enter", "enter", "9", "end", "1", "enter", *POSTED, "9", "f10"),
        ),
    ),
    Scenario("supplement", 8, (card(), "enter", "enter"), act="supplements"),
    Scenario("referral", 6, (card(), "2", "t", "enter", "ctrl+o", "enter"), act="referrals"),
)


async def play(bench: Bench, pilot: Pilot, scenario: Scenario) -> None:
    """Sign in and do the scenario's steps, as fast as the program takes them."""
    await bench.app.loaded.wait()
    await pilot.press(*PIN, "enter")
    await settle(pilot)
    if scenario.act == "supplements":
        await told(bench, "deferrals", deferral(NOW.date()))
    for step in scenario.steps:
        if isinstance(step, IdCard):
            bench.lay(step)
            await settle(pilot)
        elif isinstance(step, Free):
            await pilot.press(*step.text)
        else:
            await pilot.press(step)
    await settle(pilot)


async def reached(bench: Bench, scenario: Scenario) -> bool:
    """Whether the scenario came to its end."""
    if not scenario.act:
        return bool(bench.office.accepted)
    rows = await bench.office.ask(lambda store: store.outbox.list())
    return scenario.act in [row.action for row in rows]


def played(scenario: Scenario) -> bool:
    """Play one scenario and close; whether it came to its end."""
    bench = Bench()

    async def run() -> bool:
        async with bench.app.run_test(size=SIZE) as pilot:
            await play(bench, pilot, scenario)
            return await reached(bench, scenario)

    return asyncio.run(run())
