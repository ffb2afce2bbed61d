"""What the doctor says about signed updates, in both languages and as JSON."""

import errno
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from counter_tui import updates
from counter_tui.doctor import releases
from counter_tui.doctor.finding import Finding, Verdict
from counter_tui.doctor.report import document, lines
from counter_tui.words import Words
from deploy.update import make_key, publish
from tests.deploy.test_updates import counter, some_archive

NOW = datetime.now(UTC)


def look(root: Path, now: datetime = NOW) -> Finding:
    (finding,) = releases.fetched(root, now)
    told = document([finding], Words("zh_CN"))["checks"][0]
    assert set(told) == {"check", "verdict", "text", "remedy"} and told["check"] == "updates"
    assert bool(told["remedy"]) == (finding.verdict is not Verdict.OK)
    for language, name in (("zh_CN", "更新"), ("en", "Updates")):
        said = "\n".join(lines([finding], Words(language)))
        assert name in said and "{" not in said
    return finding


def fetch(root: Path, source: Path) -> Path:
    assert counter(root, "fetch", "--from", str(source)).exit_code == 0
    return root / updates.FETCHED


def test_a_release_that_was_fetched_waits(
    tmp_path: Path,
    root: Path,
    key: Path,
    out: Path,
) -> None:
    assert (look(root).verdict, look(root).values["installed"]) == (Verdict.OK, "1.0")
    publish(some_archive(tmp_path, "1.1"), key, out)
    fetch(root, out)
    found = look(root)
    assert found.verdict is Verdict.WARN and found.values["version"] == "1.1"
    assert "counter update install" in found.remedy
    (root / "opt/counter/current/release.json").write_text('{"version": "1.1", "store": 3}')
    assert look(root).verdict is Verdict.OK, "installed by now"


def test_a_release_half_here_counts_its_pieces_and_is_told_when_it_stands_still(
    tmp_path: Path,
    root: Path,
    key: Path,
    out: Path,
) -> None:
    publish(some_archive(tmp_path, "1.1"), key, out)
    folder = fetch(root, out)
    (folder / updates.MANIFEST).unlink()
    for number in (3, 4, 5):
        (folder / f"counter-1.1.pieces/{number:04}").unlink()
    found = look(root)
    assert (found.verdict, found.values["there"]) == (Verdict.OK, 3), "the night goes on with it"
    stands = look(root, NOW + releases.PATIENCE + timedelta(hours=1))
    assert stands.verdict is Verdict.WARN and "counter update fetch" in stands.remedy


def test_a_piece_that_went_away_is_not_whole(
    tmp_path: Path,
    root: Path,
    key: Path,
    out: Path,
) -> None:
    publish(some_archive(tmp_path, "1.1"), key, out)
    folder = fetch(root, out)
    (folder / "counter-1.1.pieces/0002").unlink()
    assert look(root).values["there"] == 5


def test_what_another_key_signed_is_said(
    tmp_path: Path,
    root: Path,
    out: Path,
) -> None:
    make_key(tmp_path / "another")
    publish(some_archive(tmp_path, "1.1"), tmp_path / "another", out)
    shutil.copytree(out, root / updates.FETCHED)
    assert look(root).verdict is Verdict.FAIL


def test_a_damaged_pin_is_said(root: Path) -> None:
    (root / "opt/counter/updates.json").write_text("{")
    (finding,) = releases.fetched(root, NOW)
    assert finding.verdict is Verdict.FAIL


def test_who_may_not_look_is_told_who_may(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def closed(*_: object) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(updates.Folder, "read", closed)
    assert look(root).verdict is Verdict.OK
    assert "sudo counter doctor" in look(root).text


def test_without_a_pinned_key_nothing_is_said(tmp_path: Path) -> None:
    assert list(releases.fetched(tmp_path, NOW)) == []
