"""A pcscd of one's own for a test: real daemon, real vpcd driver, private socket and ports.

pcscd takes its listening socket from the environment the way systemd hands it over, so that it
neither needs nor disturbs the machine's `/run/pcscd`. libpcsclite remembers the socket's name from
its first call, so a process has one name, and every daemon it starts listens there in its turn.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

import pytest

VPCD: Final = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
SLOTS: Final = 2
"""Slots that Debian's build of vpcd has; slot n listens on its port + n."""

_SERVE: Final = 'exec 3<&$0; LISTEN_FDS=1 LISTEN_PID=$$ exec /usr/sbin/pcscd "$@"'


def process_socket() -> Path:
    """Where this process's daemons listen; the environment names it from now on."""
    path = Path(tempfile.gettempdir()) / f"counter-pcscd-{os.getpid()}" / "pcscd.comm"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    os.environ["PCSCLITE_CSOCK_NAME"] = str(path)
    return path


class Pcscd:
    """pcscd with one vpcd reader of two slots, "Virtual PCD 00 00" and "Virtual PCD 00 01".

    `port(slot)` is where a virtual card connects. Ports stay the same over a restart.
    """

    def __init__(self) -> None:
        self.socket = process_socket()
        self._port = _free_ports(SLOTS)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What another process needs in its environment to use this daemon."""
        return {"PCSCLITE_CSOCK_NAME": str(self.socket)}

    @property
    def pid(self) -> int:
        """Process id of the running daemon."""
        assert self._process is not None
        return self._process.pid

    @staticmethod
    def reader(slot: int = 0) -> str:
        """The name PC/SC gives the slot's reader."""
        return f"Virtual PCD 00 {slot:02X}"

    def port(self, slot: int = 0) -> int:
        """TCP port on which vpcd awaits this slot's card."""
        return self._port + slot

    def start(self) -> Self:
        """Start the daemon and return when vpcd listens. Raises TimeoutError when it does not."""
        configuration = self.socket.parent / "reader.conf.d"
        configuration.mkdir(exist_ok=True)
        (configuration / "vpcd").write_text(
            f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x{self._port:04X}\n'
            f"LIBPATH {VPCD}\nCHANNELID 0x{self._port:04X}\n"
        )
        self.socket.unlink(missing_ok=True)
        # The test keeps no copy of the socket: when the daemon dies, so does the address.
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.socket))
            listening.listen(64)
            number = str(listening.fileno())
            self._process = subprocess.Popen(
                ["/bin/bash", "-c", _SERVE, number, "--foreground", "--config", configuration],
                pass_fds=[listening.fileno()],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._await_ports()
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the daemon: SIGTERM as an administrator does, SIGKILL as a crash does."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(10)
            self._process = None

    def restart(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the daemon and start it again, on the same socket and ports."""
        self.stop(how)
        self.start()

    def _await_ports(self) -> None:
        wanted = {f":{self._port + slot:04X}" for slot in range(SLOTS)}
        deadline = time.monotonic() + 10
        # /proc is read because a trial connection would be a card put in and taken out.
        while time.monotonic() < deadline:
            rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
            listening = {row[1][-5:] for row in rows if row[3] == "0A"}
            if wanted <= listening:
                return
            time.sleep(0.01)
        raise TimeoutError("pcscd did not open vpcd's ports")


def _free_ports(count: int) -> int:
    """The first of `count` free TCP ports in a row (vpcd binds every address)."""
    while True:
        with socket.socket() as first:
            first.bind(("", 0))
            port = first.getsockname()[1]
            try:
                for step in range(1, count):
                    with socket.socket() as other:
                        other.bind(("", port + step))
            except OSError:
                continue
        return port


@pytest.fixture
def pcscd() -> Iterator[Pcscd]:
    """A running daemon, private to this process; stopped after the test."""
    daemon = Pcscd()
    try:
        yield daemon.start()
    finally:
        daemon.stop()
        shutil.rmtree(daemon.socket.parent, ignore_errors=True)
