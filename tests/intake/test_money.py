"""Prices, waivers and parcels: the day before, on and after each change; both ledgers apart."""

from typing import Any

import pytest

from intake.facts import ItemKind
from intake.reading import BadFacts
from tests.intake.cases import AWAY, CENTRE, HALL, PERMIT, POLICE, SICHUAN, VISIT, decided, item

SPLIT = {"method": "post", "combined": False}
TWO_WAY = {"method": "post", "legs": 2}


@pytest.mark.parametrize(
    ("document", "on", "amount"),
    [
        ("passport", "2017-07-01", 160),
        ("passport", "2019-06-30", 160),
        ("passport", "2019-07-01", 120),
        ("hkm_permit", "2019-06-30", 80),
        ("hkm_permit", "2019-07-01", 60),
        ("tw_permit", "2019-07-01", 80),
        ("tw_permit", "2019-12-31", 80),
        ("tw_permit", "2020-01-01", 60),
    ],
)
@pytest.mark.parametrize(
    "kind", ["first", "renew", "reissue_lost", "reissue_damaged", "reapply_expired"]
)
def test_document_fees(document: str, on: str, amount: int, kind: str) -> None:
    decision = decided(item(document, kind), on=on, delivery={"method": "pickup"})
    assert [(f.code, f.amount, f.ledger, f.item) for f in decision.fees] == [
        (document, amount, "treasury", 0)
    ]
    assert (decision.totals.treasury, decision.totals.carrier) == (amount, 0)


@pytest.mark.parametrize("document", ["passport", "hkm_permit", "tw_permit"])
def test_annotation(document: str) -> None:
    decision = decided(item(document, "annotate"), on="2021-01-04")
    assert [(f.code, f.amount) for f in decision.fees] == [("annotation", 20), ("postage", 10)]


@pytest.mark.parametrize(
    ("region", "entries", "validity", "amount"),
    [
        ("HK", "single", "3m", 15),
        ("MO", "double", "1y", 30),
        ("HK", "multiple", "3m", 80),
        ("HK", "multiple", "6m", 80),
        ("MO", "multiple", "1y", 80),
        ("HK", "multiple", "2y", 120),
        ("HK", "multiple", "3y", 240),
        ("MO", "multiple", "4y", 240),
        ("HK", "multiple", "5y", 240),
        ("TW", "single", "6m", 15),
        ("TW", "double", "6m", 30),
        ("TW", "multiple", "3m", 80),
        ("TW", "multiple", "3y", 80),
    ],
)
def test_endorsement_fees(region: str, entries: str, validity: str, amount: int) -> None:
    document = "tw_permit" if region == "TW" else "hkm_permit"
    wanted = item(document, "endorse", "T", region=region, entries=entries, validity=validity)
    assert [(f.code, f.amount) for f in decided(wanted).fees[:-1]] == [("endorsement", amount)]


def test_a_line_for_the_document_and_one_for_each_endorsement() -> None:
    wanted = item("hkm_permit", "first", "LG")
    wanted["endorsements"][1].update(region="MO", entries="double")
    decision = decided(item(), wanted, on="2019-07-01")
    assert [(f.code, f.item, f.amount) for f in decision.fees] == [
        ("passport", 0, 120),
        ("hkm_permit", 1, 60),
        ("endorsement", 1, 15),
        ("endorsement", 1, 30),
        ("postage", None, 10),
    ]
    assert decision.totals.treasury == 225


@pytest.mark.parametrize(("on", "amount"), [("2018-04-30", 22), ("2018-05-01", 10)])
def test_postage(on: str, amount: int) -> None:
    fee = decided(on=on).fees[-1]
    assert (fee.code, fee.item, fee.ledger, fee.amount, fee.waived) == (
        "postage",
        None,
        "carrier",
        amount,
        False,
    )


def test_one_parcel_or_one_an_item() -> None:
    items = (item(), item("hkm_permit"), item("tw_permit", "endorse", "T"))
    together, apart = decided(*items), decided(*items, delivery=SPLIT)
    assert [parcel.items for parcel in together.parcels] == [(0, 1, 2)]
    assert str(together.parcels[0].ready_by) == "2018-05-30"
    assert together.totals.carrier == 10
    assert [(p.items, str(p.ready_by)) for p in apart.parcels] == [
        ((0,), "2018-05-30"),
        ((1,), "2018-05-30"),
        ((2,), "2018-05-25"),
    ]
    assert apart.totals.carrier == 30


def test_a_combined_parcel_waits_for_the_slowest() -> None:
    lost = item("passport", "reissue_lost", missing=("loss_statement",))
    assert decided(lost, item("tw_permit")).parcels[0].ready_by is None
    apart = decided(lost, item("tw_permit"), delivery=SPLIT).parcels
    assert [str(parcel.ready_by) for parcel in apart] == ["None", "2018-05-30"]


