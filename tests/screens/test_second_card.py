"""A second card while a case is open: whose it is decides; nobody gets what is another's."""

from datetime import date

from tests.screens.desk_office import Bench, card, screen_text
from tests.screens.test_desks import settle
from tests.screens.test_screens import SIZE, signed_in

OTHER = card("样本丙", "510107196611259973", date(1966, 11, 25))


async def by_hand(bench: Bench, pilot, name: str) -> None:  # type: ignore[no-untyped-def]
    """A case by hand whose name is being typed."""
    await signed_in(bench, pilot)
    await pilot.press("ctrl+n")
    await settle(pilot)
    field = bench.app.frame.query_one("#person-name")
    field.focus()
    await pilot.pause()
    field.value = name  # type: ignore[attr-defined]


async def test_a_card_is_not_taken_for_a_person_whose_name_was_typed() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await by_hand(bench, pilot, "欧阳震")
        bench.lay(OTHER)
        await settle(pilot)
        assert "阅读器上是另一人的证件" in screen_text(bench.app)
        await pilot.press("1")
        await settle(pilot)
        person = bench.app.desk.case.draft.person  # type: ignore[union-attr]
        assert (person.name, person.surname_pinyin, person.number) == ("欧阳震", "OUYANG", "")
        bench.lay(OTHER)
        await settle(pilot)
        await pilot.press("2")
        await settle(pilot)
        person = bench.app.desk.case.draft.person  # type: ignore[union-attr]
        assert (person.name, person.given_pinyin) == ("样本丙", "BENBING")
        assert len(bench.office.kept) == 2


async def test_the_persons_own_card_joins_the_case_by_hand() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await by_hand(bench, pilot, "样本丙")
        bench.lay(OTHER)
        await settle(pilot)
        draft = bench.app.desk.case.draft  # type: ignore[union-attr]
        assert (draft.evidence, draft.person.number) == ("chip", OTHER.number)
        assert len(bench.office.kept) == 1


async def test_what_was_typed_last_in_one_case_does_not_stand_in_the_next() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await by_hand(bench, pilot, "欧阳震")
        await pilot.press("escape")
        await settle(pilot)
        bench.lay(OTHER)
        await settle(pilot)
        await pilot.press("f5")
        bench.app.frame.query_one("#recipient-phone").focus()
        await pilot.pause()
        await pilot.press(*"13812345678", "escape")
        await settle(pilot)
        bench.lay(card())
        await settle(pilot)
        draft = bench.app.desk.case.draft  # type: ignore[union-attr]
        assert draft.person.name == card().name
        assert "13812345678" not in (draft.phone, draft.recipient.phone)
        await pilot.press("f5")
        await settle(pilot)
        assert "13812345678" not in screen_text(bench.app)
        assert draft.recipient.phone == ""
