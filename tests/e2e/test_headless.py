"""Card, acceptance, receipt and the centre's row, without the screen (`docs/contracts.md`)."""

import json
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.e2e.conftest import Demo

FACTS: dict[str, Any] = {
    "accepted_on": "2018-05-16",
    "accepted_at": "10:30",
    "site": {"code": "510107-ps-014", "kind": "police_station"},
    "applicant": {
        "birth_date": "1958-05-16",
        "number": "510107195805169970",
        "hukou_code": "510107",
        "identity_evidence": "chip",
        "residence_permit": None,
        "registered_functionary": "not_needed",
        "military": False,
        "disability_certificate": None,
    },
    "items": [{"document": "passport", "kind": "first"}],
    "materials": {"application_form": "present", "photo": "present", "fingerprints": "present"},
    "delivery": {"method": "post"},
}


def _wait_for_state(demo: Demo, identifier: str, state: str, seconds: float = 20.0) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        row = demo.json("outbox", "show", identifier)
        if row["state"] == state:
            return row
        assert time.monotonic() < deadline, row
        time.sleep(0.2)


def test_a_card_is_read_and_an_application_reaches_the_centre(demo: Demo, tmp_path: Path) -> None:
    assert set(demo.says) == {"home", "config", "centre", "reader", "clerk", "pin"}
    assert demo.counter("read", "--wait", "1", "--json").returncode == 1

    person = demo.reader("people")["people"][0]
    demo.reader("lay plain")
    card = demo.json("read", "--wait", "10")
    assert card["name"] == person["name"]
    assert card["kind"] == "resident_id"
    assert card["number_check"] == "ok"

    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(FACTS), "utf-8")
    accepted = demo.json("accept", str(facts))
    row = _wait_for_state(demo, accepted["id"], "receipted")
    assert row["number"] == accepted["number"]
    with sqlite3.connect(demo.home / "centre" / "central.db") as database:
        (count,) = database.execute("SELECT count(*) FROM applications WHERE seq > 0").fetchone()
    assert count == 1

    # The same person and item once more is a possible duplicate: a person decides, nothing is lost.
    again = demo.json("accept", str(facts))
    assert again["id"] != accepted["id"]
    refused = _wait_for_state(demo, again["id"], "needs_clerk")
    assert refused["problem"]


def test_what_cannot_be_accepted_is_refused_with_the_reason(demo: Demo, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({**FACTS, "materials": {}}), "utf-8")
    incomplete = demo.counter("accept", str(facts), "--json")
    assert incomplete.returncode == 1
    assert "Traceback" not in incomplete.stderr

    facts.write_text("{", "utf-8")
    broken = demo.counter("accept", str(facts), "--json")
    assert broken.returncode == 2
    assert broken.stderr.count("\n") == 1


def test_it_ends_without_leaving_anything_running(demo: Demo) -> None:
    began = time.monotonic()

    assert demo.stop() == 0

    assert time.monotonic() - began < 10
    left = subprocess.run(["pgrep", "-f", str(demo.home)], capture_output=True, check=False)
    assert left.returncode == 1


def test_a_second_run_finds_the_first_ones_applications(demo: Demo, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(FACTS), "utf-8")
    accepted = demo.json("accept", str(facts))
    demo.process.kill()
    demo.stop()

    second = Demo(demo.home)
    try:
        _wait_for_state(second, accepted["id"], "receipted")
    finally:
        second.stop()
