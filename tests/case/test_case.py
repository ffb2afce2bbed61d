"""Intents in, decision out; nothing of Textual."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from counter_tui import packs
from counter_tui.accept import application
from counter_tui.case.cards import draft_of, same_person, with_card
from counter_tui.case.case import Case
from counter_tui.case.draft import Draft
from counter_tui.case.facts import Place, gaps
from counter_tui.case.fields import text_of, with_text
from counter_tui.case.grammar import read
from counter_tui.particulars import acts, particulars
from counter_tui.station import Station
from tests.screens.desk_office import card

STATION = Station("510107-ps-014", "police_station", {})
NOW = datetime(2018, 5, 16, 10, 30, tzinfo=UTC)


def case_of(line: str = "护照 首") -> Case:
    draft = replace(
        draft_of(card(), "018f0000-0000-7000-8000-000000000001", NOW), hukou_code="510107"
    )
    case = Case(draft, packs.load("chengdu"), Place("510107-ps-014"), lambda: NOW)
    if line:
        case.add_items(read(line).items)
    return case


def test_the_core_knows_no_textual() -> None:
    code = "import sys, counter_tui.case.case; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_gap_comes_before_any_decision() -> None:
    case = case_of("")
    assert case.decision is None
    assert case.obstacle is not None and case.obstacle.part == "items"


def test_every_change_is_decided_at_once_and_can_be_taken_back() -> None:
    case = case_of()
    assert case.outcome == "incomplete"
    for code in ("application_form", "photo", "fingerprints"):
        assert case.put_material(code, None, "present") == ""
    assert case.outcome == "accept"
    assert case.undo()
    assert case.outcome == "incomplete"


def test_the_waiver_of_sixty_stands_in_its_own_ledger() -> None:
    case = case_of()
    assert case.decision is not None
    assert (case.decision.totals.treasury, case.decision.totals.carrier) == (160, 0)


def test_what_follows_from_the_identity_has_no_key() -> None:
    assert case_of().put_material("identity_read", None, "present")


def test_a_core_material_cannot_be_deferred_and_it_says_so() -> None:
    assert case_of().put_material("photo", None, "deferred")


def test_a_secondary_material_is_deferred_by_one_key() -> None:
    case = case_of("护照 补发")
    for code in ("application_form", "photo", "fingerprints"):
        case.put_material(code, None, "present")
    assert case.put_material("loss_statement", 0, "deferred") == ""
    assert case.outcome == "accept_with_deferral"


def test_a_draft_survives_its_json() -> None:
    draft = case_of("港澳 首 G").draft
    assert Draft.from_json(draft.to_json()) == draft


def test_a_typed_number_gives_birth_date_and_sex_only_without_a_chip() -> None:
    draft = Draft(id="x", created_at="", evidence="temporary_card")
    typed = with_text(draft, "person.number", "51010719580516998x")
    assert text_of(typed, "person.number") == "51010719580516998X"
    assert (typed.person.birth_date, typed.person.sex) == ("1958-05-16", "female")
    by_chip = with_text(replace(draft, evidence="chip"), "person.number", "510107195805169987")
    assert by_chip.person.birth_date == ""


def test_typed_text_is_cleaned() -> None:
    draft = with_text(Draft(id="x", created_at=""), "person.name", "张\x1b]52;c;x\x07三\u202e")
    assert draft.person.name == "张]52;c;x三"


def test_another_persons_card_is_another_person() -> None:
    draft = draft_of(card(), "x", NOW)
    other = card("样本乙", "510104196001019975")
    assert same_person(draft, card()) and not same_person(draft, other)


def test_the_same_card_again_keeps_what_the_clerk_typed() -> None:
    draft = replace(draft_of(card(), "x", NOW), phone="13800005678")
    assert with_card(draft, card(), NOW).phone == "13800005678"


def test_all_core_papers_are_one_change() -> None:
    case = case_of()
    assert case.put_all_core()
    assert case.outcome == "accept"
    assert case.undo() and case.outcome == "incomplete"


def test_a_wrong_telephone_stops_acceptance_and_nothing_else() -> None:
    case = case_of()
    case.put_all_core()
    case.change(with_text(case.draft, "phone", "12345"))
    assert case.decision is not None
    assert [gap.field for gap in case.needs][:1] == ["phone"]
    assert case.obstacle is not None and case.obstacle.field == "phone"


def test_a_typed_number_is_wrong_before_it_is_missing_twice() -> None:
    draft = replace(case_of().draft, evidence="temporary_card")
    wrong = with_text(draft, "person.number", "510107195805169981")
    assert next(gap.field for gap in gaps(wrong, NOW.date())) == "person.number"
    right = with_text(draft, "person.number", "510107195805169982")
    assert [gap.field for gap in gaps(right, NOW.date())] == ["number_again"]
    assert (right.person.birth_date, right.person.sex) == ("1958-05-16", "female")


def test_payments_and_other_proofs_go_behind_the_application() -> None:
    case = case_of()
    case.change(
        replace(
            case.draft,
            person=replace(case.draft.person, birth_date="1990-05-16"),
            treasury_paid="card",
            treasury_reference="R1",
            other_proof="残疾军人证",
        )
    )
    case.put_all_core()
    assert case.facts is not None
    made = application(
        case.facts, case.pack, STATION, "C0001", NOW, uuid7_of(case), lambda number: number
    )
    found = [(one.action, json.loads(one.body)) for one in acts(case.draft, made)]
    assert found == [
        (
            "payments",
            {
                "ledger": "treasury",
                "amount": 160,
                "method": "card",
                "state": "recorded",
                "reference": "R1",
                "paid_at": NOW.isoformat(),
            },
        ),
        ("waivers", {"parcel": 0, "ground": "other", "proof": "残疾军人证"}),
    ]


def test_a_photo_that_nothing_asks_for_is_not_sent() -> None:
    photo = {"sha256": "ab" * 32, "width": 390, "height": 520, "taken_on": ""}
    for line, sent in (("护照 首", True), ("港澳 签注 G", False)):
        case = case_of(line)
        assert case.decision is not None
        draft = replace(case.draft, photo=photo, method="pickup")
        assert (particulars(draft, case.decision).photo is not None) is sent


def uuid7_of(case: Case) -> UUID:
    return UUID(case.draft.id)
