"""Boundary cases written by hand from the sample pack's page, through `counter decide --batch`.

Each row names only what it is about: what was asked, and what must be answered. Dates are counted
on a wall calendar, not by the code.
"""

import json
from functools import cache
from typing import Any

import pytest

from tests.intake.cases import (
    AWAY,
    HALL,
    PERMIT,
    POLICE,
    SICHUAN,
    VISIT,
    case,
    item,
)
from tests.rules.test_commands import run

T = item("hkm_permit", "endorse", "T")
G = item("hkm_permit", "endorse", "G")
S = item("hkm_permit", "endorse", "S")
L = item("hkm_permit", "endorse", "L")
LOST = item("passport", "reissue_lost", missing=("loss_statement",))
NO_PAPER = item("hkm_permit", "endorse", "S", missing=("business_licence",))
NO_PAPERS = item(
    "hkm_permit",
    "endorse",
    "S",
    missing=("business_licence", "tax_registration", "social_insurance_list"),
)
NO_KIN = item("hkm_permit", "endorse", "T", missing=("kinship_proof",))
CHILD = {"born": "2005-05-05", "missing": ("delegation_letter", "agent_identity")}
PROOF_LESS = {**CHILD, "missing": (*CHILD["missing"], "guardianship_proof")}
SPLIT = {"method": "post", "combined": False}
BOTH_WAYS = {"method": "post", "legs": 2}
DOWN = {"business_registry": "unavailable", "tax": "matched", "social_insurance": "matched"}
NUMBER = "110101198108030003"
X = "11010519491231002X"

Row = tuple[str, tuple[dict[str, Any], ...], dict[str, Any], dict[str, Any]]

