"""The twin as a process: its first line, its commands from stdin and socket, its end."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "devices.virtual", "samv", "--control", str(tmp_path / "desk")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.terminate()
    process.communicate(timeout=10)


def said(process: subprocess.Popen[str]) -> dict[str, object]:
    """The next line of the process, as JSON."""
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def tell(process: subprocess.Popen[str], line: str) -> dict[str, object]:
    """One command and its answer."""
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return said(process)


def test_commands_by_stdin_and_socket(twin: subprocess.Popen[str], tmp_path: Path) -> None:
    hello = said(twin)
    path = Path(str(hello["path"]))
    assert hello["reader"] == f"samv:{path}"
    assert path.is_char_device()
    assert tell(twin, "lay sixty") == {"ok": True, "laid": "sixty"}
    assert tell(twin, "lay 0") == {"ok": True, "laid": "plain"}
    assert tell(twin, "lay nobody")["ok"] is False
    with socket.socket(socket.AF_UNIX) as desk:
        desk.connect(str(tmp_path / "desk"))
        stream = desk.makefile("rw")
        stream.write("unplug\n")
        stream.flush()
        assert json.loads(stream.readline()) == {"ok": True, "plugged": False}
        assert not path.exists()
        stream.write("plug\n")
        stream.flush()
        assert json.loads(stream.readline())["path"] == str(path)
    assert path.exists()


@pytest.mark.parametrize("end", ["stdin", "signal"])
def test_it_ends_with_its_input_or_a_signal(twin: subprocess.Popen[str], end: str) -> None:
    path = Path(str(said(twin)["path"]))
    assert twin.stdin is not None
    if end == "stdin":
        twin.stdin.close()
        twin.stdin = None
    else:
        twin.send_signal(signal.SIGTERM)
    assert twin.wait(timeout=5) == 0
    assert not path.parent.exists()
