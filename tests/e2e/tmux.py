"""A real terminal for the tests: tmux on a socket of its own, driven by keys and read as text."""

from __future__ import annotations

import re
import subprocess
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.bytes.pty_app import PtyApp


class Tmux:
    """One tmux server with one window running one command."""

    def __init__(
        self,
        command: str,
        *,
        columns: int = 80,
        rows: int = 24,
        term: str = "screen-256color",
        environment: dict[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.socket = f"counter-test-{uuid.uuid4().hex[:12]}"
        # A bare Esc must not wait half a second for a sequence that is not coming.
        config = ["set -g escape-time 20", f"set -g default-terminal {term}", "set -g status off"]
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "200", "-y", "60", "sleep 3600")
        for line in config:
            self._tmux(*line.split())
        variables = [f"-e{name}={value}" for name, value in (environment or {}).items()]
        self._tmux(
            "new-session",
            *["-d", "-s", "main", "-x", str(columns), "-y", str(rows)],
            *variables,
            *(["-c", str(cwd)] if cwd else []),
            command,
        )

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self.socket, *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"tmux {arguments[0]}: {done.stderr.strip()}")
        return done.stdout

    def keys(self, *keys: str) -> None:
        """Press keys by tmux's names (`F10`, `Enter`, `Tab`, `Escape`, `Down`)."""
        self._tmux("send-keys", "-t", "main", *keys)

    def type(self, text: str) -> None:
        """Type text as it stands."""
        self._tmux("send-keys", "-t", "main", "-l", text)

    def screen(self) -> str:
        """What stands on the screen now."""
        return self._tmux("capture-pane", "-p", "-t", "main")

    def scrollback(self) -> str:
        """The screen and everything that scrolled out of it."""
        return self._tmux("capture-pane", "-p", "-S", "-", "-t", "main")

    def wait_for(self, pattern: str, seconds: float = 15.0) -> re.Match[str]:
        """Wait until the screen matches the regular expression; AssertionError shows the screen."""
        deadline = time.monotonic() + seconds
        while True:
            text = self.screen()
            found = re.search(pattern, text)
            if found:
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"no {pattern!r} on the screen:\n{text}")
            time.sleep(0.05)

    def pane_pid(self) -> int:
        """The process that tmux started in the window."""
        return int(self._tmux("list-panes", "-t", "main", "-F", "#{pane_pid}").strip())

    def server_pid(self) -> int:
        """The process that holds the other end of the window's pseudo-terminal."""
        return int(self._tmux("display-message", "-p", "-t", "main", "#{pid}").strip())

    def stay_when_it_ends(self) -> None:
        """Keep the window, with what stands in it, when its command ends."""
        self._tmux("set", "-g", "remain-on-exit", "on")

    def ended(self, process: int, seconds: float) -> bool:
        """Whether a process of the window ends within `seconds`, collected by its parent or not."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2]
            except (FileNotFoundError, ProcessLookupError):
                return True
            if state.split()[0] == "Z":
                return True
            time.sleep(0.02)
        return False

    def attached(self, columns: int = 80, rows: int = 24) -> PtyApp:
        """A clerk's own terminal, attached to the window."""
        tmux = ["tmux", "-L", self.socket, "attach", "-t", "main"]
        code = f"import os; os.execvp('tmux', {tmux!r})"
        return PtyApp(["-c", code], columns=columns, rows=rows, variables={"TMUX": ""})

    def respawn(self, command: str) -> None:
        """Start the window's command anew, whatever became of the last one."""
        self._tmux("respawn-pane", "-k", "-t", "main", command)

    def close(self) -> None:
        """End the server and everything in it."""
        arguments = ["tmux", "-L", self.socket, "kill-server"]
        subprocess.run(arguments, capture_output=True, check=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