ROWS: list[Row] = [
    # Prices, each change the day before and on
    ("passport 160", (item(),), {"on": "2019-06-30"}, {"treasury": 160}),
    ("passport 120", (item(),), {"on": "2019-07-01"}, {"treasury": 120}),
    ("permit 80", (item("hkm_permit"),), {"on": "2019-06-30"}, {"treasury": 80}),
    ("permit 60", (item("hkm_permit"),), {"on": "2019-07-01"}, {"treasury": 60}),
    ("Taiwan 80 in July", (item("tw_permit"),), {"on": "2019-07-01"}, {"treasury": 80}),
    ("Taiwan 80", (item("tw_permit"),), {"on": "2019-12-31"}, {"treasury": 80}),
    ("Taiwan 60", (item("tw_permit"),), {"on": "2020-01-01"}, {"treasury": 60}),
    ("annotate", (item("hkm_permit", "annotate"),), {"on": "2024-01-02"}, {"treasury": 20}),
    (
        "document and two endorsements",
        (item("hkm_permit", "renew", "LT", entries="multiple", validity="2y"),),
        {},
        {"treasury": 80 + 120 + 120},
    ),
    ("postage 22", (item(),), {"on": "2018-04-30"}, {"carrier": 22}),
    ("postage 10", (item(),), {"on": "2018-05-01"}, {"carrier": 10}),
    ("postage 22, split", (item(), item("tw_permit")), {"on": "2018-04-30", "delivery": SPLIT},
     {"carrier": 44}),
    ("two legs at 22", (G,), {"on": "2018-04-30", "delivery": BOTH_WAYS, "site": POLICE},
     {"carrier": 44, "parcels": [[[0], 2, "2018-05-10"]]}),
    # Waiver
    ("age on the last day without", (item(),), {"on": "2018-04-30", "born": "1930-01-01"},
     {"carrier": 22, "waived": None}),
    ("59", (item(),), {"born": "1958-05-17"}, {"carrier": 10, "waived": None}),
    ("60 today", (item(),), {"born": "1958-05-16"},
     {"carrier": 0, "waived": ["age", "identity_read"]}),
    ("leap day, still 59", (item(),), {"born": "1960-02-29", "on": "2020-02-28"},
     {"carrier": 10}),
    ("leap day, 60", (item(),), {"born": "1960-02-29", "on": "2020-02-29"}, {"carrier": 0}),
    ("by the certificate", (item(),), {"disability_certificate": NUMBER + "74B9"},
     {"waived": ["disability", "disability_certificate"]}),
    ("B10", (item(),), {"disability_certificate": NUMBER + "11B10"},
     {"waived": ["disability", "disability_certificate"]}),
    ("B0", (item(),), {"disability_certificate": NUMBER + "11B0"}, {"waived": None}),
    ("kind 8", (item(),), {"disability_certificate": NUMBER + "81"}, {"waived": None}),
    ("degree 5", (item(),), {"disability_certificate": NUMBER + "45"}, {"waived": None}),
    ("small x", (item(),), {"disability_certificate": X.lower() + "43", "number": X},
     {"waived": ["disability", "disability_certificate"]}),
    ("small b", (item(),), {"disability_certificate": NUMBER + "43b1"}, {"waived": None}),
    ("another's", (item(),), {"disability_certificate": X + "43"}, {"waived": None}),
    ("lookup says no", (item(),),
     {"disability_certificate": NUMBER + "43", "lookups": {"disability": "mismatch"}},
     {"waived": None, "warnings": []}),
    ("lookup is down", (item(),),
     {"disability_certificate": NUMBER + "43", "lookups": {"disability": "unavailable"}},
     {"waived": ["disability", "disability_certificate"]}),
    ("lookup says yes", (item(),), {"lookups": {"disability": "matched"}},
     {"waived": ["disability", "disability_lookup"]}),
    ("age is named first", (item(),), {"born": "1950-01-01", "lookups": {"disability": "matched"}},
     {"waived": ["age", "identity_read"]}),
    ("no parcel, no waiver", (item(),), {"born": "1950-01-01", "delivery": {"method": "pickup"}},
     {"carrier": 0, "waived": None, "parcels": []}),
    # Ages 15 and 16
    ("15", (item(),), {**CHILD, "born": "2002-05-17"},
     {"years": [5], "codes": "application_form identity_read photo guardian_present"
      " guardian_identity guardianship_proof"}),
    ("16 today", (item(),), {"born": "2002-05-16"},
     {"years": [10], "codes": "application_form identity_read photo fingerprints"}),
    ("booklet at 15", (item(),), {**CHILD, "identity_evidence": "hukou_booklet"},
     {"outcome": "accept", "identity_read": "core present"}),
    ("booklet at 16", (item(),), {"born": "2002-05-16", "identity_evidence": "hukou_booklet"},
     {"outcome": "incomplete", "identity_read": "core missing", "ready": [None]}),
    ("temporary card", (item(),), {"identity_evidence": "temporary_card"},
     {"outcome": "accept", "identity_read": "core present", "warnings": ["temporary_card"]}),
    ("by letter", (item(),), {**CHILD, "missing": ("guardian_present", "guardian_identity")},
     {"outcome": "accept", "codes": "application_form identity_read photo delegation_letter"
      " agent_identity guardianship_proof"}),
    ("by letter without the agent's", (item(),),
     {**CHILD, "missing": ("guardian_present", "agent_identity")},
     {"outcome": "incomplete", "agent_identity": "core missing"}),
    ("nobody came", (item(),), {**CHILD, "missing": ("guardian_present", "delegation_letter")},
     {"outcome": "incomplete", "guardian_present": "core missing", "codes": "application_form"
      " identity_read photo guardian_present guardianship_proof"}),
    ("guardianship to follow", (item(), item("tw_permit")), PROOF_LESS,
     {"outcome": "accept_with_deferral", "ready": [None, None],
      "deferred": [["guardianship_proof", None, "2018-05-23", False]],
      "parcels": [[[0, 1], 1, None]]}),
    ("guardianship by lookup", (item(),), {**PROOF_LESS, "lookups": {"guardianship": "matched"}},
     {"outcome": "accept", "guardianship_proof": "secondary verified"}),
    ("guardianship contradicted", (item(),),
     {**PROOF_LESS, "lookups": {"guardianship": "mismatch"}},
     {"outcome": "incomplete", "guardianship_proof": "core missing", "deferred": [],
      "warnings": ["lookup_mismatch"]}),
    # Deferral
    ("one of two waits", (LOST, item("tw_permit")), {},
     {"outcome": "accept_with_deferral", "ready": [None, "2018-05-30"],
      "parcels": [[[0, 1], 1, None]]}),
    ("one of two waits, split", (LOST, item("tw_permit")), {"delivery": SPLIT},
     {"parcels": [[[0], 1, None], [[1], 1, "2018-05-30"]], "carrier": 20}),
    ("not agreed", (LOST,), {"agreed": False},
     {"outcome": "incomplete", "deferred": [], "loss_statement": "secondary missing"}),
    ("core of another item missing",
     (LOST, item("passport", "renew", missing=("current_document",))), {},
     {"outcome": "incomplete", "deferred": [], "loss_statement": "secondary missing"}),
    ("a referred item's papers do not count", (LOST, NO_PAPER), {"site": POLICE},
     {"outcome": "refer", "items": ["accept", "refer"], "loss_statement": "secondary deferred"}),
    ("over the long holiday", (LOST,), {"on": "2020-09-30"},
     {"deferred": [["loss_statement", 0, "2020-10-14", False]]}),
    ("into the unpublished year", (LOST,), {"on": "2026-12-28"},
     {"deferred": [["loss_statement", 0, "2027-01-05", True]], "provisional": [False]}),
    # Business
    ("registry down, paper missing", (NO_PAPER,), {"lookups": DOWN},
     {"outcome": "accept_with_deferral", "business_licence": "secondary deferred",
      "tax_registration": "core verified"}),
    ("registry down, paper there", (S,), {"lookups": DOWN},
     {"outcome": "accept", "business_licence": "core present"}),
    ("registry not asked, paper missing", (NO_PAPER,), {},
     {"outcome": "incomplete", "business_licence": "core missing"}),
    ("only one is down", (NO_PAPERS,), {"lookups": {"tax": "unavailable"}},
     {"outcome": "incomplete", "tax_registration": "secondary missing",
      "social_insurance_list": "core missing"}),
    ("all are down", (NO_PAPERS,),
     {"lookups": dict.fromkeys(("business_registry", "tax", "social_insurance"), "unavailable")},
     {"outcome": "accept_with_deferral", "tax_registration": "secondary deferred"}),
    ("contradicted, paper there", (S,), {"lookups": {"tax": "mismatch"}},
     {"outcome": "accept", "tax_registration": "core present", "warnings": ["lookup_mismatch"]}),
    ("kinship down", (NO_KIN,), {"lookups": {"kinship": "unavailable"}},
     {"outcome": "accept_with_deferral", "kinship_proof": "secondary deferred"}),
    ("kinship contradicted, paper there", (T,), {"lookups": {"kinship": "mismatch"}},
     {"outcome": "accept", "kinship_proof": "core present", "warnings": ["lookup_mismatch"]}),
    ("Q with D is core", (item("tw_permit", "first", "QD", missing=("reason_papers",)),), {},
     {"outcome": "incomplete", "reason_papers": "core missing"}),
    ("Q alone may follow", (item("tw_permit", "first", "Q", missing=("reason_papers",)),), {},
     {"outcome": "accept_with_deferral", "reason_papers": "secondary deferred"}),
    # Another province
    ("30 days", (item(),), {"hukou": AWAY, "residence_permit": PERMIT, "on": "2018-04-30"},
     {"ready": ["2018-05-30"]}),
    ("20 days", (T,), {"hukou": AWAY, "residence_permit": PERMIT, "on": "2018-05-01"},
     {"ready": ["2018-05-21"]}),
    ("permit paper by lookup", (item(),),
     {"hukou": AWAY, "residence_permit": PERMIT, "missing": ("residence_permit",),
      "lookups": {"residence": "matched"}},
     {"outcome": "accept", "residence_permit": "core verified", "hukou_booklet": "core present"}),
    ("no permit paper", (item(),),
     {"hukou": AWAY, "residence_permit": PERMIT, "missing": ("residence_permit",),
      "lookups": {"residence": "unavailable"}},
     {"outcome": "incomplete", "residence_permit": "core missing"}),
    ("nothing of the kind in April 2019", (item(),),
     {"hukou": AWAY, "on": "2019-04-01", "missing": ("residence_permit", "hukou_booklet")},
     {"outcome": "accept", "ready": ["2019-04-21"],
      "codes": "application_form identity_read photo fingerprints"}),
    ("Taiwan's residents are no Sichuan", (item(),), {"hukou": "830000", "site": POLICE,
     "on": "2024-03-04"}, {"outcome": "refer"}),
    ("Chongqing is another province", (item(),), {"hukou": "500101"}, {"outcome": "refuse"}),
    ("Muli", (item(),), {"hukou": "513422", "missing": ("government_opinion",)},
     {"outcome": "incomplete", "government_opinion": "core missing"}),
    # Who decides what is decided
    ("S and T together", (item("hkm_permit", "endorse", "ST"),), {"site": POLICE,
     "on": "2017-12-10"}, {"outcome": "refer"}),
    ("S alone on the last day", (S,), {"site": VISIT, "on": "2017-12-10"}, {"outcome": "accept"}),
    ("S alone on the first day", (S,), {"site": VISIT, "on": "2017-12-11"}, {"outcome": "refer"}),
    ("nothing accepted", (G,), {"site": POLICE, "hukou": SICHUAN, "missing": ("photo",),
     "identity_evidence": "temporary_card"},
     {"outcome": "refer", "codes": "", "warnings": [], "treasury": 0, "carrier": 0,
      "parcels": [], "ready": [None], "years": [None]}),
    # At once
    ("card at a hall", (L, item()), {"site": HALL},
     {"instant": [True, False], "ready": ["2018-05-16", "2018-05-30"],
      "parcels": [[[1], 1, "2018-05-30"]], "carrier": 10}),
    ("an item's own paper", (item("hkm_permit", "endorse", "L", missing=("current_document",)), L),
     {"site": HALL}, {"instant": [False, True], "ready": [None, "2018-05-16"]}),
    ("everybody's paper", (L,), {"site": HALL, "missing": ("application_form",)},
     {"instant": [False], "ready": [None], "parcels": [[[0], 1, None]]}),
    ("not on a visit", (L,), {"site": VISIT}, {"instant": [False], "ready": ["2018-05-25"]}),
    ("two legs and at once", (G,), {"site": HALL, "delivery": BOTH_WAYS},
     {"instant": [True], "parcels": [], "carrier": 0}),
    ("at once in an unpublished year", (L,), {"site": HALL, "on": "2027-05-06"},
     {"ready": ["2027-05-06"], "provisional": [False]}),
    # Working days
    ("ten", (item(),), {"on": "2018-08-31"}, {"ready": ["2018-09-14"]}),
    ("seven", (item(),), {"on": "2018-09-01"}, {"ready": ["2018-09-11"]}),
    ("National Day 2017", (item(),), {"on": "2017-09-29"}, {"ready": ["2017-10-19"]}),
    ("Spring Festival 2020", (T,), {"on": "2020-01-22"}, {"ready": ["2020-02-10"]}),
    ("last day of the tables", (T,), {"on": "2026-12-22"},
     {"ready": ["2026-12-31"], "provisional": [False]}),
    ("first day beyond them", (T,), {"on": "2026-12-23"},
     {"ready": ["2027-01-04"], "provisional": [True]}),
    ("calendar days beyond them", (T,), {"on": "2026-12-23", "hukou": AWAY},
     {"ready": ["2027-01-12"], "provisional": [False]}),
    ("no date, nothing provisional", (LOST,), {"on": "2027-02-03"},
     {"ready": [None], "provisional": [False]}),
]  # fmt: skip

