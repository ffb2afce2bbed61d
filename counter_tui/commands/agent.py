"""`counter agent`: the network side of a station."""

import asyncio
import signal
import sys
from typing import Any

import click

from counter_tui import config, custody
from counter_tui.agent.lock import agent_lock
from counter_tui.agent.service import Agent
from counter_tui.bell import Bell, Message, ring
from counter_tui.commands._spoken import SpokenCommand
from counter_tui.commands._station import unlocked
from counter_tui.config import Config
from counter_tui.failure import ClearNo, WrongUse
from counter_tui.keys.hardening import harden
from counter_tui.keys.secret_service import KeyringTrouble
from counter_tui.limits import asked
from counter_tui.logs import open_log
from counter_tui.signin import Session, leave_proof
from counter_tui.station import Station, read_station, store_path
from counter_tui.store import Store, StoreThread
from counter_tui.store.errors import WrongKey
from counter_tui.words import N_


@click.command("agent", cls=SpokenCommand)
@click.option("--clerk", metavar="ID", help="Whose PIN opens the store.")
@click.option("--pin-stdin", is_flag=True, help="Read the clerk's PIN from standard input.")
@click.option("--key-stdin", is_flag=True, hidden=True, help="Read the store's key from a pipe.")
def command(clerk: str | None, pin_stdin: bool, key_stdin: bool) -> None:
    """Move the outbox, compare receipts and keep caches fresh, until stopped.

    Without a PIN it waits for a clerk's sign-in at the terminal.

    Where the configuration says so, it takes the store's key from the Secret Service.
    """
    harden()
    settings = config.load()
    station = read_station(settings.home)
    if station.centre is None:
        raise WrongUse(
            N_("The centre's answer is not installed yet: `counter enrol --centre FILE`")
        )
    with agent_lock(settings.home) as ours:
        if not ours:
            raise ClearNo(N_("An agent runs for this station already."))
        session = unlocked(settings.home, clerk, pin_stdin) if pin_stdin else None
        key = session.store_key if session else _key(settings, station, key_stdin)
        if session:
            _keep(settings, station, session.store_key)
        asyncio.run(_Service(settings, station, key, session).run())


def _key(settings: Config, station: Station, key_stdin: bool) -> bytes | None:
    if key_stdin:
        return _as_key(sys.stdin.readline(80).strip())
    try:
        return custody.kept(settings, station)
    except KeyringTrouble as trouble:
        # The next sign-in at the terminal brings the key.
        trouble.show()
        return None


def _keep(settings: Config, station: Station, key: bytes) -> None:
    try:
        custody.keep(settings, station, key)
    except KeyringTrouble as trouble:
        trouble.show()


def _as_key(text: object) -> bytes:
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        raise WrongKey from None


class _Service:
    """Waits for the key if it must, then runs the agent until a signal ends it."""

    def __init__(
        self, settings: Config, station: Station, key: bytes | None, session: Session | None
    ) -> None:
        self._settings, self._station, self._key, self._session = settings, station, key, session
        self._agent: Agent | None = None
        self._unlocked = asyncio.Event()
        self._limits = asked(settings.rules.pack, settings.home)
        self._log: Any = open_log(settings, "agent")

    async def run(self) -> None:
        """Until SIGTERM or SIGINT."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        with Bell(self._settings.home, "agent") as bell:
            bell.on_ring(self._heard)
            work = asyncio.create_task(self._work())
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if not work.done():
                work.cancel()
                await asyncio.wait({work})
            if not work.cancelled():
                work.result()

    async def _work(self) -> None:
        while True:
            store = await self._opened()
            try:
                await store.call(self._leave_proof)
                agent = await Agent.open(
                    self._settings.home,
                    store,
                    self._station,
                    self._settings.rules.pack,
                    self._limits,
                    self._log,
                )
                self._agent = agent
                await agent.run()
            finally:
                self._agent = None
                store.close()

    def _leave_proof(self, store: Store) -> None:
        """The clerk whose PIN started this agent vouches for what is sent."""
        if self._session:
            leave_proof(store, self._session, self._station)
            self._session = None

    async def _opened(self) -> StoreThread:
        while True:
            if self._key is None:
                self._log.info("locked")
                self._unlocked.clear()
                await self._unlocked.wait()
            assert self._key is not None
            try:
                return await StoreThread.open(store_path(self._settings.home), self._key)
            except WrongKey:
                self._log.warning("wrong key")
                self._key = None

    def _heard(self, message: Message) -> None:
        if self._agent is not None:
            self._agent.heard(message)
            return
        if "key" in message:
            try:
                self._key = _as_key(message["key"])
            except WrongKey:
                return
            self._unlocked.set()
        if isinstance(message.get("reply"), str):
            ring(self._settings.home, message["reply"], {"locked": True})
