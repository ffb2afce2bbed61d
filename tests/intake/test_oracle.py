"""The engine over the pack decides as a second, independent reading of the same page does."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from intake import Decision, decide
from intake.reading import read_facts
from tests.intake import oracle
from tests.intake.cases import case, item, pack
from tests.intake.test_properties import cases


def plain(decision: Decision) -> dict[str, Any]:
    postage = [fee for fee in decision.fees if fee.code == "postage"]
    return {
        "outcome": decision.outcome,
        "items": [
            (
                line.outcome,
                line.refer_to,
                line.validity_years,
                str(line.ready_by) if line.ready_by else None,
                line.provisional,
                line.instant,
            )
            for line in decision.items
        ],
        "materials": sorted(
            str([line.code, line.item, line.class_, line.status]) for line in decision.materials
        ),
        "warnings": sorted(warning.code for warning in decision.warnings),
        "fees": [(f.code, f.item, f.amount) for f in decision.fees if f.code != "postage"],
        "waiver": (postage[0].ground, postage[0].proof) if postage and postage[0].waived else None,
        "postage": postage[0].amount if postage else None,
        "parcels": [
            (list(parcel.items), str(parcel.ready_by) if parcel.ready_by else None)
            for parcel in decision.parcels
        ],
        "deferrals": sorted(
            (line.code, str(line.item), str(line.due_on), line.provisional)
            for line in decision.deferrals
        ),
    }


@settings(max_examples=300, deadline=None)
@given(cases(), st.booleans(), st.booleans())
def test_two_readings_agree(given_case: dict[str, Any], narrow: bool, complete: bool) -> None:
    if complete:  # else hardly any made-up case would ever be accepted
        whole = case(*(item() for _ in given_case["items"]))
        given_case["materials"] = whole["materials"]
        for one in given_case["items"]:
            one["materials"] = whole["items"][0]["materials"]
    decision = decide(read_facts(given_case), pack("chengdu-narrow" if narrow else "chengdu"))
    assert plain(decision) == oracle.decide(given_case, narrow)
