"""A whole station for the end-to-end tests: `counter demo --headless`, as anybody starts it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from counter_tui.address.book import FILE
from tests.conftest import made_once

COUNTER = Path(sys.executable).parent / "counter"


class Demo:
    """A running demo and the hand at its virtual reader."""

    def __init__(self, home: Path, *options: str, **variables: str) -> None:
        self.home = home
        self.environment = {**os.environ, "COUNTER_HOME": str(home), **variables}
        self._errors = (home.parent / f"{home.name}.err").open("w+")
        self.process = subprocess.Popen(
            [COUNTER, "demo", "--headless", *options],
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=self.environment,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self._errors.seek(0)
        assert line, self._errors.read()
        self.says: dict[str, Any] = json.loads(line)

    def counter(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command of the station."""
        return subprocess.run(
            [COUNTER, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def json(self, *arguments: str) -> Any:
        """What a command answers with `--json`; it must succeed."""
        done = self.counter(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def reader(self, line: str) -> dict[str, Any]:
        """Tell the virtual reader `lay KEY`, `take`, `unplug`, ..."""
        control = json.loads((self.home / "demo.json").read_text("utf-8"))["cards"]
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(control)
            connection.sendall(f"{line}\n".encode())
            with connection.makefile() as answers:
                answer = json.loads(answers.readline())
        assert answer["ok"], answer
        return answer

    def stop(self) -> int:
        """End the demo as a service manager would."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._errors.close()
        return status


@pytest.fixture(scope="session")
def enrolled_home(shared_folder: Path, divisions: Path) -> Path:
    """A demo's home as its first start and its first terminal leave it."""
    home = shared_folder / "enrolled"
    with made_once(home) as wanted:
        if wanted:
            assert Demo(home).stop() == 0
            shutil.copy(divisions, home / FILE)
    return home


@pytest.fixture
def demo(tmp_path: Path, enrolled_home: Path) -> Iterator[Demo]:
    """A demo station of its own, enrolled before."""
    shutil.copytree(enrolled_home, tmp_path / "home")
    running = Demo(tmp_path / "home")
    yield running
    running.stop()