NARROW: list[Row] = [
    ("wide the day before", (item("passport", "renew"),), {"on": "2023-01-07", "hukou": SICHUAN},
     {"outcome": "accept"}),
    ("first only", (item("passport", "renew"),), {"on": "2023-01-08"}, {"outcome": "refer"}),
    ("Chengdu only", (item(),), {"on": "2023-01-08", "hukou": SICHUAN}, {"outcome": "refer"}),
    ("functionary", (item(),), {"on": "2023-01-08", "registered_functionary": "consent_needed"},
     {"outcome": "refer"}),
    ("functionary on a visit", (item(),),
     {"on": "2023-01-08", "registered_functionary": "consent_needed", "site": VISIT},
     {"outcome": "accept"}),
    ("functionary not known", (item(),),
     {"on": "2023-01-08", "registered_functionary": "unavailable"},
     {"outcome": "accept", "warnings": ["functionary_unavailable"]}),
    ("Taiwan with L", (item("tw_permit", "first", "L"),), {"on": "2023-01-08"},
     {"outcome": "refer"}),
    ("Taiwan without", (item("tw_permit"),), {"on": "2023-01-08"}, {"outcome": "accept"}),
    ("Hong Kong with L", (item("hkm_permit", "first", "L"),), {"on": "2023-01-08"},
     {"outcome": "accept", "treasury": 75}),
    ("a hall stays wide", (item("tw_permit", "renew", "F"),), {"on": "2023-01-08", "site": HALL},
     {"outcome": "accept"}),
    ("some accepted", (item(), item("tw_permit", "renew")), {"on": "2023-01-08"},
     {"outcome": "refer", "items": ["accept", "refer"], "treasury": 120,
      "parcels": [[[0], 1, "2023-01-17"]]}),
]  # fmt: skip


