"""Works a record again: the real screens over a station made for the occasion, its reader virtual.

Every state of the record is waited for; the first that does not come is the difference.
"""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

from counter_tui import enrolment
from counter_tui.address import book
from counter_tui.app import CounterApp
from counter_tui.config import Config, Rules, Terminal
from counter_tui.failure import WrongUse
from counter_tui.office import Clerk
from counter_tui.record.held import lay_out
from counter_tui.record.readers import event_of
from counter_tui.record.recorder import FORMAT, state_of
from counter_tui.station import store_path
from counter_tui.station_office import StationOffice
from counter_tui.store import Store
from counter_tui.words import N_
from devices.records import ReaderEvent
from widgets.seams import SlimInput

PATIENCE_SECONDS: Final = 4.0
_CLERK, _PIN = "R0001", "000000"
_HEADING: Final = {"now", "site", "language", "pack", "size"}


class BadRecord(WrongUse):
    """The file is no record, or one of a newer program."""

    def __init__(self, path: Path) -> None:
        super().__init__(N_("{path} is not a record this program can replay."), path=path)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it. `line` is the record's line that came out differently; 0: none did."""

    keys: int
    states: int
    line: int = 0
    recorded: str = ""
    now: str = ""


def read(path: Path) -> list[dict[str, Any]]:
    """The events of a record, its heading first. Raises BadRecord.

    A last line without an end was cut with the session, and is passed over.
    """
    try:
        whole = path.read_text("utf-8").rpartition("\n")[0]
        events = [json.loads(line) for line in whole.splitlines() if line]
        fits = events[0]["record"] <= FORMAT
        fits &= events[0].keys() >= _HEADING and all(one["at"] >= 0 for one in events)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise BadRecord(path) from None
    if not fits:
        raise BadRecord(path)
    return events


async def replay(events: list[dict[str, Any]], made: Path) -> Replayed:
    """Work a record again. `made` is the address book of a station here, taken if it is there."""
    heading = events[0]
    began = datetime.fromisoformat(heading["now"])
    with tempfile.TemporaryDirectory(prefix="counter-replay-") as folder:
        home = Path(folder) / "home"
        key = await asyncio.to_thread(enrolment.make_station, home, *heading["site"])
        await asyncio.to_thread(
            enrolment.add_clerk, home, key, _CLERK, "样本", "clerk", _PIN, enrolment.file_key()
        )
        if await asyncio.to_thread(made.exists):
            await asyncio.to_thread(shutil.copy2, made, home / book.FILE)
        await asyncio.to_thread(_furnish, home, key, events)
        # Making it may take longer than a state is waited for.
        await asyncio.to_thread(lambda: book.AddressBook.open(home / book.FILE).close())
        config = Config(
            home=home,
            language=heading["language"],
            rules=Rules(pack=heading["pack"]),
            terminal=replace(Terminal(), line="fast", lock_after_minutes=120),
        )
        office = _Office(config)
        player = _Player(office, began)
        app = CounterApp(config, [Clerk(_CLERK, "样本")], lambda: office, lambda: player.now)
        async with app.run_test(size=tuple(heading["size"])) as pilot:
            found = await player.play(app, pilot, events[1:])
            await app.leave()
    return found


def _furnish(home: Path, key: bytes, events: list[dict[str, Any]]) -> None:
    with Store.open(store_path(home), key) as store:
        lay_out(store, events)


class _Office(StationOffice):
    """A station whose reader is a queue of what the record's readers and scanners told."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.events: asyncio.Queue[ReaderEvent] = asyncio.Queue()

    async def readers(self) -> AsyncIterator[ReaderEvent]:
        while True:
            yield await self.events.get()


class _Player:
    def __init__(self, office: _Office, began: datetime) -> None:
        self._office, self._began = office, began
        self.now = began
        self._keys = self._states = 0

    async def play(self, app: CounterApp, pilot: Any, events: list[dict[str, Any]]) -> Replayed:
        for line, event in enumerate(events, start=2):
            self.now = self._began + timedelta(milliseconds=event["at"])
            if "state" in event:
                self._states += 1
                # One that was passed on the way may be over before it is looked at.
                run = takewhile(lambda one: "state" in one or "held" in one, events[line - 2 :])
                states = [one["state"] for one in run if "state" in one]
                now = await _reached(app, pilot, states)
                if now is not None:
                    recorded = json.dumps(event["state"], ensure_ascii=False)
                    return Replayed(self._keys, self._states, line, recorded, now)
            else:
                now = await self._do(app, pilot, event)
                if now is not None:
                    recorded = json.dumps(event, ensure_ascii=False)
                    return Replayed(self._keys, self._states, line, recorded, now)
        return Replayed(self._keys, self._states)

    async def _do(self, app: CounterApp, pilot: Any, event: dict[str, Any]) -> str | None:
        """One thing the clerk did; what stands in its way, if something does."""
        if "key" in event:
            self._keys += 1
            await pilot.press(event["key"])
        elif "fill" in event or "pin" in event:
            field = app.frame.focused
            named = isinstance(field, SlimInput) and (
                field.password if "pin" in event else (field.name or field.id) == event["fill"]
            )
            if not isinstance(field, SlimInput) or not named:
                return f"the cursor is in {getattr(field, 'name', None) or field!r}"
            field.value = _PIN if "pin" in event else event["value"]
            field.cursor_position = len(field.value)
        elif "held" not in event:
            case = app.desk.case if app.desk else None
            came = event_of(event, case.draft if case else None, self._began.date())
            if came is not None:
                self._office.events.put_nowait(came)
        await pilot.pause()
        while app.busy_with_key:
            await pilot.pause(0.01)
        return None


async def _reached(app: CounterApp, pilot: Any, states: list[dict[str, Any]]) -> str | None:
    """Wait for a state or one behind it; the one that stands instead when none comes."""
    for _ in range(round(PATIENCE_SECONDS / 0.02)):
        if json.loads(json.dumps(state_of(app))) in states:
            return None
        await pilot.pause(0.02)
    return json.dumps(state_of(app), ensure_ascii=False)
