"""A clerk's PKI card through PKCS#11: the private key never leaves it.

The card's PIN is the clerk's PIN. The card is asked anew for each signature, so that one taken out
is noticed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pkcs11
from asn1crypto.core import OctetString
from joserfc.util import urlsafe_b64encode
from pkcs11.exceptions import PinIncorrect, PinLocked, PKCS11Error

from counter_tui.failure import ClearNo, OutOfOrder, WrongUse
from counter_tui.keys.jose import ALGORITHM
from counter_tui.keys.plain import Jwk, compact
from counter_tui.words import N_


class NoCard(OutOfOrder):
    """The card is not in the reader, or its driver does not answer."""

    def __init__(self) -> None:
        super().__init__(N_("The clerk's card is not readable; insert it and try again."))


class CardPin(ClearNo):
    """The card refused the PIN."""

    def __init__(self) -> None:
        super().__init__(N_("The card refused the PIN. After a few more tries it locks itself."))


class CardLocked(ClearNo):
    """The card is locked."""

    def __init__(self) -> None:
        super().__init__(N_("The card is locked; the office that issued it can unlock it."))


class CardSigner:
    """Signs with an Ed25519 key on a card: `module` is the driver, `token` and `label` name it."""

    def __init__(self, module: str, token: str, label: str, pin: str) -> None:
        self._module, self._token, self._label, self._pin = module, token, label, pin

    @property
    def public(self) -> Jwk:
        """The public key on the card. Raises NoCard, CardPin, CardLocked, WrongUse."""
        with self._session() as session:
            key = session.get_key(pkcs11.ObjectClass.PUBLIC_KEY, label=self._label)
            point = key[pkcs11.Attribute.EC_POINT]
        # Some cards give the bare point, most wrap it in an OCTET STRING.
        raw = point if len(point) == 32 else OctetString.load(point).native
        if len(raw) != 32:
            raise WrongUse(N_("The key on this card is not an Ed25519 key."))
        return {"kty": "OKP", "crv": "Ed25519", "x": _text(raw)}

    def sign(self, payload: dict[str, Any], typ: str, **header: Any) -> str:
        """A compact JWS. Raises NoCard, CardPin, CardLocked."""
        protected = {"alg": ALGORITHM, "typ": typ, **header}
        signed = f"{_text(compact(protected))}.{_text(compact(payload))}"
        with self._session() as session:
            key: Any = session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, label=self._label)
            signature = key.sign(signed.encode(), mechanism=pkcs11.Mechanism.EDDSA)
        return f"{signed}.{_text(signature)}"

    def place(self) -> dict[str, Any]:
        """What a clerk's file keeps about the card, in place of a private key."""
        return {
            "kind": "card",
            "module": str(Path(self._module).resolve()),
            "token": self._token,
            "label": self._label,
            "public": self.public,
        }

    @contextmanager
    def _session(self) -> Iterator[pkcs11.Session]:
        try:
            token = pkcs11.lib(self._module).get_token(token_label=self._token)
            with token.open(user_pin=self._pin) as session:
                yield session
        except PinIncorrect:
            raise CardPin from None
        except PinLocked:
            raise CardLocked from None
        except (PKCS11Error, RuntimeError):
            raise NoCard from None


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode()
