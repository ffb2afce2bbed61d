"""A shelf of documents: one of each kind the counter meets, and each way to get in."""

from dataclasses import dataclass

from devices.virtual.chip.access import PaceChoice
from devices.virtual.chip.curves import BRAINPOOL_P256, BRAINPOOL_P384, P256
from devices.virtual.chip.documents import (
    Document,
    exit_permit,
    home_permit,
    pace_passport,
    prc_issuer,
    prc_passport,
)
from devices.virtual.chip.face import JPEG2000
from devices.virtual.chip.proving import CopiedProver, EcProver, RsaProver
from devices.virtual.chip.signing import Issuer


@dataclass(frozen=True)
class Shelf:
    """Documents by key, and the issuers whose roots a trust folder should hold."""

    documents: dict[str, Document]
    issuers: tuple[Issuer, ...]


def specimens() -> Shelf:
    """Documents made now, with keys nobody has seen before."""
    home, abroad, stranger = prc_issuer(), Issuer("UT"), Issuer("XO")
    first, second = RsaProver(), RsaProver()
    plain = prc_passport(home, prover=first)
    documents = {
        "passport": plain,
        "hkm-permit": exit_permit(home, "CS"),
        "tw-permit": exit_permit(home, "CD", number="L00000000", picture_kind=JPEG2000),
        "home-return": home_permit(home, "CR"),
        "taiwan-resident": home_permit(home, "CT", number="00000000"),
        "pace-p256": pace_passport(abroad, PaceChoice(P256, 2), prover=EcProver()),
        "pace-brainpool": pace_passport(
            abroad, PaceChoice(BRAINPOOL_P256, 4), picture_kind=JPEG2000
        ),
        "pace-384-3des": pace_passport(abroad, PaceChoice(BRAINPOOL_P384, 1)),
        "tampered": plain.tampered(1, at=60),
        "copied": prc_passport(home, prover=CopiedProver(first, second)),
        "stranger": prc_passport(stranger),
    }
    return Shelf(documents, (home, abroad))
