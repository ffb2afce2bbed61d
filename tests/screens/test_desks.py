"""The deferral desk and the rejection desk: what a clerk sees, and what a key does."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from textual.pilot import Pilot

from counter_tui.app import CounterApp
from counter_tui.case import masking
from counter_tui.config import Printer
from counter_tui.station import Station
from counter_tui.store import Store
from counter_tui.words import Words
from tests.screens.desk_office import NOW, PIN, Bench, card, screen_text
from tests.screens.test_papers import papers
from tests.screens.test_screens import SIZE, signed_in
from tests.screens.test_screens import settle as settle_screens
from tests.store.homes import CODE, make

zh = Words("zh_CN")
PERSON = card().number
TODAY = NOW.date()


def deferral(due: date, code: str = "loss_statement", state: str = "open") -> dict[str, Any]:
    return {
        "id": str(UUID(int=due.toordinal())),
        "application": str(UUID(int=7)),
        "state": state,
        "due_on": due.isoformat(),
        "created_at": "2018-05-09T01:00:00+00:00",
        "body": {
            "code": code,
            "item": 0,
            "channels": ["window", "post", "online", "proxy"],
            "on_expiry": "terminate",
        },
        "detail": {},
        "about": {
            "number": "WA7K-29QF-M",
            "name": "样本甲",
            "phone": "13800000006",
            "person": PERSON,
        },
    }


async def told(bench: Bench, name: str, *items: Mapping[str, Any]) -> None:
    """What the agent had fetched before."""
    await bench.office.ask(lambda store: store.cache.put(name, {"items": list(items)}))


async def settle(pilot: Pilot) -> None:
    """Also what a question of the dialog led to: the store answers in order."""
    app = pilot.app
    assert isinstance(app, CounterApp)
    for _ in range(3):
        await settle_screens(pilot)
        await app.office.ask(lambda store: None)
    await settle_screens(pilot)


async def at_desk(bench: Bench, pilot: Pilot) -> None:
    """Three to follow: one overdue, one due today, one later."""
    await signed_in(bench, pilot)
    days = [TODAY + timedelta(days=ahead) for ahead in (30, 0, -2)]
    await told(bench, "deferrals", *map(deferral, days))
    await pilot.press("ctrl+g", "2")
    await settle(pilot)


async def sent(bench: Bench) -> list[tuple[str | None, dict]]:
    def look(store: Store) -> list[tuple[str | None, dict]]:
        rows = store.outbox.list()
        return [(row.action, json.loads(store.outbox.body(row.key) or b"{}")) for row in rows]

    return await bench.office.ask(look)


async def test_the_overdue_stand_first_and_phones_are_masked_until_asked_for() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await at_desk(bench, pilot)
        rows = [line for line in screen_text(bench.app).splitlines() if "WA7K-29QF-M" in line]
        assert zh("{day}, {days} d late", day="05-14", days=2) in rows[0]
        assert zh("due today") in rows[1] and "138****0006" in rows[0]
        assert zh("overdue: {count}", count=1) in screen_text(bench.app)
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert screen_text(bench.app).count("13800000006") == 1, "the line under the cursor only"
        assert bench.office.recorded == [("revealed", str(UUID(int=7)))]
        await pilot.press("down")
        await settle(pilot)
        assert "13800000006" not in screen_text(bench.app)


async def test_more_time_is_offered_once_and_expiry_says_what_follows() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await at_desk(bench, pilot)
        await pilot.press("enter")
        await settle(pilot)
        text = screen_text(bench.app)
        assert zh("It has run out: {outcome}", outcome=zh("the application is terminated")) in text
        assert zh("Hand in: {channel}", channel=zh("by another person")) in text
        await pilot.press("down", "down", "down", "down", "enter")
        await settle(pilot)
        await pilot.press(*"busy", "enter")
        await settle(pilot)
        ((act, body),) = await sent(bench)
        assert (act, body["reason"], body["item"]) == ("extensions", "busy", 0)
        assert zh("extended") in screen_text(bench.app)


async def test_expiry_is_asked_twice() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await at_desk(bench, pilot)
        await pilot.press("enter", *["down"] * 5, "enter")
        await settle(pilot)
        assert await sent(bench) == []
        await pilot.press("down", "enter")
        await settle(pilot)
        assert [act for act, _ in await sent(bench)] == ["expiries"]
        # The letter is made in the same step: it is with the papers, printer or not.
        kept = await bench.office.ask(lambda store: store.prints.list())
        assert [(one.what, one.state) for one in kept] == [("expiry", "kept")]
        assert zh("The letter on {number} is with the papers.", number="WA7K-29QF-M") in (
            screen_text(bench.app)
        )


async def test_the_last_day_counts_whole_and_what_follows_is_said() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await at_desk(bench, pilot)
        await pilot.press("down", "enter")
        await settle(pilot)
        text = screen_text(bench.app)
        outcome = zh("the application is terminated")
        assert (
            zh("Not handed in by the end of {day}: {outcome}.", day=TODAY, outcome=outcome) in text
        )
        assert zh("It has run out: {outcome}", outcome=outcome) not in text


async def test_the_letter_on_an_expiry_is_printed_from_the_desk(tmp_path: Path) -> None:
    bench = Bench()
    printer = Printer(f"file:{tmp_path / 'papers'}")
    bench.app.config = replace(bench.app.config, home=tmp_path, printer=printer)
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        await told(bench, "deferrals", deferral(TODAY - timedelta(days=2), state="expired"))
        await pilot.press("ctrl+g", "2")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert zh("Print the letter on its expiry") in screen_text(bench.app)
        await pilot.press(*["down"] * 4, "enter")
        await settle(pilot)
        (paper,) = await papers(tmp_path, 1)
        text = paper.read_text("utf-8")
        assert "样本甲" in text and "WA7K-29QF-M" in text
        assert zh("the application is terminated") in text


async def test_a_scanned_receipt_opens_its_deferral_and_enter_hands_it_in() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        await told(bench, "deferrals", deferral(TODAY))
        await bench.app.show_deferral("WA7K-29QF-M")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        ((act, body),) = await sent(bench)
        assert (act, body["channel"]) == ("supplements", "window")
        assert zh("queued") in screen_text(bench.app)


async def refused(bench: Bench, reason: str, **detail: object) -> UUID:
    """An application of this station, refused by the centre."""

    def refuse(store: Store) -> UUID:
        made = make(Station(CODE, "police_station", {}))
        made = made.model_copy(update={"phone": "13900000001"})
        store.accept(made, masking.name("样本甲"))
        store.sending.claim([made.id])
        deadline = datetime.now(UTC) + timedelta(days=3)
        store.sending.refuse(made.id, "needs_clerk", reason, dict(detail), deadline)
        return made.id

    return await bench.office.ask(refuse)


async def test_a_refusal_shows_reason_lines_and_phone_and_is_corrected_in_the_case() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        line = {"path": "items[0].outcome", "station": "accept", "centre": "refer"}
        identifier = await refused(bench, "rules-disagree", lines=[line])
        await pilot.press("ctrl+g", "3")
        await settle(pilot)
        text = screen_text(bench.app)
        assert zh("The centre decides otherwise in these lines.") in text
        assert zh("can be accepted") in text and zh("not served here: refer the applicant") in text
        assert "139****0001" in text and "13900000001" not in text
        await pilot.press("enter", "enter")
        await settle(pilot)
        assert bench.app.frame.place == "case" and bench.app.desk and bench.app.desk.case
        draft = bench.app.desk.case.draft
        assert (draft.id, draft.phone, bool(draft.corrects)) == (
            str(identifier),
            "13900000001",
            True,
        )


async def test_many_differing_lines_are_reached_by_paging_and_begin_anew_for_the_next() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        rows = [
            {"path": f"fees[{at}].amount", "station": at, "centre": 700 + at} for at in range(20)
        ]
        papers = [{"code": "loss_statement"}, {"code": "kinship_proof"}]
        rows.append({"path": "materials", "station": papers, "centre": []})
        await refused(bench, "rules-disagree", lines=rows)
        await refused(bench, "fault")
        await pilot.press("ctrl+g", "3")
        await settle(pilot)
        seen = screen_text(bench.app)
        assert "700" in seen and "719" not in seen and "PgDn" in seen
        await pilot.press(*["pagedown"] * 4)
        await settle(pilot)
        seen = screen_text(bench.app)
        assert "719" in seen and "26/26" in seen
        assert zh("statement of loss") in seen and "{" not in seen
        await pilot.press("down")
        await settle(pilot)
        seen = screen_text(bench.app)
        assert zh("Send it again as it is; if it comes back, call support.") in seen
        assert "PgDn" not in seen
        await pilot.press("up")
        await settle(pilot)
        assert "700" in screen_text(bench.app)


async def test_a_field_that_the_centre_does_not_take_is_called_by_its_name() -> None:
    bench = Bench("en")
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        await refused(bench, "invalid", field="facts.applicant.birth_date")
        await pilot.press("ctrl+g", "3")
        await settle(pilot)
        seen = screen_text(bench.app)
        assert "The centre does not take this field: Applicant birth date." in seen
        head = next(line for line in seen.split("\n") if "application" in line)
        assert head.rstrip().endswith("~"), "what is cut says so"


async def test_a_duplicate_goes_on_with_a_reason_and_a_supervisors_pin() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        await bench.office.ask(lambda store: store.contact.made())
        identifier = await refused(bench, "possible-duplicate", existing={"number": "7K3M-29QF-A"})
        await pilot.press("ctrl+g", "3")
        await settle(pilot)
        assert "7K3M-29QF-A" in screen_text(bench.app)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press(*"twins", "enter")
        await settle(pilot)
        await pilot.press(*PIN, "enter")
        await settle(pilot)
        row = await bench.office.ask(lambda store: store.outbox.get(identifier))
        assert (row.state, row.override, row.approval) == ("queued", "twins", "an approval")
        assert zh("Nothing was refused.") in screen_text(bench.app)


async def test_a_withdrawn_one_is_kept() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        identifier = await refused(bench, "invalid", field="phone")
        await pilot.press("ctrl+g", "3")
        await settle(pilot)
        await pilot.press("enter", "end", "enter")
        await settle(pilot)
        await pilot.press(*"left", "enter")
        await settle(pilot)
        row = await bench.office.ask(lambda store: store.outbox.get(identifier))
        assert (row.state, row.problem) == ("withdrawn", "left")
        assert await bench.office.ask(lambda store: store.outbox.body(identifier))
