"""What is asked for, in which state it is, and what may follow."""

from typing import Any

import pytest

from intake import Decision
from tests.intake.cases import AWAY, PERMIT, SICHUAN, decided, item

CHILD = {"born": "2010-01-01", "missing": ("delegation_letter", "agent_identity")}
BASE = ["application_form", "identity_read", "photo", "fingerprints"]
BUSINESS = ("business_licence", "tax_registration", "social_insurance_list")


def asked(decision: Decision) -> dict[str, tuple[str, str]]:
    """Class and status by code (and item, from the second on)."""
    return {
        line.code + (f"@{line.item}" if line.item else ""): (line.class_, line.status)
        for line in decision.materials
    }


@pytest.mark.parametrize(
    ("wanted", "changes", "codes"),
    [
        (item(), {}, BASE),
        (item("passport", "renew"), {}, [*BASE, "current_document"]),
        (item("passport", "reissue_damaged"), {}, [*BASE, "current_document"]),
        (item("passport", "reissue_lost"), {}, [*BASE, "loss_statement"]),
        (item("passport", "reapply_expired"), {}, BASE),
        (item("passport", "annotate"), {}, [*BASE[:2], "current_document"]),
        (item("hkm_permit", "endorse", "L"), {}, [*BASE[:2], "current_document"]),
        (item("hkm_permit", "first", "T"), {}, [*BASE, "kinship_proof"]),
        (item("hkm_permit", "first", "D"), {}, [*BASE, "reason_papers"]),
        (item("hkm_permit", "first", "S"), {}, [*BASE, *BUSINESS]),
        (
            item("hkm_permit", "endorse", "TQS"),
            {},
            [*BASE[:2], "current_document", "kinship_proof", "reason_papers", *BUSINESS],
        ),
        (item(), {"registered_functionary": "consent_needed"}, [*BASE, "unit_consent"]),
        (item(), {"registered_functionary": "unavailable"}, BASE),
        (item(), {"military": True}, [*BASE, "military_consent"]),
        (item(), {"hukou": SICHUAN}, BASE),
        (item(), {"hukou": "513201"}, [*BASE, "government_opinion"]),
        (item(), {"hukou": "513301"}, [*BASE, "government_opinion"]),
        (item(), {"hukou": "513422"}, [*BASE, "government_opinion"]),
        (item(), {"hukou": "513423"}, BASE),
        (
            item(),
            {"hukou": AWAY, "residence_permit": PERMIT, "on": "2019-03-31"},
            [*BASE, "residence_permit", "hukou_booklet"],
        ),
        (item(), {"hukou": AWAY, "on": "2019-04-01"}, BASE),
        (
            item(),
            CHILD,
            [*BASE[:3], "guardian_present", "guardian_identity", "guardianship_proof"],
        ),
        (
            item(),
            {**CHILD, "missing": ("guardian_present",)},
            [*BASE[:3], "delegation_letter", "agent_identity", "guardianship_proof"],
        ),
        (
            item(),
            {**CHILD, "missing": ("guardian_present", "delegation_letter")},
            [*BASE[:3], "guardian_present", "guardianship_proof"],
        ),
    ],
)
def test_what_is_asked(wanted: dict[str, Any], changes: dict[str, Any], codes: list[str]) -> None:
    assert sorted(asked(decided(wanted, **changes))) == sorted(codes)


def test_sixteenth_birthday() -> None:
    before = asked(decided(born="2002-05-17"))
    on = asked(decided(born="2002-05-16"))
    assert "guardian_present" in before and "fingerprints" not in before
    assert "guardian_present" not in on and "fingerprints" in on


def test_photo_is_asked_when_one_of_several_items_needs_it() -> None:
    endorse, first = item("hkm_permit", "endorse", "L"), item("tw_permit")
    assert "photo" in asked(decided(endorse, first))
    assert "photo" not in asked(decided(endorse, item("passport", "annotate")))