def seen(decision: dict[str, Any]) -> dict[str, Any]:
    """A decision as the rows speak of it."""
    items, waived = decision["items"], [fee for fee in decision["fees"] if fee["waived"]]
    return {
        "outcome": decision["outcome"],
        "items": [line["outcome"] for line in items],
        "ready": [line["ready_by"] for line in items],
        "provisional": [line["provisional"] for line in items],
        "instant": [line["instant"] for line in items],
        "years": [line["validity_years"] for line in items],
        "codes": " ".join(line["code"] for line in decision["materials"]),
        **{m["code"]: f"{m['class']} {m['status']}" for m in decision["materials"]},
        "deferred": [
            [line["code"], line["item"], line["due_on"], line["provisional"]]
            for line in decision["deferrals"]
        ],
        "parcels": [[p["items"], p["legs"], p["ready_by"]] for p in decision["parcels"]],
        "waived": [waived[0]["ground"], waived[0]["proof"]] if waived else None,
        "warnings": [warning["code"] for warning in decision["warnings"]],
        **decision["totals"],
    }


def cases(rows: list[Row], **usual: Any) -> list[dict[str, Any]]:
    return [case(*items, **{**usual, **changes}) for _, items, changes, _ in rows]


@cache
def answers(name: str) -> list[dict[str, Any]]:
    rows = cases(NARROW, site=POLICE) if name == "chengdu-narrow" else cases(ROWS)
    lines = "".join(json.dumps(one) + "\n" for one in rows)
    answer = run("decide", "--batch", "-", "--pack", name, stdin=lines)
    assert answer.returncode == 0 and not answer.stderr
    return [json.loads(line) for line in answer.stdout.splitlines()]


@pytest.mark.parametrize("place", range(len(ROWS)), ids=[row[0] for row in ROWS])
def test_row(place: int) -> None:
    *_, expected = ROWS[place]
    found = seen(answers("chengdu")[place])
    assert {key: found.get(key) for key in expected} == expected


@pytest.mark.parametrize("place", range(len(NARROW)), ids=[row[0] for row in NARROW])
def test_narrow_row(place: int) -> None:
    *_, expected = NARROW[place]
    found = seen(answers("chengdu-narrow")[place])
    assert {key: found.get(key) for key in expected} == expected
