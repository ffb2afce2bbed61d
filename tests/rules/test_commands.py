"""`counter decide` and `counter pack`, run as people run them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from joserfc.jwk import OKPKey

from intake import Decision
from tests.intake.cases import case, item

LOST = item("passport", "reissue_lost", missing=("loss_statement",))


def run(*arguments: str, stdin: str = "", home: Path | None = None) -> Any:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    environment.pop("COUNTER_CONFIG", None)
    environment["COUNTER_HOME"] = str(home or "/nonexistent")
    command = [sys.executable, "-m", "counter_tui", *arguments]
    return subprocess.run(
        command, input=stdin, capture_output=True, text=True, env=environment, check=False
    )


def test_one_case_from_a_file_and_from_standard_input(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(case(LOST)))
    by_file = run("decide", str(path), "--json")
    by_stdin = run("decide", "-", "--json", stdin=json.dumps(case(LOST)))
    assert by_file.returncode == 0 and by_file.stdout == by_stdin.stdout and not by_file.stderr
    decision = json.loads(by_file.stdout)
    assert decision["outcome"] == "accept_with_deferral"
    assert "ground" not in decision["fees"][0] and decision["pack"] == "chengdu"
    assert Decision.model_validate_json(by_file.stdout).deferrals[0].code == "loss_statement"
    for_people = run("decide", str(path))
    assert for_people.returncode == 0 and "遗失声明" in for_people.stdout


def test_any_answer_of_the_rules_is_a_command_that_did_its_work() -> None:
    referred = case(site="police_station", hukou="110101", on="2024-03-04")
    refused = case(hukou="110101")
    for facts, outcome in ((referred, "refer"), (refused, "refuse")):
        answer = run("decide", "-", "--json", stdin=json.dumps(facts))
        assert answer.returncode == 0 and json.loads(answer.stdout)["outcome"] == outcome


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"items": []}, "items"),
        ({"accepted_on": "2017-06-30"}, "accepted_on"),
        ({"colour": "red"}, "colour"),
        ({"delivery": {"method": "pickup", "legs": 2}}, "delivery.legs"),
        ({"materials": {"loss_statement": "present"}}, "materials.loss_statement"),
    ],
)
def test_bad_input_names_the_field(change: dict[str, Any], field: str) -> None:
    answer = run("decide", "-", "--json", stdin=json.dumps({**case(), **change}))
    assert answer.returncode == 2
    error = json.loads(answer.stdout)["error"]
    assert error["field"] == field and error["message"]
    assert run("decide", "-", stdin=json.dumps({**case(), **change})).stdout == ""
    assert answer.stderr.startswith(f"{field}: ") and "Traceback" not in answer.stderr


def test_wrong_use(tmp_path: Path) -> None:
    for arguments in (
        ("decide",),
        ("decide", str(tmp_path / "none.json")),
        ("decide", "-", "--batch", "-"),
        ("decide", "-", "--pack", "nowhere"),
        ("decide", "-", "--pack", "../chengdu"),
        ("decide", "-", "--pack", "national"),
        ("decide", "--batch", str(tmp_path / "none.jsonl")),
    ):
        answer = run(*arguments)
        assert answer.returncode == 2 and answer.stderr and "Traceback" not in answer.stderr


def test_why_shows_each_rule_as_a_tree() -> None:
    sichuan = case(item("hkm_permit", "endorse", "G"), site="police_station", hukou="510703")
    answer = run("decide", "-", "--why", stdin=json.dumps(sichuan))
    assert answer.returncode == 0 and not answer.stderr
    lines = answer.stdout.splitlines()
    rule = next(i for i, line in enumerate(lines) if "[scope-individual-visit-sichuan" in line)
    assert lines[rule].startswith("  ✓ ")
    assert "    ✓ 户籍为省内异地户籍 (省内异地户籍)" in lines
    assert "      ✓ 省内异地户籍 [hukou-sichuan]" in lines
    assert any("依据较明确" in line and "适用时间：一直" in line for line in lines[rule:])
    assert any(line.startswith("  ✗ 商务签注") for line in lines)  # a row that did not decide
    assert "    ✗ 签注种类含商务 (个人旅游)" in lines
    lost = case(LOST, on="2018-09-28", disability_certificate="110101198108030003" + "41")
    answer = run("decide", "-", "--why", stdin=json.dumps(lost))
    assert "节假日：2018-10-01, 2018-10-02, 2018-10-03, 2018-10-04, 2018-10-05" in answer.stdout
    assert "上班的周末：2018-09-29, 2018-09-30" in answer.stdout
    assert "110101198108030003" not in answer.stdout


def test_what_would_cost_less_is_said() -> None:
    split = case(item(), item("tw_permit"), delivery={"method": "post", "combined": False})
    answer = run("decide", "-", stdin=json.dumps(split))
    assert "  合并邮寄：国库240元，邮政10元" in answer.stdout.replace(": ", "：")


def test_batch_answers_every_line(tmp_path: Path) -> None:
    lines = [
        json.dumps(case()).encode(),
        b"",
        b"{",
        b"\xff\xfe",
        b'{"a": 1}',
        b"[" * 100_000,
        b'{"x": "' + b"y" * (1 << 20) + b'"}',
        json.dumps(case(on="2017-01-01")).encode(),
        json.dumps(case(born="1950-01-01"), ensure_ascii=False).encode() + b"\r",
    ]
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b"\n".join(lines))
    answer = run("decide", "--batch", str(path))
    assert answer.returncode == 0 and not answer.stderr
    answers = [json.loads(line) for line in answer.stdout.splitlines()]
    assert len(answers) == len(lines)
    assert answers[0]["outcome"] == "accept" and answers[-1]["totals"]["carrier"] == 0
    for one in answers[1:-1]:
        assert set(one) == {"error"} and set(one["error"]) == {"field", "message"}
    assert answers[7]["error"]["field"] == "accepted_on"


def test_batch_under_two_packs(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    renew = case(item("passport", "renew"), site="police_station", on="2023-05-05")
    path.write_text(json.dumps(case()) + "\n" + json.dumps(renew) + "\n")
    answer = run("decide", "--batch", str(path), "--against", "chengdu-narrow")
    same, flipped = (json.loads(line) for line in answer.stdout.splitlines())
    assert same == {"flipped": False}
    assert (flipped["before"], flipped["after"]) == ("accept", "refer")
    assert "2件中有1件结论不同" in answer.stderr and "受理 → 转介: 1" in answer.stderr
    assert "scope-narrow-first-chengdu: 1" in answer.stderr
    first = flipped["differences"][0]
    assert first["path"] == "outcome"
    assert first["why"][0]["rule"] == "scope-narrow-first-chengdu"


def test_the_schema_describes_what_is_read_and_written() -> None:
    schema = json.loads(run("decide", "--schema").stdout)
    assert set(schema) == {"facts", "decision"}
    assert schema["facts"]["additionalProperties"] is False
    assert "class" in schema["decision"]["$defs"]["MaterialLine"]["properties"]
    assert set(schema["facts"]["required"]) == {
        "accepted_on",
        "site",
        "applicant",
        "items",
        "materials",
        "delivery",
    }


def test_pack_check_show_and_diff(tmp_path: Path) -> None:
    good = run("pack", "check", "intake/packs/chengdu")
    assert good.returncode == 0 and "chengdu 2018.05" in good.stdout
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "pack.toml").write_text(
        'name = "mine"\nversion = "2024.01"\nextends = "chengdu"\n'
        'title = { zh = "我", en = "mine" }\n\n[[postage]]\nid = "second"\nledger = "carrier"\n'
        'amount = 12\nsource = "test"\nconfidence = "low"\ntext = { zh = "", en = "12" }\n',
        encoding="utf-8",
    )
    bad = run("pack", "check", str(folder))
    assert bad.returncode == 1
    assert "mine/pack.toml:12: second: no zh text" in bad.stdout
    assert "mine/pack.toml:6: second: overlaps postage-2017" in bad.stdout
    as_json = run("pack", "check", str(folder), "--json")
    assert as_json.returncode == 1 and len(json.loads(as_json.stdout)["findings"]) == 3
    assert run("pack", "check", str(tmp_path / "none")).returncode == 1
    shown = run("pack", "show", "--table", "waivers")
    assert "年龄达到60" in shown.stdout and "(high)" in shown.stdout
    changed = run("pack", "diff", "chengdu", str(folder))
    assert changed.returncode == 0 and changed.stdout.startswith("[postage] 新增")
    assert run("pack", "check", str(tmp_path / "chengdu")).returncode == 1  # no such folder
    known = run("pack", "facts").stdout
    assert "hukou_class · 户籍 · application · choice: other_province chengdu sichuan" in known
    tried = run("decide", "-", "--pack", str(folder), "--json", stdin=json.dumps(case()))
    assert json.loads(tried.stdout)["pack"] == "mine"
    base = run("pack", "show", "national", "--table", "validity")
    assert base.returncode == 0 and "有效期10年" in base.stdout
    assert run("pack", "show", "nowhere").returncode == 2
    assert run("pack", "diff", "chengdu", str(tmp_path / "none")).returncode == 2


def test_pack_sign_and_install(tmp_path: Path) -> None:
    ours = OKPKey.generate_key("Ed25519")
    key, token = tmp_path / "key.jwk", tmp_path / "chengdu.jws"
    key.write_text(json.dumps(ours.as_dict(private=True)))
    signed = run("pack", "sign", "intake/packs/chengdu", "--key", str(key), "--out", str(token))
    assert signed.returncode == 0 and token.read_text().count(".") == 2
    assert run("pack", "sign", "intake/packs/national", "--key", str(key)).returncode == 1
    key.write_text("no key")
    wrong = run("pack", "sign", "intake/packs/chengdu", "--key", str(key))
    assert wrong.returncode == 2 and "Traceback" not in wrong.stderr
    assert run("pack", "install", str(token), home=tmp_path).returncode == 2  # no station here


def test_the_schema_holds_for_facts_and_decisions_with_formats_asserted() -> None:
    schema = json.loads(run("decide", "--schema").stdout)
    checks = {
        name: jsonschema_rs.validator_for(schema[name], validate_formats=True) for name in schema
    }
    whole = {**case(LOST, born="1950-01-01"), "accepted_at": "10:30"}
    checks["facts"].validate(whole)
    checks["decision"].validate(
        json.loads(run("decide", "-", "--json", stdin=json.dumps(whole)).stdout)
    )
    least = {**whole, "site": {"kind": "mobile_visit"}, "delivery": {"method": "pickup"}}
    for key in ("accepted_at", "lookups", "deferral_agreed"):
        del least[key]
    least["items"] = [{"document": "passport", "kind": "first"}]
    checks["facts"].validate(least)
    for wrong in ({"accepted_at": "24:00"}, {"materials": {"loss_statement": "present"}}):
        assert not checks["facts"].is_valid({**whole, **wrong})
