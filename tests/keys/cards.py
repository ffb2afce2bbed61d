"""PKI cards with an Ed25519 key, by SoftHSM."""

import subprocess
import sys
from pathlib import Path

import pkcs11

from tests.store.homes import PIN

MODULE = "/usr/lib/softhsm/libsofthsm2.so"

_KEY = f"""
import sys, pkcs11
from pkcs11.util.ec import encode_named_curve_parameters
token = pkcs11.lib({MODULE!r}).get_token(token_label=sys.argv[1])
with token.open(rw=True, user_pin={PIN!r}) as session:
    parameters = session.create_domain_parameters(
        pkcs11.KeyType.EC_EDWARDS,
        {{pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("1.3.101.112")}},
        local=True,
    )
    parameters.generate_keypair(
        mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label="clerk"
    )
"""


def reader(folder: Path) -> str:
    """A place for cards; what SOFTHSM2_CONF has to name."""
    # The driver reads SOFTHSM2_CONF once: loaded for another place, it would look there for ever.
    pkcs11.unload(MODULE)
    (folder / "tokens").mkdir()
    where = folder / "softhsm.conf"
    where.write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    return str(where)


def insert(token: str) -> tuple[str, str, str]:
    """A card in the place that SOFTHSM2_CONF names: (module, token, label)."""
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", token,
         "--pin", PIN, "--so-pin", "87654321"],
        check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run([sys.executable, "-c", _KEY, token], check=True, capture_output=True)
    return MODULE, token, "clerk"


def remove(folder: Path) -> None:
    """Take every card out of the place made by `reader`."""
    (folder / "tokens").rename(folder / "taken-out")
    (folder / "tokens").mkdir()
