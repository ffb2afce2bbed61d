"""Running one worker until it is told to stop."""

import asyncio
import gc
import json
import logging
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import uvicorn
from sqlalchemy import URL

from central.app import build
from central.centre import Centre, open_store
from central.identity import load_or_create
from central.logs import FromLibraries, open_log
from central.metrics import Metrics
from central.patience import PatientProtocol
from central.rules import Rules
from central.settings import Settings

STOP_SECONDS = 20


def run(
    settings: Settings,
    rules: Rules,
    centre_name: str,
    host: str,
    port: int,
    tls_certificate: Path | None,
    tls_key: Path | None,
) -> None:
    """Serve; returns after a graceful stop (SIGTERM or SIGINT).

    An embedded database of another schema is brought up to date first, by a process of its own so
    that the machinery of migrations does not stay in memory. PostgreSQL is migrated by its keeper.
    """
    if settings.sqlite:
        _bring_up_to_date(settings.database)
    centre = Centre(
        settings=settings,
        identity=load_or_create(settings.identity, centre_name),
        store=open_store(settings),
        rules=rules,
        log=open_log(),
        metrics=Metrics(),
    )
    logging.basicConfig(handlers=[FromLibraries(centre.log)], force=True)
    config = uvicorn.Config(
        build(centre),
        http=PatientProtocol,
        ws="none",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        ssl_certfile=tls_certificate,
        ssl_keyfile=tls_key,
        timeout_graceful_shutdown=STOP_SECONDS,
        # Longer than a station keeps its connection open: it, not the centre, lets go.
        timeout_keep_alive=130,
        limit_concurrency=4000,
        backlog=2048,
    )
    listener = _listen(host, port)
    scheme = "https" if tls_certificate else "http"
    shown = f"[{host}]" if ":" in host else host
    url = f"{scheme}://{shown}:{listener.getsockname()[1]}"
    asyncio.run(_serve(config, listener, url, centre))


def _bring_up_to_date(database: URL) -> None:
    # Its driver stays out of a worker on PostgreSQL.
    from central.storage.sqlite import is_up_to_date

    if not is_up_to_date(database):
        address = database.render_as_string(hide_password=False)
        migrating = [sys.executable, "-m", "central", "migrate", "--database", address]
        subprocess.run(migrating, check=True, stdout=subprocess.PIPE)  # noqa: S603


class _Server(uvicorn.Server):
    """Says when it is ready; on a signal it stops and returns, the stock one dies of it."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


async def _serve(config: uvicorn.Config, listener: socket.socket, url: str, centre: Centre) -> None:
    server = _Server(config, lambda: _say(url, centre))
    await server.serve(sockets=[listener])
    centre.log.info("stopped")


def _say(url: str, centre: Centre) -> None:
    gc.freeze()
    click.echo(json.dumps({"url": url, "centre_name": centre.identity.name}))
    sys.stdout.flush()
    centre.log.info("serving")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # TCP by name: only then asyncio sends at once, without waiting 40 ms for the last piece's
    # acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise click.ClickException(f"{host}:{port}: {error.strerror}") from None
    return listener
