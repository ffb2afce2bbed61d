"""Signed packs: a resolved pack's canonical bytes in a compact JWS, and those a station installed.

A station installs only what one of its pinned keys signed and what is newer than what it has. The
pack before the last is kept; when the newest cannot be trusted any more, that one decides.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from counter_tui.store.sealed_file import write_durably
from counter_tui.words import N_
from intake.pack import Pack, PackError, from_canonical

Jwk = dict[str, Any]
TYPE: Final = "pack+jws"
ALGORITHM: Final = "Ed25519"

Why = Literal["tampered", "unknown_key", "not_a_pack", "another_name", "older", "unreadable"]

SENTENCES: Final[dict[Why, str]] = {
    "tampered": N_("The policy pack's signature is wrong; it was refused."),
    "unknown_key": N_("The policy pack was signed with a key that this station does not trust."),
    "not_a_pack": N_("What was signed is not a policy pack of this format."),
    "another_name": N_("The policy pack has another name than the one asked for."),
    "older": N_("The policy pack is not newer than the installed one; it was refused."),
    "unreadable": N_("The installed policy pack cannot be read."),
}
"""What a screen says about each refusal."""

_BY_NAME: Final[dict[str, Why]] = {why: why for why in SENTENCES}


class _Registry(JWSRegistry):
    """The library's default limit is meant for tokens; a pack is a document."""

    max_payload_length = 4 << 20


class Refused(Exception):
    """A pack that is not installed or not used. `why` is a key of `SENTENCES`."""

    def __init__(self, why: Why, version: str | None = None) -> None:
        super().__init__(SENTENCES[why])
        self.why: Why = why
        self.version = version


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why not the newest pack decides: the refusal, and the version that was refused if known."""

    why: Why
    version: str | None = None

    @property
    def sentence(self) -> str:
        """For the catalogue."""
        return SENTENCES[self.why]


def read_key(text: str) -> Jwk | str:
    """A private key as it stands in a file: JWK when it is JSON, else PEM."""
    stripped = text.strip()
    return json.loads(stripped) if stripped.startswith("{") else stripped


def sign(pack: Pack, private: Jwk | str | bytes) -> str:
    """The signed pack; `private` is an Ed25519 key as JWK or PEM. Raises ValueError on another."""
    key = OKPKey.import_key(private)
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": key.thumbprint()}
    try:
        return jws.serialize_compact(header, pack.resolved.canonical(), key, [ALGORITHM])
    except JoseError as error:
        raise ValueError(str(error)) from None


def verify(token: str, keys: list[Jwk]) -> Pack:
    """The pack in a token that one of the pinned public `keys` signed. Raises Refused."""
    registry = _Registry(algorithms=[ALGORITHM])
    try:
        kid = jws.extract_compact(token.encode(), registry=registry).headers().get("kid")
        pinned = [OKPKey.import_key(one) for one in keys]
        key = next((one for one in pinned if one.thumbprint() == kid), None)
        if key is None:
            raise Refused("unknown_key")
        signed = jws.deserialize_compact(token, key, registry=registry)
        if signed.headers().get("typ") != TYPE:
            raise Refused("not_a_pack")
        payload = bytes(signed.payload or b"")
    except (JoseError, ValueError, TypeError):
        raise Refused("tampered") from None
    try:
        pack = from_canonical(payload)
    except PackError:
        raise Refused("not_a_pack") from None
    if pack.resolved.canonical() != payload:
        raise Refused("not_a_pack", pack.version)
    return pack


def install(home: Path, token: str, keys: list[Jwk], name: str) -> Pack:
    """Verify `token` and make it the pack `name` of this home. Raises Refused, and remembers why.

    The pack that was in use before stays beside it.
    """
    try:
        pack = verify(token, keys)
        if pack.name != name:
            raise Refused("another_name", pack.version)
        present = installed(home, name, keys)
        if present is not None and _number(pack.version) <= _number(present.version):
            if pack.sha256 == present.sha256:
                return present
            raise Refused("older", pack.version)
    except Refused as refusal:
        remember(home, name, refusal)
        raise
    folder = home / "packs"
    folder.mkdir(mode=0o700, exist_ok=True)
    newest = _path(home, name)
    if newest.exists() and present is not None:
        write_durably(_path(home, name, "previous"), newest.read_bytes())
    write_durably(newest, token.encode())
    _path(home, name, "refused").unlink(missing_ok=True)
    return pack


def installed(home: Path, name: str, keys: list[Jwk]) -> Pack | None:
    """The newest installed pack that verifies, the one before it included; None without any."""
    for which in ("", "previous"):
        try:
            found = _read(home, name, which, keys)
        except Refused:
            continue
        if found is not None:
            return found
    return None


def trouble(home: Path, name: str, keys: list[Jwk]) -> Trouble | None:
    """Why the newest pack that arrived is not the one in use; None when all is well."""
    try:
        _read(home, name, "", keys)
    except Refused as refusal:
        return Trouble(refusal.why, refusal.version)
    try:
        noted = json.loads(_path(home, name, "refused").read_text(encoding="utf-8"))
        return Trouble(_BY_NAME[noted["why"]], noted["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read(home: Path, name: str, which: str, keys: list[Jwk]) -> Pack | None:
    path = _path(home, name, which)
    try:
        token = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise Refused("unreadable") from None
    pack = verify(token, keys)
    if pack.name != name:
        raise Refused("another_name", pack.version)
    return pack


def remember(home: Path, name: str, refusal: Refused) -> None:
    (home / "packs").mkdir(mode=0o700, exist_ok=True)
    note = json.dumps({"why": refusal.why, "version": refusal.version})
    write_durably(_path(home, name, "refused"), note.encode())


def _path(home: Path, name: str, which: str = "") -> Path:
    ends = {"": ".jws", "previous": ".previous.jws", "refused": ".refused.json"}
    return home / "packs" / f"{name}{ends[which]}"


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