def test_pickup_and_incomplete() -> None:
    assert decided(delivery={"method": "pickup"}).parcels == ()
    incomplete = decided(missing=("photo",))
    assert incomplete.outcome == "incomplete"
    assert incomplete.totals.treasury == 160 and incomplete.totals.carrier == 10
    assert incomplete.parcels[0].ready_by is None


@pytest.mark.parametrize(
    ("born", "on", "waived"),
    [
        ("1958-04-30", "2018-04-30", False),
        ("1958-05-01", "2018-05-01", True),
        ("1958-05-17", "2018-05-16", False),
        ("1958-05-16", "2018-05-16", True),
        ("1958-05-15", "2018-05-16", True),
        ("1960-02-29", "2020-02-28", False),
        ("1960-02-29", "2020-02-29", True),
        ("1964-02-29", "2023-02-28", False),
        ("1964-02-29", "2024-02-29", True),
        ("1920-01-01", "2026-05-16", True),
    ],
)
def test_waiver_by_age(born: str, on: str, waived: bool) -> None:
    decision = decided(born=born, on=on)
    fee = decision.fees[-1]
    assert fee.waived is waived
    assert (fee.ground, fee.proof) == (("age", "identity_read") if waived else (None, None))
    assert decision.totals.carrier == (0 if waived else fee.amount)
    assert not decision.fees[0].waived and decision.totals.treasury == decision.fees[0].amount


RIGHT = "110101198108030003"
WIDE = RIGHT.translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)})


@pytest.mark.parametrize(
    ("certificate", "number", "answer", "proof"),
    [
        (None, RIGHT, None, None),
        (None, RIGHT, "matched", "disability_lookup"),
        (None, RIGHT, "unavailable", None),
        (RIGHT + "41", RIGHT, None, "disability_certificate"),
        (RIGHT + "41", RIGHT, "unavailable", "disability_certificate"),
        (RIGHT + "41", RIGHT, "matched", "disability_lookup"),
        (RIGHT + "41", RIGHT, "mismatch", None),
        (RIGHT + "11", RIGHT, None, "disability_certificate"),
        (RIGHT + "74", RIGHT, None, "disability_certificate"),
        (RIGHT + "81", RIGHT, None, None),
        (RIGHT + "01", RIGHT, None, None),
        (RIGHT + "45", RIGHT, None, None),
        (RIGHT + "40", RIGHT, None, None),
        (RIGHT + "41B1", RIGHT, None, "disability_certificate"),
        (RIGHT + "41B12", RIGHT, None, "disability_certificate"),
        (RIGHT + "41B0", RIGHT, None, None),
        (RIGHT + "41b1", RIGHT, None, None),
        (RIGHT + "41B123", RIGHT, None, None),
        (RIGHT + "41 ", RIGHT, None, None),
        (RIGHT + "41\n", RIGHT, None, None),
        (RIGHT, RIGHT, None, None),
        ("", RIGHT, None, None),
        (RIGHT + "41", "110101199003074610", None, None),
        ("11010119810803001X41", "11010119810803001X", None, None),
        ("11010119810803007x41", "11010119810803007X", None, None),
        (
            "１１０１０１１９８１０８０３０００３41",
            "１１０１０１１９８１０８０３０００３",
            None,
            None,
        ),
    ],
)
def test_waiver_by_disability(
    certificate: str | None, number: str, answer: str | None, proof: str | None
) -> None:
    decision = decided(
        number=number,
        disability_certificate=certificate,
        lookups={"disability": answer} if answer else {},
    )
    fee = decision.fees[-1]
    assert (fee.waived, fee.proof) == (proof is not None, proof)
    assert fee.ground == ("disability" if proof else None)


def test_small_x_is_read_as_x() -> None:
    number = "11010519491231002X"
    for given in (number, number.lower()):
        fee = decided(number=given, disability_certificate="11010519491231002x32").fees[-1]
        assert fee.proof == "disability_certificate"


def test_age_is_named_before_disability_and_nothing_is_waived_before_may_2018() -> None:
    proved: dict[str, Any] = {"lookups": {"disability": "matched"}}
    assert decided(born="1950-01-01", **proved).fees[-1].ground == "age"
    assert not decided(born="1950-01-01", on="2018-04-30", **proved).fees[-1].waived
    assert not decided(on="2018-04-30", **proved).fees[-1].waived


def test_the_certificate_number_stands_in_no_reason() -> None:
    decision = decided(disability_certificate=RIGHT + "41")
    assert RIGHT not in decision.model_dump_json()
    assert decision.fees[-1].reasons[-1].inputs["disability_certificate"] is True


G = item("hkm_permit", "endorse", "G", document_form="card")


def test_two_legs_cost_twice() -> None:
    decision = decided(G, G, site=POLICE, delivery=TWO_WAY)
    assert [(p.items, p.legs) for p in decision.parcels] == [((0, 1), 2)]
    assert decision.fees[-1].amount == 20 and decision.totals.carrier == 20
    apart = decided(G, G, site=POLICE, delivery={**TWO_WAY, "combined": False})
    assert apart.totals.carrier == 40