@pytest.mark.parametrize(
    ("evidence", "born", "status", "warned"),
    [
        ("chip", "1985-01-01", "verified", []),
        ("temporary_card", "1985-01-01", "present", ["temporary_card"]),
        ("hukou_booklet", "2002-05-17", "present", []),
        ("hukou_booklet", "2002-05-16", "missing", []),
    ],
)
def test_identity(evidence: str, born: str, status: str, warned: list[str]) -> None:
    decision = decided(born=born, identity_evidence=evidence)
    assert asked(decision)["identity_read"] == ("core", status)
    assert [warning.code for warning in decision.warnings] == warned
    assert decision.outcome == ("incomplete" if status == "missing" else "accept")


def test_functionary_unavailable_warns() -> None:
    decision = decided(registered_functionary="unavailable")
    assert [warning.code for warning in decision.warnings] == ["functionary_unavailable"]


@pytest.mark.parametrize(
    ("answer", "paper", "state"),
    [
        (None, "present", ("secondary", "present")),
        (None, "missing", ("secondary", "deferred")),
        ("matched", "present", ("secondary", "verified")),
        ("matched", "missing", ("secondary", "verified")),
        ("unavailable", "present", ("secondary", "present")),
        ("unavailable", "missing", ("secondary", "deferred")),
        ("mismatch", "present", ("core", "present")),
        ("mismatch", "missing", ("core", "missing")),
    ],
)
def test_kinship_by_paper_and_lookup(
    answer: str | None, paper: str, state: tuple[str, str]
) -> None:
    missing = ("kinship_proof",) if paper == "missing" else ()
    lookups = {"kinship": answer} if answer else {}
    decision = decided(item("hkm_permit", "endorse", "T", missing=missing), lookups=lookups)
    assert asked(decision)["kinship_proof"] == state
    warned = [warning.code for warning in decision.warnings]
    assert warned == (["lookup_mismatch"] if answer == "mismatch" else [])


@pytest.mark.parametrize(
    ("answer", "paper", "state"),
    [
        (None, "present", ("core", "present")),
        (None, "missing", ("core", "missing")),
        ("matched", "missing", ("core", "verified")),
        ("unavailable", "missing", ("secondary", "deferred")),
        ("unavailable", "present", ("core", "present")),
        ("mismatch", "missing", ("core", "missing")),
        ("mismatch", "present", ("core", "present")),
    ],
)
def test_business_papers(answer: str | None, paper: str, state: tuple[str, str]) -> None:
    for code, lookup in zip(
        BUSINESS, ("business_registry", "tax", "social_insurance"), strict=True
    ):
        missing = (code,) if paper == "missing" else ()
        lookups = {lookup: answer} if answer else {}
        decision = decided(item("hkm_permit", "endorse", "S", missing=missing), lookups=lookups)
        assert asked(decision)[code] == state
        others = [asked(decision)[other] for other in BUSINESS if other != code]
        assert others == [("core", "present")] * 2


@pytest.mark.parametrize(("codes", "class_"), [("Q", "secondary"), ("R", "core"), ("QR", "core")])
def test_reason_papers(codes: str, class_: str) -> None:
    decision = decided(item("hkm_permit", "endorse", codes, missing=("reason_papers",)))
    status = "deferred" if class_ == "secondary" else "missing"
    assert asked(decision)["reason_papers"] == (class_, status)


@pytest.mark.parametrize("code", ["D", "Y", "F", "X", "C"])
def test_reason_papers_for_taiwan(code: str) -> None:
    decision = decided(item("tw_permit", "endorse", code, missing=("reason_papers",)))
    assert asked(decision)["reason_papers"] == ("core", "missing")


def test_residence_lookup_stands_for_the_permit() -> None:
    changes: dict[str, Any] = {"hukou": AWAY, "residence_permit": PERMIT}
    decision = decided(missing=("residence_permit",), lookups={"residence": "matched"}, **changes)
    assert asked(decision)["residence_permit"] == ("core", "verified")
    without = decided(missing=("residence_permit",), **changes)
    assert asked(without)["residence_permit"] == ("core", "missing")


def test_no_deferral_beside_a_missing_core_material_of_another_item() -> None:
    lost = item("passport", "reissue_lost", missing=("loss_statement",))
    renew = item("hkm_permit", "renew", missing=("current_document",))
    alone, both = decided(lost), decided(lost, renew)
    assert alone.outcome == "accept_with_deferral"
    assert both.outcome == "incomplete" and both.deferrals == ()
    assert asked(both)["loss_statement"] == ("secondary", "missing")
    assert [(line.code, line.item) for line in both.notice] == [
        ("loss_statement", 0),
        ("current_document", 1),
    ]


