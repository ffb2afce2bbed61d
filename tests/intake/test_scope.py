"""Who is served where: every row of the sample pack, the day before, on and after each change."""

from typing import Any

import pytest

from tests.intake.cases import (
    AWAY,
    CENTRE,
    CHENGDU,
    HALL,
    PERMIT,
    POLICE,
    SICHUAN,
    VISIT,
    decided,
    item,
)

HKM_L = item("hkm_permit", "endorse", "L")
HKM_G = item("hkm_permit", "endorse", "G")
HKM_S = item("hkm_permit", "endorse", "S")
HKM_T = item("hkm_permit", "endorse", "T")
HKM_LG = item("hkm_permit", "first", "LG")
HKM_LS = item("hkm_permit", "first", "LS")
HKM_LT = item("hkm_permit", "first", "LT")
TW_L = item("tw_permit", "first", "L")
TW_F = item("tw_permit", "first", "F")
EXPIRED = {"place_code": "510100", "valid_to": "2018-05-15"}
LAST_DAY = {"place_code": "510104", "valid_to": "2018-05-16"}
FUNCTIONARY = {"registered_functionary": "consent_needed"}
ELSEWHERE = {"place_code": "510700", "valid_to": None}

ROWS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    # S1: other province without a residence permit that counts
    ("S1 at a hall", item(), {"hukou": AWAY}, "refuse"),
    ("S1 at the centre", item(), {"hukou": AWAY, "site": CENTRE}, "refuse"),
    ("S1 at a police station", item(), {"hukou": AWAY, "site": POLICE}, "refuse"),
    ("S1 on a visit", item(), {"hukou": AWAY, "site": VISIT}, "refuse"),
    ("S1 last day", item(), {"hukou": AWAY, "on": "2019-03-31"}, "refuse"),
    ("S1 gone", item(), {"hukou": AWAY, "on": "2019-04-01"}, "accept"),
    ("permit", item(), {"hukou": AWAY, "residence_permit": PERMIT}, "accept"),
    ("permit's last day", item(), {"hukou": AWAY, "residence_permit": LAST_DAY}, "accept"),
    ("permit expired", item(), {"hukou": AWAY, "residence_permit": EXPIRED}, "refuse"),
    ("permit of another city", item(), {"hukou": AWAY, "residence_permit": ELSEWHERE}, "refuse"),
    ("lookup is no permit", item(), {"hukou": AWAY, "lookups": {"residence": "matched"}}, "refuse"),
    # S2: other province at a police station
    ("S2", item(), {"hukou": AWAY, "residence_permit": PERMIT, "site": POLICE}, "refer"),
    ("S2 visit", item(), {"hukou": AWAY, "residence_permit": PERMIT, "site": VISIT}, "refer"),
    ("S2 later", item(), {"hukou": AWAY, "site": POLICE, "on": "2019-04-01"}, "refer"),
    ("S2 hall", item(), {"hukou": AWAY, "residence_permit": PERMIT, "site": CENTRE}, "accept"),
    # S3: business
    ("S3 before", HKM_S, {"site": POLICE, "on": "2017-12-10"}, "accept"),
    ("S3 on", HKM_S, {"site": POLICE, "on": "2017-12-11"}, "refer"),
    ("S3 visit", HKM_LS, {"site": VISIT}, "refer"),
    ("S3 hall", HKM_S, {"site": HALL}, "accept"),
    # S4: other endorsements
    ("S4", HKM_T, {"site": POLICE, "on": "2017-07-01"}, "refer"),
    ("S4 among others", HKM_LT, {"site": VISIT}, "refer"),
    ("S4 Taiwan", TW_F, {"site": POLICE}, "refer"),
    ("S4 hall", HKM_T, {"site": HALL}, "accept"),
    # S5: individual visit of other Sichuan
    ("S5", HKM_G, {"site": POLICE, "hukou": SICHUAN}, "refer"),
    ("S5 among others", HKM_LG, {"site": VISIT, "hukou": SICHUAN}, "refer"),
    ("S5 not L", HKM_L, {"site": POLICE, "hukou": SICHUAN}, "accept"),
    ("S5 not Chengdu", HKM_G, {"site": POLICE, "hukou": CHENGDU}, "accept"),
    ("S5 hall", HKM_G, {"site": HALL, "hukou": SICHUAN}, "accept"),
    # S9
    ("S9 passport", item(), {"site": POLICE}, "accept"),
    ("S9 Sichuan", item(), {"site": POLICE, "hukou": SICHUAN}, "accept"),
    ("S9 annotate", item("passport", "annotate"), {"site": VISIT}, "accept"),
    ("S9 Taiwan L", TW_L, {"site": POLICE}, "accept"),
    (
        "S9 functionary",
        item(),
        {"site": POLICE, "registered_functionary": "consent_needed"},
        "accept",
    ),
]


