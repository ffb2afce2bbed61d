"""Logs hold what is allowed and nothing else."""

import json
from pathlib import Path

from textual.worker import WorkerFailed

from counter_tui.config import Config
from counter_tui.failure import root_of
from counter_tui.logs import open_log


def test_only_allowed_fields_reach_the_file(tmp_path: Path) -> None:
    log = open_log(Config(home=tmp_path), "agent")

    log.info("sent", application="0190", name="证件样本", status=201)

    (line,) = (tmp_path / "logs" / "agent.log").read_text("utf-8").splitlines()
    written = json.loads(line)
    assert written.pop("timestamp")
    assert written == {
        "event": "sent",
        "level": "info",
        "process": "agent",
        "application": "0190",
        "status": 201,
    }


def test_an_exception_leaves_its_type_and_not_its_message(tmp_path: Path) -> None:
    log = open_log(Config(home=tmp_path), "agent")

    try:
        raise ValueError("证件样本 110101198108030003")
    except ValueError as error:
        log.warning("failed", error=error)
        log.exception("failed again")

    text = (tmp_path / "logs" / "agent.log").read_text("utf-8")
    assert "ValueError" in text and text.count('"at": "test_logs.py:') == 2
    assert "证件样本" not in text
    assert "11010119" not in text


def test_line_breaks_in_a_value_stay_one_line(tmp_path: Path) -> None:
    log = open_log(Config(home=tmp_path), "agent")

    log.info("reader up", reader="samv\r\n\x1b]52;c;AAAA\x07")

    raw = (tmp_path / "logs" / "agent.log").read_bytes()
    assert raw.count(b"\n") == 1
    assert b"\x1b" not in raw


def test_a_failed_worker_is_named_by_what_failed_in_it() -> None:
    inner = KeyError("证件样本")
    assert root_of(WorkerFailed(inner)) is inner
    assert root_of(inner) is inner
