"""Why, and what if: explanations are computed from the rules, never written by hand."""

from itertools import combinations
from typing import Any

import pytest

from intake import decide
from intake.explain import Clause, Why, explain, passed_over
from intake.facts import Facts
from intake.whatif import ACCEPTABLE, offers, savings
from tests.intake.cases import AWAY, POLICE, SICHUAN, case, decided, facts, item, pack

LOST = item("passport", "reissue_lost", missing=("loss_statement",))


def test_every_reason_of_a_decision_can_be_explained() -> None:
    wanted = (item("hkm_permit", "renew", "TSQ", entries="multiple", validity="2y"), item())
    for changes in ({}, {"born": "2015-01-01"}, {"born": "1950-01-01", "military": True}):
        decision = decided(*wanted, **changes)
        lines = [*decision.items, *decision.materials, *decision.fees, *decision.deferrals]
        for line in lines:
            where = line.index if hasattr(line, "index") else line.item
            for reason in line.reasons:
                why = explain(facts(*wanted, **changes), pack(), reason.rule, where)
                assert why.applies and why.rule == reason.rule and why.source
                assert all(clause.holds for clause in why.clauses)


def test_a_term_is_explained_by_the_rule_that_gave_it() -> None:
    why = explain(
        facts(item("hkm_permit", "endorse", "G"), site=POLICE, hukou=SICHUAN),
        pack(),
        "scope-individual-visit-sichuan-police",
        0,
    )
    hukou = why.clauses[2]
    assert hukou.value is not None and hukou.value.en == "registered elsewhere in Sichuan"
    (term,) = hukou.parts
    assert isinstance(term, Why) and term.rule == "hukou-sichuan"
    assert isinstance(term.clauses[0], Clause) and term.clauses[0].holds


def test_rows_passed_over_say_which_clause_failed() -> None:
    over = passed_over(facts(site=POLICE), pack(), 0)
    assert next(why.rule for why in over) == "scope-other-province-no-permit"
    assert len(over) == 5
    assert all(not why.applies and not all(c.holds for c in why.clauses) for why in over)


def flat(clause: Clause) -> list[tuple[bool, str, str | None]]:
    """Holds, text and value of a clause and of all beneath it; a rule stands as its id."""
    found = [(clause.holds, clause.text.en, clause.value.en if clause.value else None)]
    for part in clause.parts:
        found += flat(part) if isinstance(part, Clause) else [(part.applies, part.rule, None)]
    return found


def test_a_whole_tree() -> None:
    booklet = item("hkm_permit", "endorse", "L", document_form="booklet")
    why = explain(facts(booklet, site="city_centre"), pack(), "instant-booklet-centre", 0)
    assert (why.applies, why.days.en, why.confidence) == (True, "to 2019-09-13", "medium")
    assert (
        why.text.en == "Tourist endorsement in a booklet permit: while you wait at the city centre"
    )
    assert [line for clause in why.clauses for line in flat(clause)] == [
        (True, "place is city centre", "city centre"),
        (True, "kind is endorsement", "endorsement"),
        (True, "all endorsements are group tour or individual visit", "group tour"),
        (True, "all document forms are booklet", "booklet"),
        (True, "registered functionary is no consent needed", "no consent needed"),
        (
            True,
            "hukou is registered in Chengdu or residence permit of this city is yes",
            None,
        ),
        (True, "hukou is registered in Chengdu", "registered in Chengdu"),
        (True, "hukou-chengdu", None),
        (False, "residence permit of this city is yes", "no"),
        (True, "permit-does-not-count", None),
    ]


def test_why_not() -> None:
    why = explain(facts(born="1958-05-17"), pack(), "postage-waiver-age")
    assert not why.applies and flat(why.clauses[0]) == [(False, "age 60 or more", "59")]
    card = facts(disability_certificate="110101198108030003" + "41")
    lookup, number = explain(card, pack(), "postage-waiver-disability-certificate").clauses
    assert lookup.value is not None and lookup.value.en == "not asked"
    assert (number.holds, number.value) == (True, None)  # its number is shown nowhere
    second = facts(item(), item("hkm_permit", "endorse", "T"), site=POLICE)
    rule = "scope-other-endorsement-police"
    assert [explain(second, pack(), rule, place).applies for place in (0, 1)] == [False, True]
    assert explain(second, pack(), rule).applies
    with pytest.raises(LookupError, match="no-such-rule"):
        explain(facts(), pack(), "no-such-rule")


def test_a_rule_that_is_not_in_force_is_not_explained() -> None:
    with pytest.raises(LookupError):
        explain(facts(), pack(), "postage-2017")


def test_bring_it_or_agree_to_hand_it_in_later() -> None:
    found = offers(facts(LOST, agreed=False), pack())
    said = [[change.text.en for change in offer.changes] for offer in found]
    assert said == [["bring the statement of loss"], ["agree to hand it in later, by 2018-05-23"]]
    assert [offer.decision.outcome for offer in found] == ["accept", "accept_with_deferral"]


def test_nothing_to_offer_when_it_is_acceptable() -> None:
    assert offers(facts(), pack()) == []


@pytest.mark.parametrize(
    ("items", "changes", "paths"),
    [
        ((item(),), {"missing": ("photo",)}, {"materials.photo"}),
        (
            (item(),),
            {"missing": ("photo", "fingerprints", "application_form")},
            {"materials.photo", "materials.fingerprints", "materials.application_form"},
        ),
        ((item("hkm_permit", "endorse", "S"),), {"site": POLICE}, {"site"}),
        ((item(),), {"hukou": AWAY}, {"applicant.residence_permit"}),
        ((item(),), {"identity_evidence": "hukou_booklet"}, {"applicant.identity_evidence"}),
        (
            (item(),),
            {"born": "2010-01-01", "missing": ("guardian_present", "delegation_letter")},
            {"materials.guardian_present"},
        ),
        (
            (item("hkm_permit", "endorse", "T", missing=("kinship_proof",)),),
            {"agreed": False},
            {"items.0.materials.kinship_proof"},
        ),
    ],
)
def test_the_easiest_way(
    items: tuple[dict[str, Any], ...], changes: dict[str, Any], paths: set[str]
) -> None:
    found = offers(facts(*items, **changes), pack())
    assert {change.path for change in found[0].changes} == paths
    for offer in found:
        assert offer.decision.outcome in ACCEPTABLE
        assert decide(offer.facts, pack()) == offer.decision


def test_no_smaller_set_of_materials_would_do() -> None:
    missing = ("photo", "fingerprints", "unit_consent", "military_consent")
    given = case(missing=missing, military=True, registered_functionary="consent_needed")
    (offer,) = offers(Facts.model_validate(given), pack())
    assert len(offer.changes) == 4
    for size in range(4):
        for some in combinations(missing, size):
            tried = {**given, "materials": {**given["materials"], **dict.fromkeys(some, "present")}}
            assert decide(Facts.model_validate(tried), pack()).outcome == "incomplete"


def test_savings() -> None:
    split = {"method": "post", "combined": False}
    found = savings(facts(item(), item("tw_permit"), delivery=split), pack())
    assert [offer.changes[0].path for offer in found] == [
        "delivery.combined",
        "delivery",
        "lookups.disability",
    ]
    assert [offer.decision.totals.carrier for offer in found] == [10, 0, 0]
    assert savings(facts(born="1950-01-01"), pack()) == []
