"""What if: nothing easier would do, nothing in an offer is idle, whatever the case."""

import copy
from collections.abc import Iterator
from itertools import combinations
from typing import Any, get_args

import pytest
from hypothesis import given, settings

from intake import decide
from intake.facts import ApplicationMaterial, ItemMaterial, LookupName
from intake.pack import Pack
from intake.reading import BadFacts, read_facts
from intake.whatif import ACCEPTABLE, Offer, offers
from tests.intake.cases import AWAY, CENTRE, HALL, POLICE, case, facts, item, pack
from tests.intake.test_properties import cases
from tests.rules.test_suspension import source

Step = tuple[str, Any, int]
"""Path, value (None: left out) and effort, written down apart from the search."""


def steps(given: dict[str, Any]) -> Iterator[Step]:
    for code in get_args(ApplicationMaterial):
        if given["materials"].get(code) != "present":
            yield f"materials.{code}", "present", 2
    for name in get_args(LookupName):
        if given["lookups"].get(name) in (None, "unavailable") and name != "disability":
            yield f"lookups.{name}", "matched", 2
    if not given["deferral_agreed"]:
        yield "deferral_agreed", True, 2
    if given["applicant"]["identity_evidence"] == "hukou_booklet":
        yield "applicant.identity_evidence", "chip", 2
    for kind in (POLICE, HALL, CENTRE):
        yield "site", {"kind": kind}, 3
    yield "applicant.residence_permit", {"place_code": "510100", "valid_to": None}, 7
    for index, one in enumerate(given["items"]):
        for code in get_args(ItemMaterial):
            if one["materials"].get(code) != "present":
                yield f"items.{index}.materials.{code}", "present", 2
        for which in range(len(one["endorsements"])):
            yield f"items.{index}.endorsements.{which}", None, 9
        if len(given["items"]) > 1:
            yield f"items.{index}", None, 9


def acceptable(given: dict[str, Any], some: tuple[Step, ...], rules: Pack) -> bool:
    changed = copy.deepcopy(given)
    for path, value, _ in some:
        *owners, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        at: Any = changed
        for owner in owners:
            if at is None:
                return False
            at = at[owner]
        if at is not None:
            at[last] = value
    changed["items"] = [one for one in changed["items"] if one is not None]
    for one in changed["items"]:
        one["endorsements"] = [e for e in one["endorsements"] if e is not None]
    try:
        return decide(read_facts(changed), rules).outcome in ACCEPTABLE
    except BadFacts:
        return False


def effort(offer: Offer) -> int:
    return sum(change.effort for change in offer.changes)


@settings(max_examples=20, deadline=None)
@given(cases())
def test_nothing_of_two_changes_is_easier(given: dict[str, Any]) -> None:
    whole = case(*(item() for _ in given["items"]))
    given["materials"] = {**whole["materials"], **given["materials"]}  # else too much is missing
    rules, known = pack(), list(steps(given))
    found = offers(read_facts(given), rules)
    if acceptable(given, (), rules):
        assert found == []
        return
    for size in (1, 2):
        for some in combinations(known, size):
            if acceptable(given, some, rules):
                assert found and effort(found[0]) <= sum(step[2] for step in some), some


@settings(max_examples=20, deadline=None)
@given(cases())
def test_every_change_of_an_offer_is_needed(given: dict[str, Any]) -> None:
    rules = pack("chengdu-narrow")
    for offer in offers(read_facts(given), rules):
        made = tuple((one.path, one.value, one.effort) for one in offer.changes)
        assert acceptable(given, made, rules)
        for idle in range(len(made)):
            assert not acceptable(given, made[:idle] + made[idle + 1 :], rules)


def test_two_items_are_left_out_under_their_own_numbers() -> None:
    from intake.pack import load

    suspended = item("tw_permit", "endorse", "G")
    given = facts(suspended, item(), suspended, on="2020-01-06")
    (offer,) = offers(given, load("chengdu", source))
    assert {change.path for change in offer.changes} == {"items.0", "items.2"}
    said = {change.text.en for change in offer.changes}
    assert said == {
        "leave out item 1 (permit for the Taiwan region)",
        "leave out item 3 (permit for the Taiwan region)",
    }
    assert [line.kind for line in offer.facts.items] == ["first"]


def test_leaving_out_what_lacks_most_is_offered_when_it_is_easiest() -> None:
    papers = get_args(ItemMaterial)
    given = facts(item(), item("hkm_permit", "endorse", "STD", missing=papers), site=HALL)
    found = offers(given, pack())
    assert {change.path for change in found[0].changes} == {"items.1"}


def test_a_permit_comes_first_and_the_hall_second() -> None:
    (offer, *_) = offers(facts(item(), hukou=AWAY, site=POLICE), pack())
    assert {one.path for one in offer.changes} == {"applicant.residence_permit", "site"}


@pytest.mark.parametrize("agreed", [True, False])
def test_the_day_of_a_promise_stands_with_it(agreed: bool) -> None:
    lost = item("passport", "reissue_lost", missing=("loss_statement",))
    found = offers(facts(lost, agreed=agreed, missing=("photo",)), pack())
    said = [{change.text.en for change in offer.changes} for offer in found]
    promise = "agree to hand it in later, by 2018-05-23"
    if agreed:
        assert said == [{"bring the photo"}]
    else:
        assert {"bring the photo", promise} in said