def test_a_missing_core_material_of_a_referred_item_does_not_count() -> None:
    lost = item("passport", "reissue_lost", missing=("loss_statement",))
    business = item("hkm_permit", "endorse", "S", missing=("current_document",))
    decision = decided(lost, business, site="police_station")
    assert asked(decision)["loss_statement"] == ("secondary", "deferred")
    assert decision.outcome == "refer" and len(decision.deferrals) == 1


def test_no_deferral_without_agreement() -> None:
    decision = decided(item("passport", "reissue_lost", missing=("loss_statement",)), agreed=False)
    assert decision.outcome == "incomplete"
    assert [line.code for line in decision.notice] == ["loss_statement"]


def test_who_waits_for_which_material() -> None:
    lost = item("passport", "reissue_lost", missing=("loss_statement",))
    first, second = decided(lost, item("tw_permit")).items
    assert (first.ready_by, str(second.ready_by)) == (None, "2018-05-30")
    child = {**CHILD, "missing": (*CHILD["missing"], "guardianship_proof")}
    both = decided(item(), item("tw_permit"), **child)
    assert [line.ready_by for line in both.items] == [None, None]
    assert both.outcome == "accept_with_deferral"
    assert (both.deferrals[0].code, both.deferrals[0].item) == ("guardianship_proof", None)


def test_guardianship_lookup() -> None:
    child = {**CHILD, "missing": (*CHILD["missing"], "guardianship_proof")}
    assert asked(decided(lookups={"guardianship": "matched"}, **child))["guardianship_proof"] == (
        "secondary",
        "verified",
    )
    mismatch = decided(lookups={"guardianship": "mismatch"}, **child)
    assert asked(mismatch)["guardianship_proof"] == ("core", "missing")
    assert mismatch.outcome == "incomplete"


@pytest.mark.parametrize("answer", ["matched", "unavailable", "mismatch"])
def test_a_line_says_what_its_lookup_answered(answer: str) -> None:
    decision = decided(item("hkm_permit", "endorse", "T"), lookups={"kinship": answer})
    (line,) = [one for one in decision.materials if one.code == "kinship_proof"]
    first, *more = line.reasons
    assert first.rule == "kinship-proof"
    assert first.inputs == {"codes": ["T"], "lookup.kinship": answer}
    assert [one.rule for one in more] == (["warn-lookup-mismatch"] if answer == "mismatch" else [])
    (asked,) = [
        one.reasons
        for one in decided(item("hkm_permit", "endorse", "T")).materials
        if one.code == "kinship_proof"
    ]
    assert [(one.rule, one.inputs) for one in asked] == [("kinship-proof", {"codes": ["T"]})]


def test_every_warning_has_its_sentence() -> None:
    found = decided(
        item("hkm_permit", "endorse", "T"),
        identity_evidence="temporary_card",
        registered_functionary="unavailable",
        lookups={"kinship": "mismatch"},
    ).warnings
    assert [one.code for one in found] == [
        "temporary_card",
        "functionary_unavailable",
        "lookup_mismatch",
    ]
    assert [one.text.zh for one in found] == [
        "临时居民身份证：无芯片，请人工核对姓名、号码和照片",
        "登记备案情况暂不可查，请询问并在恢复后核对",
        "亲属关系证明：数据核验不一致，请值班负责人复核",
    ]
    assert found[2].text.en.endswith(": the lookup contradicts; a supervisor should look")
    assert "{" not in "".join(one.text.zh + one.text.en for one in found)


def test_contradicted_materials_are_named_in_one_warning() -> None:
    (warning,) = decided(
        item("hkm_permit", "endorse", "S"),
        item("hkm_permit", "endorse", "T"),
        item("tw_permit", "endorse", "T"),
        lookups={"business_registry": "mismatch", "tax": "mismatch", "kinship": "mismatch"},
    ).warnings
    assert warning.code == "lookup_mismatch"
    assert warning.text.zh.startswith("营业执照、税务登记、亲属关系证明：")
