"""Finding a case again: here while typing, at the centre on Enter; and the story of one."""

from uuid import UUID

from textual.pilot import Pilot

from counter_tui import finding
from counter_tui.case import masking
from counter_tui.station import Station
from counter_tui.store import Store
from counter_tui.words import Words
from tests.screens.desk_office import Bench, card, screen_text
from tests.screens.test_screens import SIZE, settle, signed_in
from tests.store.homes import CODE, make

zh = Words("zh_CN")
THEIRS = {
    "id": "01990000-0000-7000-8000-000000000001",
    "number": "7K3M-29QF-A",
    "station": "510104-ps-001",
    "received_at": "2018-05-02T09:12:00+00:00",
    "outcome": "accept_with_deferral",
    "name": "样本乙丙",
    "open_items": ["passport:first"],
}


def accepted(store: Store) -> str:
    station = Station(CODE, "police_station", None, {})
    return store.accept(make(station), masking.name("样本甲")).number


async def with_two(bench: Bench, pilot: Pilot) -> str:
    """A draft and an accepted application; the number of the second."""
    await signed_in(bench, pilot)
    bench.lay(card(name="样本甲乙"))
    await settle(pilot)
    await bench.app.desk.flush()  # type: ignore[union-attr]
    body = next(iter(bench.office.kept.values())).body

    def both(store: Store) -> str:
        store.drafts.save(UUID(body["id"]), body)
        return accepted(store)

    return await bench.office.ask(both)


async def test_what_is_here_is_found_while_it_is_typed() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        number = await with_two(bench, pilot)
        await pilot.press("ctrl+g", "1")
        await settle(pilot)
        assert number in screen_text(bench.app) and zh("draft") in screen_text(bench.app)
        await pilot.press(*number[:4].lower())
        await settle(pilot)
        text = screen_text(bench.app)
        assert number in text and zh("draft") not in text
        assert "样本甲" not in text


async def test_enter_asks_the_centre_and_shows_what_it_answers_masked() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_two(bench, pilot)
        await pilot.press("ctrl+g", "1", "样", "enter")
        await settle(pilot)
        assert bench.office.woken > 0

        def answer(store: Store) -> None:
            question = store.questions.get(finding.QUESTION)
            assert question is not None
            assert (question.path, question.body) == (finding.PATH, {"name_prefix": "样"})
            store.cache.put(question.name, {"items": [THEIRS], "next": None})
            store.questions.answered(question.name)

        await bench.office.ask(answer)
        bench.app.frame.on_store_moved()
        await settle(pilot)
        text = screen_text(bench.app)
        assert (
            "7K3M-29QF-A" in text and "春熙路派出所" in text and zh("accepted, to follow") in text
        )
        assert "样本乙丙" not in text
        kept = await bench.office.ask(lambda store: store.cache.get(finding.QUESTION))
        assert kept is None, "names the centre told lie nowhere longer than they are shown"


async def test_a_centre_out_of_reach_is_said() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        await pilot.press("ctrl+g", "1", "样", "enter")
        await settle(pilot)
        await bench.office.ask(
            lambda store: store.questions.failed(finding.QUESTION, "unreachable")
        )
        bench.app.frame.on_store_moved()
        await settle(pilot)
        said = zh("The centre cannot be reached; only this station's records are shown.")
        assert said in screen_text(bench.app)


async def test_an_application_tells_its_story_and_esc_leads_back() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        number = await with_two(bench, pilot)
        await pilot.press("ctrl+g", "1", *number, "enter", "enter")
        await settle(pilot)
        text = screen_text(bench.app)
        assert bench.app.frame.place == "history"
        assert zh("Application {number}", number=number) in text
        assert zh("Timeline") in text and zh("accepted") in text
        assert zh("Asking the centre …") in text
        await pilot.press("escape")
        await settle(pilot)
        assert bench.app.frame.place == "search"
        await pilot.press("escape")
        await settle(pilot)
        assert bench.app.frame.place == "case"


def test_a_question_says_what_was_typed() -> None:
    assert finding.question("7k3m-29qf-a") == {"number": "7K3M-29QF-A"}
    assert finding.question("51010719580516998x") == {"person": "51010719580516998X"}
    assert finding.question(" 欧阳 ") == {"name_prefix": "欧阳"}
    # A number without a digit is one all the same; a name of nine letters is none.
    assert finding.question("hwvh-bfqh-d") == {"number": "HWVH-BFQH-D"}
    assert finding.question("HWVHBFQHD") == {"number": "HWVHBFQHD"}
    assert finding.question("Alexander") == {"name_prefix": "Alexander"}
    assert finding.question("Gangadhar") == {"name_prefix": "Gangadhar"}
    assert finding.enough("李") and finding.enough("li")
    assert not finding.enough("l") and not finding.enough("")
