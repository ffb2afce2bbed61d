"""A document laid on the chip reader beside an open case: what joins the case and what does not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest
from textual.pilot import Pilot

from counter_tui.words import Words
from devices.records import (
    Authenticity,
    CardAgain,
    CardFailed,
    CardIn,
    CardKind,
    CardOut,
    CardRead,
    Problem,
    Progress,
    ReaderDown,
    ReaderUp,
    TravelDocument,
)
from tests.screens.desk_office import Bench, card, screen_text
from tests.screens.test_screens import settle, signed_in, with_case

zh = Words("zh_CN")
SIZE = (80, 24)
GENUINE = Authenticity("ok", "ok")


def passport(**changes: object) -> TravelDocument:
    """The present passport of the person of `card()`."""
    made = TravelDocument(
        kind=CardKind.PASSPORT,
        reader="pcsc:A",
        access="BAC",
        mrz=(),
        document_number="E12345678",
        name="YANG BENJIA",
        name_chinese="样本甲",
        nationality="CHN",
        sex="female",
        birth_date=date(1958, 5, 16),
        expiry_date=date(2018, 8, 1),
        issuing_state="CHN",
        face=None,
        authenticity=GENUINE,
        apdus=40,
        ms=1000,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    yield Bench()


async def lay(bench: Bench, pilot: Pilot, document: TravelDocument) -> str:
    """Read a document; the screen after it."""
    bench.events.put_nowait(CardRead(document.reader, document))
    await settle(pilot)
    return screen_text(bench.app)


def paper(bench: Bench) -> str:
    """What the rules think of the present document."""
    desk = bench.app.desk
    assert desk is not None and desk.case is not None and desk.case.decision is not None
    (line,) = (one for one in desk.case.decision.materials if one.code == "current_document")
    return line.status


async def test_a_genuine_passport_is_handed_in(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        assert paper(bench) == "missing"
        text = await lay(bench, pilot, passport())
        assert zh("genuine") in text
        assert paper(bench) == "present"
        assert ("document_read", bench.app.desk.case.draft.id) in bench.office.recorded  # type: ignore[union-attr]
        await pilot.press("f4")
        await settle(pilot)
        shown = zh("chip: {verdict}, valid to {day}", verdict=zh("genuine"), day="2018-08-01")
        assert shown in screen_text(bench.app)
        assert "E12345678" not in screen_text(bench.app)


async def test_one_read_before_its_item_counts_for_it(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "")
        await lay(bench, pilot, passport())
        await pilot.press(*"hz", "space", "h", "enter")
        await settle(pilot)
        assert paper(bench) == "present"


async def test_the_clerk_may_take_it_back_and_undo(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        await lay(bench, pilot, passport())
        desk = bench.app.desk
        assert desk is not None
        desk.put_material("current_document", 0, "missing")
        assert paper(bench) == "missing"
        desk.undo()
        assert paper(bench) == "present"
        desk.undo()
        assert paper(bench) == "missing"


@pytest.mark.parametrize(
    ("passive", "active", "reason"),
    [
        ("failed", "ok", "dg1_hash_differs"),
        ("ok", "failed", "active_authentication_failed"),
    ],
)
async def test_a_forged_one_is_not_taken_and_says_why(
    bench: Bench, passive: str, active: str, reason: str
) -> None:
    forged = passport(authenticity=Authenticity(passive, active, (reason,)))  # type: ignore[arg-type]
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        text = await lay(bench, pilot, forged)
        assert zh("The document is not genuine; it was not taken.") in text
        assert zh("Reason") in text and "FAILED" not in text and reason not in text
        assert paper(bench) == "missing"
        assert "E12345678" not in text
        await pilot.press("escape")
        await settle(pilot)
        assert bench.app.frame.place == "case"


async def test_an_unknown_issuer_is_said_and_the_paper_counts(bench: Bench) -> None:
    stranger = passport(authenticity=Authenticity("untrusted", "absent", ("issuer_unknown",)))
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        text = await lay(bench, pilot, stranger)
        assert zh("signed by an issuer that is not trusted here") in text
        assert paper(bench) == "present"


async def test_another_persons_is_asked_about(bench: Bench) -> None:
    others: list[dict[str, object]] = [
        {"name_chinese": "样本乙"},
        {"birth_date": date(1958, 5, 17)},
        {"sex": "male"},
        {"name_chinese": "样本", "warnings": ()},
    ]
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        for other in others:
            text = await lay(bench, pilot, passport(**other))
            assert zh("Not the applicant's document: do not take it") in text
            await pilot.press("enter")
            await settle(pilot)
            assert paper(bench) == "missing"
        await lay(bench, pilot, passport(**others[0]))
        await pilot.press("down", "enter")
        await settle(pilot)
        assert paper(bench) == "present"
        (read,) = bench.app.desk.case.draft.documents  # type: ignore[union-attr]
        assert read["differs"]


async def test_a_cut_name_and_an_unprintable_character_are_no_difference(bench: Bench) -> None:
    cut = passport(name_chinese="样〓", warnings=("chinese_name_cut",))
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        await lay(bench, pilot, cut)
        assert paper(bench) == "present"


async def test_a_question_does_not_outlive_its_case(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        await lay(bench, pilot, passport(name_chinese="样本乙"))
        first = bench.app.desk.case.draft.id  # type: ignore[union-attr]
        await pilot.press("escape", "escape")
        await settle(pilot)
        bench.lay(card("样本丁", "510107199003071230", date(1990, 3, 7)))
        await settle(pilot)
        assert bench.app.desk.case.draft.id != first  # type: ignore[union-attr]
        assert bench.app.desk.case.draft.documents == ()  # type: ignore[union-attr]


async def test_a_passport_said_to_be_lost(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz d")
        assert zh("The case says that it is lost!") in await lay(bench, pilot, passport())


async def test_documents_that_no_case_is_about(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        for other in (passport(issuing_state="UTO"), passport(kind="cr")):
            text = await lay(bench, pilot, other)
            assert zh("No case is about a document of this kind.") in text
            assert paper(bench) == "missing"
            bench.app.frame.flash("")


async def test_without_a_case_or_a_clerk(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await bench.app.loaded.wait()
        sign_in = zh("Sign in first, then lay the card down again.")
        assert sign_in in await lay(bench, pilot, passport())
        await signed_in(bench, pilot)
        first = zh("Open the applicant's case first, then lay the document down again.")
        assert first in await lay(bench, pilot, passport())


async def test_the_status_line_knows_what_lies_and_who_is_down(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)

        async def after(*events: object) -> str:
            for one in events:
                bench.events.put_nowait(one)  # type: ignore[arg-type]
            await settle(pilot)
            return screen_text(bench.app)

        lies, down = zh("a card lies on the reader"), zh("The reader was unplugged.")
        assert lies in await after(ReaderUp("a"), ReaderUp("b"), CardIn("a"))
        assert down in await after(ReaderDown("b", Problem.READER_GONE))
        # One reader's return says nothing of another that is still away.
        assert down in await after(ReaderUp("a"))
        assert down not in await after(ReaderUp("b"))
        assert lies in await after(CardAgain("a", "b"))
        assert lies not in await after(CardOut("a"))


async def test_escape_breaks_off_a_reading_first(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        bench.events.put_nowait(CardIn("pcsc:A"))
        bench.events.put_nowait(Progress("pcsc:A", "DG2", 40))
        await settle(pilot)
        assert "40 %" in screen_text(bench.app)
        await pilot.press("escape")
        await settle(pilot)
        assert bench.office.broken_off == 1 and bench.app.frame.place == "case"
        bench.events.put_nowait(CardFailed("pcsc:A", Problem.CANCELLED))
        await settle(pilot)
        assert zh("Reading was cancelled.") in screen_text(bench.app)
        await pilot.press("escape")
        await settle(pilot)
        assert bench.office.broken_off == 1 and bench.app.frame.place == "home"
