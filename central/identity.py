"""The centre's own identity: its name and keys, in one private file.

`name` is the audience of assertions. Receipts, tokens and checkpoints are signed by the newest
signing key; older ones stay so that what they signed can be verified and repeated. Packs have a
key of their own because they may be signed on another machine. Stations seal what they have sent
to the sealing key (X25519).
"""

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

ALGORITHM = "Ed25519"
SEALING = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}
"""How stations seal to the centre what they have sent."""


@dataclass(frozen=True)
class Identity:
    """Name and private keys of one centre."""

    name: str
    signing: tuple[OKPKey, ...]
    """Newest first."""
    pack: OKPKey
    seal: OKPKey
    person_secret: bytes
    """Keys the index over identity numbers, so that a copied index names nobody."""

    @cached_property
    def kid(self) -> str:
        """Name of the key that signs now."""
        return self.signing[0].thumbprint()

    def sign(self, payload: dict[str, Any], typ: str, kid: str | None = None) -> str:
        """A compact JWS of `payload`. Ed25519 is deterministic: the same again is the same bytes.

        Raises KeyError for a `kid` this centre never had.
        """
        name = kid or self.kid
        header = {"alg": ALGORITHM, "typ": typ, "kid": name}
        return jwt.encode(header, payload, self._by_kid[name], algorithms=[ALGORITHM])

    def jwks(self) -> dict[str, Any]:
        """The public signing keys."""
        return {"keys": [public(key, "sig") for key in self.signing]}

    def person_key(self, number: str) -> bytes:
        """What stands for an identity number in indexes and in the audit."""
        text = number.strip().upper().encode()
        return hmac.digest(self.person_secret, text, hashlib.sha256)

    @cached_property
    def _by_kid(self) -> dict[str, OKPKey]:
        return {key.thumbprint(): key for key in self.signing}


def public(key: OKPKey, use: str) -> dict[str, Any]:
    """The public JWK of `key` with its name and use."""
    algorithm = ALGORITHM if use == "sig" else SEALING["alg"]
    shown = key.as_dict(private=False)
    return {**shown, "kid": key.thumbprint(), "use": use, "alg": algorithm}


def load_or_create(path: Path, name: str) -> Identity:
    """Read the identity file at `path`, or make it (mode 0600) for a centre called `name`."""
    if not path.exists():
        _create(path, name)
    return load(path)


def load(path: Path) -> Identity:
    """Read the identity file. Raises OSError or ValueError when it is not one."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Identity(
        name=data["name"],
        signing=tuple(OKPKey.import_key(one) for one in data["signing"]),
        pack=OKPKey.import_key(data["pack"]),
        seal=OKPKey.import_key(data["seal"]),
        person_secret=bytes.fromhex(data["person_secret"]),
    )


def _create(path: Path, name: str) -> None:
    data = {
        "name": name,
        "signing": [OKPKey.generate_key("Ed25519").as_dict(private=True)],
        "pack": OKPKey.generate_key("Ed25519").as_dict(private=True),
        "seal": OKPKey.generate_key("X25519").as_dict(private=True),
        "person_secret": secrets.token_hex(32),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(data, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)  # Whoever links first wins; a racing process reads the winner's.
    except FileExistsError:
        return
    finally:
        Path(temporary).unlink()
