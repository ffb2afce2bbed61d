"""A clerk's keys in children: what comes back, what fails how, what the terminal does not load."""

import subprocess
import sys
from pathlib import Path

import pytest

from counter_tui import signin
from counter_tui.keys import envelope
from counter_tui.keys.clerk_file import DamagedClerkFile, path_of
from counter_tui.keys.clerk_keys import open_keys
from counter_tui.keys.envelope import NoKeyForClerk
from counter_tui.keys.jose import verify
from counter_tui.keys.plain import thumbprint
from tests.store.homes import CLERK, PIN, Home, enrolled


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled(tmp_path / "home")


def test_the_proof_signed_with_the_pin_is_the_one_left(home: Home) -> None:
    session = signin.unlock(home.path, CLERK, PIN, station=home.station)
    assert session.store_key == home.key
    assert session.proof is not None
    with home.store() as store:
        signin.leave_proof(store, session, home.station)
        left = store.secrets.get("assertion")
    assert left == session.proof.signed.encode()
    claims = verify(session.proof.signed, [session.signer.public], "JWT")
    assert (claims["sub"], claims["aud"]) == (CLERK, "test-centre")
    assert claims["cnf"] == {"jkt": thumbprint(home.station.station_key)}


def test_a_later_signature_is_made_anew(home: Home) -> None:
    session = signin.unlock(home.path, CLERK, PIN)
    assert session.proof is None
    signed = session.sign({"sha256": "00"}, "approval+jws")
    assert verify(signed, [session.signer.public], "approval+jws") == {"sha256": "00"}


def test_the_thumbprint_is_that_of_rfc_8037() -> None:
    key = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert thumbprint(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_failures_come_back_as_what_they_are(home: Home) -> None:
    with pytest.raises(signin.WrongPin) as wrong:
        signin.unlock(home.path, CLERK, "000000")
    assert wrong.value.left == 4

    envelope.write(home.path, envelope.Envelope({"another": ""}, {}))
    opened = open_keys(home.path, CLERK, PIN)
    with pytest.raises(NoKeyForClerk):
        opened.store_key()

    path_of(home.path, CLERK).write_text('{"format": 1}', "utf-8")
    with pytest.raises(DamagedClerkFile):
        open_keys(home.path, CLERK, PIN)


def test_a_sign_in_loads_no_library_of_ciphers(home: Home) -> None:
    program = (
        "import sys; from pathlib import Path; from counter_tui import signin\n"
        f"signin.unlock(Path({str(home.path)!r}), {CLERK!r}, {PIN!r})\n"
        "print(sorted({'cryptography', 'joserfc', 'argon2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
