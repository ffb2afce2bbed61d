"""Sign-in: a clerk's PIN opens the clerk's key, the key opens the store and signs for the clerk.

    station = read_station(home)
    session = await asyncio.to_thread(signin.unlock, home, "c-0001", pin, None, station)
    thread = await StoreThread.open(store_path(home), session.store_key)
    await thread.call(lambda store: signin.admit(store, session, station, limits))

`unlock` checks the PIN and works without a network for ever; `admit` applies the rules of offline
work and leaves the proof that the agent exchanges for a token.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from counter_tui.failure import ClearNo
from counter_tui.ids import uuid7
from counter_tui.keys import clerk_file
from counter_tui.keys.clerk_file import ClerkCard
from counter_tui.keys.clerk_keys import open_keys
from counter_tui.keys.plain import Signer, compact, thumbprint
from counter_tui.limits import Limits
from counter_tui.station import Station
from counter_tui.store.sealed_file import write_durably
from counter_tui.store.store import Store
from counter_tui.words import N_

TRIES: Final = 5
DELAYS: Final = (0, 1, 2, 4, 8)
"""Seconds to wait before the next try, by the number of wrong ones."""
ASSERTION: Final = timedelta(hours=12)
_FRESH: Final = 30
"""Seconds for which a proof signed with the PIN's check is as good as one signed now."""


class SignInRefused(ClearNo):
    """The sign-in did not succeed; the sentence says what to do."""


class WrongPin(SignInRefused):
    """`left` tries remain before the clerk is locked."""

    def __init__(self, left: int) -> None:
        self.left = left
        super().__init__(N_("Wrong PIN. Tries left: {left}."), left=left)


class TooSoon(SignInRefused):
    """Wait `seconds` before the next try."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(N_("Wait {seconds} s before the next try."), seconds=seconds)


class Locked(SignInRefused):
    """Five wrong PINs."""

    def __init__(self) -> None:
        super().__init__(N_("Locked after 5 wrong PINs. A supervisor can unlock the clerk."))


class OfflineTooLong(SignInRefused):
    """No contact with the centre for too long. The proof was left, so the agent can mend it."""

    def __init__(self, limit: timedelta) -> None:
        super().__init__(
            N_("No contact with the centre for {hours} h. Connect the network, then sign in."),
            hours=int(limit / timedelta(hours=1)),
        )


class ClockWentBack(SignInRefused):
    """The clock stands before a time this station has already seen."""

    def __init__(self) -> None:
        super().__init__(
            N_("The clock of this machine was set back. Set date and time right, then sign in.")
        )


class ClerkDisabled(SignInRefused):
    """The centre does not know this clerk any more."""

    def __init__(self) -> None:
        super().__init__(N_("The centre refused this clerk. Ask your supervisor."))


@dataclass(frozen=True, slots=True)
class Proof:
    """An assertion for the centre, as claims and as signed."""

    claims: dict[str, Any]
    signed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in clerk. It lives in memory only; nothing in it is printed by `repr`."""

    clerk_id: str
    name: str
    role: str
    store_key: bytes = field(repr=False)
    signer: Signer = field(repr=False)
    proof: Proof | None = field(default=None, repr=False)
    """Signed in the same breath as the PIN was checked, to be left at once."""

    def sign(self, payload: dict[str, Any], typ: str) -> str:
        """A compact JWS by the clerk's key."""
        return self.signer.sign(payload, typ)


def list_clerks(home: Path) -> list[ClerkCard]:
    """Who can sign in here: id, name, role."""
    return clerk_file.read_all(home)


def unlock(
    home: Path,
    clerk_id: str,
    pin: str,
    now: datetime | None = None,
    station: Station | None = None,
) -> Session:
    """Check the PIN and open the clerk's keys. Blocks for about 0.5 s; call it on a thread.

    With `station`, the proof that `admit` leaves is signed on the way.
    A try is counted on the disk before it is made, so that ending the program does not give more.
    Raises WrongPin, TooSoon, Locked; WrongUse for no such clerk; DamagedClerkFile; NoKeyForClerk.
    """
    card = clerk_file.read(home, clerk_id)
    with _one_at_a_time(home, clerk_id):
        tries = _Tries(home, clerk_id)
        now = now or datetime.now(UTC)
        tries.count(now)
        claims = _claims(clerk_id, station, now) if station else None
        try:
            opened = open_keys(home, clerk_id, pin, claims)
        except clerk_file.WrongPin:
            if tries.made >= TRIES:
                raise Locked from None
            raise WrongPin(TRIES - tries.made) from None
        tries.forget()
    signer = opened.signer(card.public_key)
    proof = Proof(claims, opened.proof) if claims and opened.proof else None
    return Session(card.id, card.name, card.role, opened.store_key(), signer, proof)


