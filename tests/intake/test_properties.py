"""Properties of every decision, over made-up facts of every kind."""

import json
from datetime import date, timedelta
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from intake import decide
from intake.facts import (
    ApplicationMaterial,
    Document,
    EndorsementCode,
    Facts,
    ItemKind,
    ItemMaterial,
    LookupName,
    SiteKind,
)
from intake.reading import BadFacts, read_facts, read_facts_json
from intake.replay import differences, replay
from tests.intake.cases import pack

PRESENCE = st.sampled_from(["present", "missing"])
MATERIALS = st.sampled_from(get_args(ApplicationMaterial))
CODES = list(get_args(EndorsementCode))
REGIONS = {"hkm_permit": ["HK", "MO"], "tw_permit": ["TW"], "passport": []}


@st.composite
def items(draw: st.DrawFn) -> dict[str, Any]:
    document = draw(st.sampled_from(list(Document))).value
    kinds = [k.value for k in ItemKind if document != "passport" or k is not ItemKind.ENDORSE]
    kind = draw(st.sampled_from(kinds))
    endorsements: list[dict[str, str]] = []
    if REGIONS[document] and kind != "annotate":
        endorsement = st.fixed_dictionaries(
            {
                "region": st.sampled_from(REGIONS[document]),
                "code": st.sampled_from(CODES),
                "entries": st.sampled_from(["single", "double", "multiple"]),
                "validity": st.sampled_from(["3m", "6m", "1y", "2y", "3y", "4y", "5y"]),
                "document_form": st.sampled_from(["card", "booklet"]),
            }
        )
        endorsements = draw(
            st.lists(endorsement, min_size=1 if kind == "endorse" else 0, max_size=3)
        )
    materials = draw(st.dictionaries(st.sampled_from(get_args(ItemMaterial)), PRESENCE))
    return {
        "document": document,
        "kind": kind,
        "endorsements": endorsements,
        "materials": materials,
    }


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    on = draw(st.dates(date(2017, 7, 1), date(2029, 12, 31)))
    born = draw(st.dates(date(1930, 1, 1), on))
    number = "110101198108030003"
    permit = st.fixed_dictionaries(
        {
            "place_code": st.sampled_from(["510100", "510107", "510700"]),
            "valid_to": st.none() | st.dates(on - timedelta(3), on + timedelta(3)).map(str),
        }
    )
    return {
        "accepted_on": str(on),
        "site": {"kind": draw(st.sampled_from(list(SiteKind))).value},
        "applicant": {
            "birth_date": str(born),
            "number": number,
            "hukou_code": draw(st.sampled_from(["510107", "510703", "513201", "110101"])),
            "identity_evidence": draw(st.sampled_from(["chip", "temporary_card", "hukou_booklet"])),
            "residence_permit": draw(st.none() | permit),
            "registered_functionary": draw(
                st.sampled_from(["not_needed", "consent_needed", "unavailable"])
            ),
            "military": draw(st.booleans()),
            "disability_certificate": draw(st.sampled_from([None, number + "41", "junk"])),
        },
        "items": draw(st.lists(items(), min_size=1, max_size=3)),
        "materials": draw(
            st.dictionaries(st.sampled_from(get_args(ApplicationMaterial)), PRESENCE)
        ),
        "lookups": draw(
            st.dictionaries(
                st.sampled_from(get_args(LookupName)),
                st.sampled_from(["matched", "mismatch", "unavailable"]),
            )
        ),
        "deferral_agreed": draw(st.booleans()),
        "delivery": {
            "method": draw(st.sampled_from(["post", "pickup"])),
            "combined": draw(st.booleans()),
            "legs": 1,
        },
    }


