"""A TCP connection held to a rate and a delay, its bytes counted; and an sshd behind it."""

import os
import pwd
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue

from bench.slow_line import RATE, WAY_SECONDS


class SlowSocket:
    """Listens on `port` and carries one connection to `target`, both on the loopback."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.bytes = 0
        """Both ways, without the headers of TCP."""
        threading.Thread(target=self._carry, daemon=True).start()

    def close(self) -> None:
        """Take no connection any more."""
        self._listening.close()

    def _carry(self) -> None:
        with suppress(OSError):
            near, _ = self._listening.accept()
            far = socket.create_connection(("127.0.0.1", self._target))
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._one_way(near, far)
            self._one_way(far, near)

    def _one_way(self, source: socket.socket, sink: socket.socket) -> None:
        under_way: SimpleQueue[tuple[float, bytes]] = SimpleQueue()

        def take() -> None:
            free_at = 0.0
            with suppress(OSError):
                while data := source.recv(4096):
                    self.bytes += len(data)
                    free_at = max(free_at, time.monotonic()) + len(data) / RATE
                    under_way.put((free_at + WAY_SECONDS, data))
            under_way.put((0.0, b""))

        def give() -> None:
            with suppress(OSError):
                while True:
                    due, data = under_way.get()
                    time.sleep(max(0.0, due - time.monotonic()))
                    if not data:
                        break
                    sink.sendall(data)
            sink.close()

        for one in (take, give):
            threading.Thread(target=one, daemon=True).start()


@contextmanager
def sshd(folder: Path) -> Iterator[tuple[int, list[str]]]:
    """A real sshd that lets this user in by a key of its own: its port, and ssh's arguments."""
    user = pwd.getpwuid(os.getuid()).pw_name
    for name in ("host", "user"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(make, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "sshd_config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nPermitRootLogin yes\n"
    )
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", str(config)], stderr=log)
    try:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        options = ("UserKnownHostsFile=/dev/null", "StrictHostKeyChecking=no", "LogLevel=ERROR")
        given = [part for one in (*options, "BatchMode=yes") for part in ("-o", one)]
        yield port, ["-i", str(folder / "user"), *given, "-l", user]
    finally:
        server.terminate()
        server.wait(10)
