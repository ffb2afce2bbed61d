"""The right to call: a clerk's proof from the store, exchanged for a token of ten minutes."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Final

from counter_tui.agent.centre import Centre, Unreachable
from counter_tui.keys.jose import BadSignature, verify
from counter_tui.station import CentreTrust
from counter_tui.store import Store, StoreThread

_SPARE_SECONDS: Final = 60
_REFUSED_SECONDS: Final = 3600.0
"""A proof that the centre refused is not shown again for so long: it counts as a failed sign-in
there, and a few of those would lock the clerk out who signs in next."""


class NeedsLogin(Exception):
    """No clerk's proof that the centre takes: somebody has to sign in."""


class Rights:
    """Holds the access token, in memory only."""

    def __init__(self, store: StoreThread, centre: Centre, trust: CentreTrust) -> None:
        self._store, self._centre, self._trust = store, centre, trust
        self._token, self._until, self._assertion = "", 0.0, b""
        self._refused, self._refused_until = b"", 0.0
        self._one_at_a_time = asyncio.Lock()

    async def token(self) -> str:
        """A token that still holds for a while. Raises NeedsLogin, Unreachable."""
        return await self.token_for(await self._store.call(assertion))

    async def token_for(self, assertion: bytes | None) -> str:
        """The same where the clerk's proof was just looked up. Raises NeedsLogin, Unreachable."""
        async with self._one_at_a_time:
            if assertion is None or self._was_refused(assertion):
                raise NeedsLogin
            if assertion != self._assertion or time.monotonic() >= self._until:
                await self._exchange(assertion)
            return self._token

    def refused(self) -> None:
        """The centre did not take the token: exchange anew next time."""
        self._until = 0.0

    def _was_refused(self, assertion: bytes) -> bool:
        return assertion == self._refused and time.monotonic() < self._refused_until

    async def _exchange(self, assertion: bytes) -> None:
        answer = await self._centre.token(assertion.decode())
        if answer.status == 401:
            # A network that sent the call twice uses up its proof of possession; once more, anew.
            answer = await self._centre.token(assertion.decode())
        if answer.status == 401:
            self._refused = assertion
            self._refused_until = time.monotonic() + _REFUSED_SECONDS
            await self._store.call(_mark_refused)
            raise NeedsLogin
        if answer.status != 200:
            raise Unreachable(f"token-{answer.status}", answer.retry_after)
        token = str(answer.document.get("access_token"))
        try:
            said = verify(token, self._trust.keys, "at+jwt")
            clerk, moment = str(said["sub"]), datetime.fromtimestamp(float(said["iat"]), UTC)
            seconds = float(said["exp"]) - float(said["iat"])
        except (BadSignature, KeyError, TypeError, ValueError, OverflowError):
            # Somebody who is not the centre hands out tokens.
            raise Unreachable("unsigned-token") from None
        self._token, self._assertion = token, assertion
        self._until = time.monotonic() + seconds - _SPARE_SECONDS
        await self._store.call(lambda store: _granted(store, clerk, moment))


def _granted(store: Store, clerk: str, moment: datetime) -> None:
    store.contact.made(moment)
    _mark(store, clerk, False)
    store.sending.login_restored()


def assertion(store: Store) -> bytes | None:
    """The clerk's proof; None without one, and for one that has run out."""
    proof = store.settings.get("assertion.of", {})
    if proof and store.now() >= datetime.fromisoformat(proof["until"]):
        return None
    return store.secrets.get("assertion")


def _mark_refused(store: Store) -> None:
    """Remember that the centre refused the clerk of the proof, unless it merely ran out."""
    proof = store.settings.get("assertion.of", {})
    if proof and store.now() < datetime.fromisoformat(proof["until"]):
        _mark(store, proof["clerk"], True)


def _mark(store: Store, clerk: str, refused: bool) -> None:
    if store.settings.get(f"clerk.{clerk}.refused", False) != refused:
        store.settings.put(f"clerk.{clerk}.refused", refused)