def admit(store: Store, session: Session, station: Station, limits: Limits) -> None:
    """Let a clerk whose PIN was right begin to work, and leave the proof for the agent.

    `limits.offline` is how long a clerk may work without contact with the centre.

    Raises ClockWentBack, OfflineTooLong or ClerkDisabled. The store is usable all the same, by the
    agent, which is how the last two can be mended.
    """
    if store.contact.clock_went_back():
        store.audit.append("sign_in_refused", session.clerk_id, why="clock")
        raise ClockWentBack
    store.contact.note_time()
    leave_proof(store, session, station)
    if store.settings.get(f"clerk.{session.clerk_id}.refused"):
        store.audit.append("sign_in_refused", session.clerk_id, why="disabled")
        raise ClerkDisabled
    age = store.contact.age()
    if age is None or age > limits.offline:
        store.audit.append("sign_in_refused", session.clerk_id, why="offline")
        raise OfflineTooLong(limits.offline)
    store.audit.append("signed_in", session.clerk_id)


def leave_proof(store: Store, session: Session, station: Station) -> None:
    """Sign an assertion (RFC 7523) for the centre and leave it in the store for the agent."""
    now = store.now()
    claims = _claims(session.clerk_id, station, now)
    if claims is None:
        return
    if session.proof and 0 <= claims["iat"] - session.proof.claims["iat"] <= _FRESH:
        claims, signed = session.proof.claims, session.proof.signed
    else:
        signed = session.sign(claims, "JWT")
    store.secrets.put("assertion", signed.encode())
    until = datetime.fromtimestamp(claims["exp"], UTC)
    store.settings.put("assertion.of", {"clerk": session.clerk_id, "until": until.isoformat()})
    store.sending.login_restored()


def _claims(clerk_id: str, station: Station, now: datetime) -> dict[str, Any] | None:
    if station.centre is None:
        return None
    return {
        "iss": clerk_id,
        "sub": clerk_id,
        "aud": station.centre.name,
        "station": station.code,
        "iat": int(now.timestamp()),
        "exp": int((now + ASSERTION).timestamp()),
        "jti": str(uuid7()),
        "cnf": {"jkt": thumbprint(station.station_key)},
    }


def sign_out(store: Store, session: Session) -> None:
    """End a clerk's work. What waits is still sent while the clerk's proof holds."""
    store.audit.append("signed_out", session.clerk_id)


def give_tries(home: Path, clerk_id: str) -> None:
    """Forget a clerk's wrong PINs. Only `second_person.unlock_clerk` decides about it."""
    _Tries(home, clerk_id).forget()


@contextmanager
def _one_at_a_time(home: Path, clerk_id: str) -> Iterator[None]:
    """A second process that signs the same clerk in waits, or its try would count as a repeat."""
    path = clerk_file.path_of(home, clerk_id).with_suffix(".lock")
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class _Tries:
    """Wrong PINs in a row, beside the clerk's file: they are counted before anything is open."""

    def __init__(self, home: Path, clerk_id: str) -> None:
        self._path = clerk_file.path_of(home, clerk_id).with_suffix(".tries")
        try:
            found = json.loads(self._path.read_bytes())
            self.made = int(found["made"])
            self._last = datetime.fromisoformat(found["last"])
        except FileNotFoundError:
            self.made, self._last = 0, datetime.min.replace(tzinfo=UTC)
        except (OSError, ValueError, KeyError, TypeError):
            # A file made unreadable must not give fresh tries.
            self.made, self._last = TRIES, datetime.min.replace(tzinfo=UTC)

    def count(self, now: datetime) -> None:
        """Count one more try. Raises Locked or TooSoon."""
        if self.made >= TRIES:
            raise Locked
        wait = timedelta(seconds=DELAYS[self.made]) - max(now - self._last, timedelta())
        # A clock set back makes the last try lie ahead; then the whole delay runs from now.
        if wait > timedelta() and self.made:
            if now < self._last:
                self._write(now)
            raise TooSoon(-(-wait // timedelta(seconds=1)))
        self.made += 1
        self._write(now)

    def forget(self) -> None:
        """The PIN was right."""
        self._path.unlink(missing_ok=True)

    def _write(self, now: datetime) -> None:
        self._last = now
        write_durably(self._path, compact({"made": self.made, "last": now.isoformat()}))
