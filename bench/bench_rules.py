"""Rules: deciding beside validating the same facts, loading a pack, a batch's memory"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.table import Row
from counter_tui import packs
from intake import decide
from intake.facts import Facts
from intake.pack import from_canonical, load

PLAIN: dict[str, Any] = {
    "accepted_on": "2018-05-16",
    "accepted_at": "10:30",
    "site": {"code": "510107-ps-014", "kind": "police_station"},
    "applicant": {
        "birth_date": "1958-05-16",
        "number": "510107195805161235",
        "hukou_code": "510107",
        "identity_evidence": "chip",
        "residence_permit": None,
        "registered_functionary": "not_needed",
        "military": False,
        "disability_certificate": None,
    },
    "items": [{"document": "passport", "kind": "first", "endorsements": [], "materials": {}}],
    "materials": {"application_form": "present", "photo": "present", "fingerprints": "present"},
    "lookups": {},
    "deferral_agreed": True,
    "delivery": {"method": "post", "combined": True, "legs": 1},
}
ENDORSEMENT = {"region": "HK", "code": "L", "entries": "single", "validity": "3m"}
RICH = {
    **PLAIN,
    "site": {"kind": "district_hall"},
    "items": [
        PLAIN["items"][0],
        {"document": "hkm_permit", "kind": "renew", "endorsements": [ENDORSEMENT] * 2},
        {"document": "tw_permit", "kind": "reissue_lost"},
    ],
}
MANY, FEW = 100_000, 2_000


def run() -> list[Row]:
    """Measure in one process, the batch in its own."""
    return [
        *_deciding("one passport", PLAIN),
        *_deciding("three items", RICH),
        *_loading(),
        *_batch(),
    ]


def _deciding(what: str, case: dict[str, Any]) -> list[Row]:
    pack = packs.load("chengdu")
    facts = Facts.model_validate(case)
    validating = _median(lambda: Facts.model_validate(case))
    deciding = _median(lambda: decide(facts, pack))
    return [
        Row(f"decide, {what} (beside validating)", deciding * 1e6, "us", validating * 1e6, 10),
        Row(f"decide, {what}, median", deciding * 1e3, "ms", budget=1),
    ]


def _median(work: Callable[[], object], times: int = 3000) -> float:
    spans: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spans.append(time.perf_counter() - start)
    return statistics.median(spans)


def _loading() -> list[Row]:
    canonical = packs.load("chengdu").resolved.canonical()
    from_text = _median(lambda: load("chengdu", packs.shipped), 15)
    from_signed = _median(lambda: from_canonical(canonical), 15)
    return [
        Row("load a pack from its TOML layers (then cached)", from_text * 1e3, "ms"),
        Row("load a pack from its signed bytes", from_signed * 1e3, "ms", budget=30),
    ]


def _batch() -> list[Row]:
    peak_few, _ = _run_batch(FEW)
    peak_many, seconds = _run_batch(MANY)
    return [
        Row(f"batch of {MANY:,}: peak memory (beside {FEW:,})", peak_many, "MiB", peak_few, 1.05),
        Row(f"batch of {MANY:,}: cases a second", MANY / seconds, "/s"),
    ]


def _run_batch(cases: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.jsonl"
        lines = [json.dumps(PLAIN), json.dumps(RICH)]
        with path.open("w") as file:
            for number in range(cases):
                file.write(lines[number % 2] + "\n")
        environment = {**os.environ, "COUNTER_HOME": folder}
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "counter_tui", "decide", "--batch", str(path)],
            stdout=subprocess.DEVNULL,
            env=environment,
        )
        _, status, used = os.wait4(process.pid, 0)
        assert status == 0
        return used.ru_maxrss / 1024, time.perf_counter() - start