@pytest.mark.parametrize(
    ("items", "changes"),
    [
        ((G,), {"delivery": {"method": "pickup", "legs": 2}}),
        ((item(),), {}),
        ((item("hkm_permit", "endorse", "L"),), {}),
        ((item("hkm_permit", "endorse", "GL"),), {}),
        ((item("hkm_permit", "first", "G"),), {}),
        ((G, item()), {}),
        ((item("tw_permit", "endorse", "G"),), {}),
        ((G,), {"hukou": AWAY}),  # refused: no accepted item
        ((G,), {"hukou": SICHUAN}),  # referred at a police station
    ],
)
def test_two_legs_where_they_are_not_allowed(
    items: tuple[dict[str, Any], ...], changes: dict[str, Any]
) -> None:
    with pytest.raises(BadFacts) as caught:
        decided(*items, **{"site": POLICE, "delivery": TWO_WAY, **changes})
    assert caught.value.field == "delivery.legs"


def test_two_legs_look_at_accepted_items_only() -> None:
    business = item("hkm_permit", "endorse", "S")
    decision = decided(G, business, site=POLICE, delivery=TWO_WAY)
    assert decision.outcome == "refer" and decision.parcels[0].legs == 2


CARD = item("hkm_permit", "endorse", "L")
BOOKLET = item("tw_permit", "endorse", "LG", document_form="booklet")


@pytest.mark.parametrize(
    ("wanted", "changes", "instant"),
    [
        (CARD, {"site": HALL}, True),
        (CARD, {"site": CENTRE}, True),
        (CARD, {"site": CENTRE, "on": "2024-01-02"}, True),
        (CARD, {"site": POLICE}, False),
        (CARD, {"site": VISIT}, False),
        (CARD, {"site": HALL, "hukou": SICHUAN}, True),
        (CARD, {"site": HALL, "registered_functionary": "unavailable"}, False),
        (CARD, {"site": HALL, "registered_functionary": "consent_needed"}, False),
        (item("hkm_permit", "first", "L"), {"site": HALL}, False),
        (item("hkm_permit", "endorse", "LT"), {"site": HALL}, False),
        (item("hkm_permit", "endorse", "L", missing=("current_document",)), {}, False),
        (CARD, {"missing": ("application_form",)}, False),
        (BOOKLET, {"site": CENTRE}, True),
        (BOOKLET, {"site": HALL}, False),
        (BOOKLET, {"site": CENTRE, "on": "2019-09-13"}, True),
        (BOOKLET, {"site": CENTRE, "on": "2019-09-14"}, False),
        (BOOKLET, {"site": CENTRE, "hukou": SICHUAN}, False),
        (BOOKLET, {"site": CENTRE, "hukou": SICHUAN, "residence_permit": PERMIT}, True),
        (BOOKLET, {"site": CENTRE, "hukou": AWAY, "residence_permit": PERMIT}, True),
        (BOOKLET, {"site": CENTRE, "hukou": AWAY, "on": "2019-05-06"}, False),
    ],
)
def test_instant(wanted: dict[str, Any], changes: dict[str, Any], instant: bool) -> None:
    decision = decided(wanted, **changes)
    line = decision.items[0]
    assert line.instant is instant
    if instant:
        assert str(line.ready_by) == changes.get("on", "2018-05-16")
        assert decision.parcels == () and decision.totals.carrier == 0


def test_mixed_forms_are_not_instant_and_instant_items_stay_out_of_parcels() -> None:
    mixed = item("hkm_permit", "endorse", "LG")
    mixed["endorsements"][0]["document_form"] = "booklet"
    assert not decided(mixed, site=CENTRE).items[0].instant
    decision = decided(CARD, item(), site=HALL)
    assert [parcel.items for parcel in decision.parcels] == [(1,)]


@pytest.mark.parametrize("kind", [kind.value for kind in ItemKind])
def test_validity(kind: str) -> None:
    codes = "L" if kind == "endorse" else ""
    wanted = item("hkm_permit", kind, codes)
    none = kind in ("endorse", "annotate")
    assert decided(wanted, born="2002-05-17").items[0].validity_years == (None if none else 5)
    assert decided(wanted, born="2002-05-16").items[0].validity_years == (None if none else 10)


@pytest.mark.parametrize(
    ("day", "born", "answer", "noted"),
    [
        ("2018-05-01", "1990-01-01", "mismatch", True),
        ("2018-04-30", "1990-01-01", "mismatch", False),
        ("2018-05-01", "1958-05-01", "mismatch", False),
        ("2018-05-01", "1990-01-01", "unavailable", False),
    ],
)
def test_postage_to_be_paid_says_that_the_disability_lookup_contradicts(
    day: str, born: str, answer: str, noted: bool
) -> None:
    found = decided(item(), on=day, born=born, lookups={"disability": answer})
    rules = [reason.rule for reason in found.fees[-1].reasons]
    assert ("postage-disability-contradicted" in rules) is noted
    assert found.warnings == ()