@pytest.mark.parametrize(("what", "wanted", "changes", "outcome"), ROWS, ids=[r[0] for r in ROWS])
def test_row(what: str, wanted: dict[str, Any], changes: dict[str, Any], outcome: str) -> None:
    decision = decided(wanted, **changes)
    (line,) = decision.items
    assert line.outcome == outcome
    assert line.refer_to == ("district_hall" if outcome == "refer" else None)
    assert decision.outcome == outcome
    assert line.reasons[0].text.zh and line.reasons[0].text.en and line.reasons[0].source
    if outcome != "accept":
        assert (line.validity_years, line.ready_by, line.instant) == (None, None, False)
        assert line.provisional is False
        assert decision.materials == () and decision.fees == () and decision.parcels == ()


NARROW: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (
        "S6 before",
        item(),
        {"registered_functionary": "consent_needed", "on": "2023-01-07"},
        "accept",
    ),
    ("S6 on", item(), {"registered_functionary": "consent_needed", "on": "2023-01-08"}, "refer"),
    ("S6 unavailable", item(), {"registered_functionary": "unavailable"}, "accept"),
    ("S7 hukou", item(), {"hukou": SICHUAN}, "refer"),
    ("S7 hukou before", item(), {"hukou": SICHUAN, "on": "2023-01-07"}, "accept"),
    ("S7 kind", item("passport", "renew"), {}, "refer"),
    ("S7 endorse", HKM_L, {}, "refer"),
    ("S8 Taiwan", TW_L, {}, "refer"),
    ("S8 before", TW_L, {"on": "2023-01-07"}, "accept"),
    ("S8 Taiwan permit alone", item("tw_permit"), {}, "accept"),
    ("S8 not Hong Kong", item("hkm_permit", "first", "L"), {}, "accept"),
    ("visit keeps the wider remit", item("passport", "renew"), {"site": VISIT}, "accept"),
    ("hall keeps the wider remit", TW_L, {"site": HALL}, "accept"),
]


@pytest.mark.parametrize(
    ("what", "wanted", "changes", "outcome"), NARROW, ids=[r[0] for r in NARROW]
)
def test_narrow_row(
    what: str, wanted: dict[str, Any], changes: dict[str, Any], outcome: str
) -> None:
    decision = decided(
        wanted, under="chengdu-narrow", **{"site": POLICE, "on": "2024-03-04", **changes}
    )
    assert decision.items[0].outcome == outcome
    assert decision.pack == "chengdu-narrow"


def test_items_are_judged_one_by_one_and_the_rest_is_still_shown() -> None:
    decision = decided(item(), HKM_S, item("tw_permit", "renew"), site=POLICE)
    assert decision.outcome == "refer"
    assert [line.outcome for line in decision.items] == ["accept", "refer", "accept"]
    assert [fee.code for fee in decision.fees] == ["passport", "tw_permit", "postage"]
    assert decision.parcels[0].items == (0, 2)
    assert {line.item for line in decision.materials} == {None, 2}
    assert decision.totals.treasury == 240


def test_refuse_outranks_refer() -> None:
    assert decided(item(), HKM_S, site=POLICE, hukou=AWAY).outcome == "refuse"
    assert (
        decided(item(missing=("current_document",)), HKM_S, site=POLICE, missing=("photo",)).outcome
        == "refer"
    )
