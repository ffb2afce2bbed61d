"""A waiver's proof outlives the certificate's number and can be checked again offline."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from intake import Application, decide
from intake.application import Evidence, PackRef, WaiverProof, short_number
from intake.waiver import decide_again, doubts, kept, waiver_proofs
from tests.intake.cases import facts, pack

NUMBER = "110101198108030003"
NOW = datetime(2018, 5, 16, 10, 30, tzinfo=UTC)
READ = datetime(2018, 5, 16, 10, 28, tzinfo=UTC)
CHIP = Evidence(kind="chip", read_at=READ, reader="samv:/dev/ttyUSB0")
KEY = "a station's key"


def hashed(number: str) -> str:
    return hmac.digest(KEY.encode(), number.encode(), hashlib.sha256).hex()


def accepted(evidence: Evidence | None = CHIP, **changes: Any) -> Application:
    given, rules = facts(**changes), pack()
    decision = decide(given, rules)
    identifier = UUID("0190b8a0-0000-7000-8000-000000000001")
    return Application(
        id=identifier,
        number=short_number(identifier),
        station="510107-ps-014",
        clerk="c1",
        created_at=NOW,
        accepted_at=NOW,
        pack=PackRef(name=rules.name, version=rules.version, sha256=rules.sha256),
        facts=kept(given),
        decision=decision,
        evidence=evidence,
        waivers=waiver_proofs(given, decision, "c1", NOW, evidence, hashed),
    )


CERTIFIED = {"disability_certificate": NUMBER + "41"}


def test_what_proved_it() -> None:
    (by_age,) = accepted(born="1950-01-01").waivers
    assert (by_age.rule, by_age.ground, by_age.proof) == (
        "postage-waiver-age",
        "age",
        "identity_read",
    )
    assert (by_age.proved_by, by_age.proved_at) == ("chip:samv:/dev/ttyUSB0", READ)
    assert by_age.inputs == {"age": 68} and by_age.certificate_hash is None
    (by_eye,) = accepted(None, born="1950-01-01", identity_evidence="temporary_card").waivers
    assert (by_eye.proved_by, by_eye.proved_at) == ("temporary_card:stated", NOW)
    (by_lookup,) = accepted(lookups={"disability": "matched"}).waivers
    assert (by_lookup.proved_by, by_lookup.proved_at) == ("lookup:disability", NOW)
    (by_certificate,) = accepted(**CERTIFIED).waivers
    assert by_certificate.certificate_hash == hashed(NUMBER + "41")
    assert (by_certificate.proved_by, by_certificate.proved_at) == (
        "certificate:number-checked",
        NOW,
    )
    assert by_certificate.rule == "postage-waiver-disability-certificate"
    assert by_certificate.inputs["disability_certificate"] is True
    by_hand = Evidence(kind="temporary_card", read_at=READ)
    (seen,) = accepted(by_hand, born="1950-01-01").waivers
    assert (seen.proved_by, seen.proved_at) == ("temporary_card:by-eye", READ)
    # Age is the ground: the certificate proved nothing and leaves no trace.
    (older,) = accepted(born="1950-01-01", **CERTIFIED).waivers
    assert older.proof == "identity_read" and older.certificate_hash is None
    assert accepted().waivers == ()


def test_the_number_is_not_kept_and_the_decision_still_stands() -> None:
    stored = accepted(**CERTIFIED)
    assert (NUMBER + "41").encode() not in stored.body()
    read = Application.model_validate_json(stored.body())
    assert decide_again(read, pack()) == stored.decision
    assert decide(read.facts, pack()) != stored.decision
    assert doubts(read, pack()) == []
    assert doubts(read, pack(), NUMBER + "41", hashed) == []


def test_one_proof_a_waived_line() -> None:
    split = {"method": "post", "combined": False}
    from tests.intake.cases import item

    given = facts(item(), item("tw_permit"), born="1950-01-01", delivery=split)
    found = waiver_proofs(given, decide(given, pack()), "c1", NOW, CHIP, hashed)
    assert len(found) == 2 and found[0] == found[1]


def changed(stored: Application, **update: Any) -> Application:
    waiver = stored.waivers[0].model_copy(update=update)
    return stored.model_copy(update={"waivers": (waiver,)})


def test_doubts() -> None:
    by_age, certified = accepted(born="1950-01-01"), accepted(**CERTIFIED)
    other = "decided under chengdu 2018.05, another pack is at hand"
    assert doubts(by_age, pack("chengdu-narrow")) == [other]
    same_name = by_age.pack.model_copy(update={"sha256": "0" * 64})
    assert doubts(by_age.model_copy(update={"pack": same_name}), pack()) == [other]
    rule = ["the proof names another rule, ground or proof than the line"]
    assert doubts(changed(by_age, rule="another"), pack()) == rule
    assert doubts(changed(by_age, ground="disability"), pack()) == rule
    inputs = ["the proof's inputs are not those of the decision"]
    assert doubts(changed(by_age, inputs={"age": 99}), pack()) == inputs
    none = by_age.model_copy(update={"waivers": ()})
    assert doubts(none, pack()) == ["1 waived lines, 0 proofs"]
    assert doubts(changed(certified, certificate_hash=None), pack()) == [
        "the certificate's hash was not kept"
    ]
    assert doubts(certified, pack(), NUMBER + "42", hashed) == [
        "the certificate at hand is not the one that was shown"
    ]
    # Without the certificate or the key there is nothing to compare.
    assert doubts(certified, pack(), NUMBER + "42") == doubts(certified, pack(), None, hashed) == []
    lines = ["the pack waives other lines than the decision says"]
    young = by_age.facts.applicant.model_copy(update={"birth_date": by_age.facts.accepted_on})
    forged = by_age.facts.model_copy(update={"applicant": young})
    assert doubts(by_age.model_copy(update={"facts": forged}), pack()) == lines
    early = by_age.facts.model_copy(update={"accepted_on": date(2017, 6, 30)})
    assert doubts(by_age.model_copy(update={"facts": early}), pack()) == [
        "the facts are not valid: accepted_on"
    ]
    assert isinstance(certified.waivers[0], WaiverProof)


@pytest.mark.parametrize(("number", "status"), [(NUMBER + "41", 0), (NUMBER + "42", 1)])
def test_the_command(tmp_path: Path, number: str, status: int) -> None:
    path, key = tmp_path / "application.json", tmp_path / "key"
    path.write_bytes(accepted(**CERTIFIED).body())
    key.write_text(KEY)
    command = [sys.executable, "-m", "counter_tui", "pack", "verify-waiver", str(path)]
    environment = {**os.environ, "COUNTER_HOME": str(tmp_path), "PYTHONUTF8": "1"}
    plain = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert plain.returncode == 0, plain.stderr
    compared = subprocess.run(
        [*command, "--key", str(key), "--certificate-stdin"],
        input=number,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert compared.returncode == status and number not in compared.stderr
    path.write_text(json.dumps({"no": "application"}))
    bad = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert bad.returncode == 2 and "Traceback" not in bad.stderr
