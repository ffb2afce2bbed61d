"""Commands for a twin that runs by itself: one line in, one JSON line out.

`people`, `lay KEY|INDEX`, `take`, `unplug`, `plug`, `help`. Lines come from stdin and, when wanted,
from a Unix socket; the twin stays up until stdin ends or SIGTERM comes.
"""

import json
import signal
import socketserver
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import TextIO

Command = Callable[[str], dict[str, object]]


class Desk:
    """The commands of one twin. Answers always hold `ok`; when it is false, `error` says why."""

    def __init__(self, commands: Mapping[str, Command]) -> None:
        self._commands = commands
        self._lock = threading.Lock()

    def answer(self, line: str) -> str:
        """The JSON answer to one line."""
        word, _, rest = line.strip().partition(" ")
        command = self._commands.get(word)
        if command is None:
            known = ", ".join(sorted(self._commands))
            return json.dumps({"ok": False, "error": f"unknown command; known: {known}"})
        try:
            with self._lock:
                return json.dumps({"ok": True, **command(rest.strip())}, ensure_ascii=False)
        except (KeyError, ValueError) as error:
            return json.dumps({"ok": False, "error": str(error.args[0])}, ensure_ascii=False)


def listen(desk: Desk, path: Path) -> socketserver.BaseServer:
    """Take commands from a Unix socket at `path` too, in threads of their own."""

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for raw in self.rfile:
                self.wfile.write(desk.answer(raw.decode("utf-8", "replace")).encode() + b"\n")

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True

    path.unlink(missing_ok=True)
    server = Server(str(path), Session)
    path.chmod(0o600)
    threading.Thread(target=server.serve_forever, name="virtual-desk", daemon=True).start()
    return server


class _Stop(Exception):
    """SIGTERM or SIGINT came."""


def _stop(number: int, where: FrameType | None) -> None:
    raise _Stop


def run(desk: Desk, hello: Mapping[str, object], control: Path | None, lines: TextIO) -> None:
    """Say `hello` as one JSON line, then answer until `lines` end or a signal comes."""
    server = None
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stop)
        if control is not None:
            server = listen(desk, control)
        _say(json.dumps(dict(hello), ensure_ascii=False))
        for line in lines:
            if line.strip():
                _say(desk.answer(line))
    except _Stop:
        return
    finally:
        if server is not None and control is not None:
            server.shutdown()
            server.server_close()
            control.unlink(missing_ok=True)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
