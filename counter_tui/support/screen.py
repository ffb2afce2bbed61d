"""The tmux server the terminal runs in, and who may look at it.

tmux asks the kernel for the uid behind a connection. A uid that was admitted with `-r` can attach
and see; every command that types, runs or reads is refused by the server itself.
"""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Callable
from importlib.resources import files
from typing import Final

from counter_tui.failure import OutOfOrder
from counter_tui.support.errors import NoTerminal, StillInside
from counter_tui.support.place import Place
from counter_tui.support.presence import processes_of
from counter_tui.words import N_

SESSION: Final = "counter"
INSIDE_VARIABLE: Final = "COUNTER_IN_SCREEN"
_ANSWER_SECONDS: Final = 5.0


class TmuxRefuses(OutOfOrder):
    """tmux is missing, too old or answers no."""

    def __init__(self) -> None:
        super().__init__(
            N_("tmux 3.3 or later is needed for remote support and did not do its part.")
        )


class Screen:
    """One terminal's tmux server."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def runs(self) -> bool:
        """Whether a terminal runs here now."""
        return self._tmux("has-session", "-t", f"={SESSION}").returncode == 0

    def admit(self, visit: str, seconds: int) -> None:
        """Let the supporter attach, reading only, for `seconds`. Raises NoTerminal, TmuxRefuses.

        The end is a timer within the tmux server: it comes even if everything of ours has died.
        """
        if not self.runs():
            raise NoTerminal
        who = self._place.supporter
        # `##` keeps the condition from being read now: it is about whose visit it is then.
        over = f"if-shell -F '##{{==:##{{@visit}},{visit}}}' 'server-access -d {who}'"
        for command in (
            ("clear-history", "-t", f"={SESSION}:"),
            ("set-option", "-s", "@visit", visit),
            ("run-shell", "-b", "-d", str(seconds), "-C", over),
            ("server-access", "-a", "-r", who),
        ):
            if self._tmux(*command).returncode:
                self.expel()
                raise TmuxRefuses
        self._place.screen.chmod(0o660)

    def expel(self) -> None:
        """Throw the supporter out and keep it out. Raises StillInside if it cannot be shown."""
        if not self._place.screen.exists() or not self.runs():
            # A server whose socket was taken away answers nobody, and shows on to who is attached.
            self._see_gone(self._attached)
            return
        self._place.screen.chmod(0o600)
        self._tmux("set-option", "-s", "-u", "@visit")
        self._tmux("server-access", "-d", self._place.supporter)
        self._see_gone(self.watchers)
        if self._place.supporter in self._allowed():
            raise StillInside

    def text(self) -> str:
        """What stands on the screen as the server has it, and as a supporter would see it."""
        return self._tmux("capture-pane", "-p", "-t", f"={SESSION}:").stdout

    def watchers(self) -> int:
        """How many supporters look at the screen now."""
        clients = self._tmux("list-clients", "-F", "#{client_user}").stdout.split()
        return clients.count(self._place.supporter)

    def _attached(self) -> int:
        """How many tmux clients of the supporter's run, as the machine itself tells."""
        try:
            user = pwd.getpwnam(self._place.supporter).pw_uid
        except KeyError:
            return 0
        return len(processes_of(user, "tmux"))

    def _see_gone(self, watchers: Callable[[], int]) -> None:
        deadline = time.monotonic() + _ANSWER_SECONDS
        while watchers():
            if time.monotonic() > deadline:
                raise StillInside
            time.sleep(0.02)

    def _allowed(self) -> set[str]:
        listed = self._tmux("server-access", "-l").stdout.splitlines()
        return {line.split()[0] for line in listed if line.strip()}

    def _tmux(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        program = shutil.which("tmux")
        if program is None:
            raise TmuxRefuses
        try:
            return subprocess.run(  # noqa: S603 - a fixed program, arguments of our own
                [program, "-N", "-S", str(self._place.screen), *arguments],
                capture_output=True,
                text=True,
                check=False,
                timeout=_ANSWER_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise TmuxRefuses from None


def hosted(place: Place | None, command: list[str]) -> list[str] | None:
    """The command line that runs `command` where a supporter can be let in, or attaches to it
    when it runs there already; None when it is there already or cannot be."""
    if place is None or INSIDE_VARIABLE in os.environ or not os.access(place.folder, os.W_OK):
        return None
    program = shutil.which("tmux")
    if program is None:
        return None
    settings = str(files("counter_tui.support") / "tmux.conf")
    return [
        *(program, "-u", "-S", str(place.screen), "-f", settings),
        *("new-session", "-A", "-D", "-s", SESSION, "-e", f"{INSIDE_VARIABLE}=1", "--"),
        *command,
    ]