@settings(max_examples=250, deadline=None)
@given(cases(), st.sampled_from(["chengdu", "chengdu-narrow"]))
def test_every_decision(case: dict[str, Any], name: str) -> None:
    rules = pack(name)
    facts = read_facts(case)
    decision = decide(facts, rules)
    assert decision == decide(read_facts_json(json.dumps(case)), rules)
    for ledger in ("treasury", "carrier"):
        due = sum(f.amount for f in decision.fees if f.ledger == ledger and not f.waived)
        assert getattr(decision.totals, ledger) == due
    core_missing = any(
        line.class_ == "core" and line.status == "missing" for line in decision.materials
    )
    assert not (core_missing and decision.deferrals)
    assert {(d.code, d.item) for d in decision.deferrals} == {
        (m.code, m.item) for m in decision.materials if m.status == "deferred"
    }
    assert {(n.code, n.item) for n in decision.notice} == {
        (m.code, m.item) for m in decision.materials if m.status == "missing"
    }
    accepted = {line.index for line in decision.items if line.outcome == "accept"}
    lines = [*decision.materials, *decision.fees]
    assert {line.item for line in lines} <= {None, *accepted}
    for line in decision.items:
        assert line.reasons
        assert line.ready_by is None or line.ready_by >= facts.accepted_on
        assert not (line.instant and any(line.index in p.items for p in decision.parcels))
        assert line.instant or line.ready_by != facts.accepted_on
    for fee in decision.fees:
        assert fee.reasons and (fee.waived == (fee.ground is not None) == (fee.proof is not None))
        assert not (fee.waived and fee.ledger == "treasury")
    assert all(line.reasons for line in decision.materials)
    assert type(decision).model_validate_json(decision.model_dump_json(by_alias=True)) == decision


@settings(max_examples=150, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_order_of_items_does_not_matter(case: dict[str, Any], random: Any) -> None:
    order = list(range(len(case["items"])))
    random.shuffle(order)
    shuffled = {**case, "items": [case["items"][i] for i in order]}
    one, other = decide(read_facts(case), pack()), decide(read_facts(shuffled), pack())
    assert one.outcome == other.outcome and one.totals == other.totals
    for place, index in enumerate(order):
        was, now = one.items[index], other.items[place]
        assert was.model_copy(update={"index": place}) == now
    assert len(one.deferrals) == len(other.deferrals) and len(one.notice) == len(other.notice)


@settings(max_examples=150, deadline=None)
@given(cases(), st.integers(0, 20_000))
def test_older_is_never_charged_more_postage(case: dict[str, Any], days: int) -> None:
    facts = read_facts(case)
    born = facts.applicant.birth_date - timedelta(days)
    older = {**case, "applicant": {**case["applicant"], "birth_date": str(born)}}
    before, after = decide(facts, pack()), decide(read_facts(older), pack())
    assert [line.outcome for line in before.items] == [line.outcome for line in after.items]
    assert after.totals.treasury == before.totals.treasury
    for was, now in zip(before.items, after.items, strict=True):
        assert (now.validity_years or 0) >= (was.validity_years or 0)
    waived_before = [fee for fee in before.fees if fee.waived]
    if waived_before and after.parcels:
        assert any(fee.waived for fee in after.fees)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_a_material_more_never_makes_it_worse(case: dict[str, Any]) -> None:
    decision = decide(read_facts(case), pack())
    rank = ["refuse", "refer", "incomplete", "accept_with_deferral", "accept"]
    for line in decision.notice:
        if line.code == "identity_read":
            continue
        more = json.loads(json.dumps(case))
        owner = more if line.item is None else more["items"][line.item]
        owner["materials"][line.code] = "present"
        then = decide(read_facts(more), pack())
        assert rank.index(then.outcome) >= rank.index(decision.outcome)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_pack_agrees_with_itself(case: dict[str, Any]) -> None:
    facts: Facts = read_facts(case)
    assert replay(facts, pack(), pack()) is None
    assert differences(decide(facts, pack()), decide(facts, pack())) == []
    flip = replay(facts, pack(), pack("chengdu-narrow"))
    if facts.accepted_on < date(2023, 1, 8) or facts.site.kind is not SiteKind.POLICE_STATION:
        assert flip is None


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=8,
    ),
    cases(),
    st.data(),
)
def test_bad_facts_are_one_complaint(junk: Any, case: dict[str, Any], data: st.DataObject) -> None:
    owner = data.draw(st.sampled_from([case, case["applicant"], case["items"][0], case["site"]]))
    owner[data.draw(st.sampled_from([*owner, "extra"]))] = junk
    try:
        decide(read_facts(case), pack())
    except BadFacts as error:
        assert error.field and error.message
