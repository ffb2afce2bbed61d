"""The contract is the committed one, and the centre keeps it against made-up calls."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.central.conftest import Town

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs" / "openapi.json"

HOOKS = '''
import sys

import requests
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

sys.path.insert(0, {root!r})
from tests.central.people import Station

STATION = Station("510107-ps-014")
STATION.key.private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex({secret!r}))
STATION.key.jwk = {jwk!r}
TOKENS = {tokens!r}


class Proof(requests.auth.AuthBase):
    """Every call needs a proof of its own, also a repeated one."""

    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        url = request.url.partition("?")[0]
        request.headers["Authorization"] = "DPoP " + self.token
        request.headers["DPoP"] = STATION.proof(request.method, url, self.token)
        return request


@schemathesis.auth()
class Signed:
    def get(self, case, context):
        roles = context.operation.definition.raw.get("x-roles", ["clerk"])
        return TOKENS[roles[0]]

    def set(self, case, data, context):
        case._auth = Proof(data)
'''


def test_the_committed_contract_is_the_programs() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "central", "openapi"], capture_output=True, text=True, timeout=60
    ).stdout
    assert json.loads(printed) == json.loads(COMMITTED.read_text("utf-8")), (
        "docs/openapi.json is old: counter-central openapi > docs/openapi.json"
    )


@pytest.mark.parametrize(
    ("examples", "phases"),
    [
        (1, "fuzzing"),
        pytest.param(300, "examples,coverage,fuzzing,stateful", marks=pytest.mark.soak),
    ],
)
async def test_made_up_calls_find_nothing(
    town: Town, examples: int, phases: str, tmp_path: Path
) -> None:
    key = town.clerk.station.key
    hooks = HOOKS.format(
        root=str(ROOT),
        secret=key.private.private_bytes_raw().hex(),
        jwk=key.jwk,
        tokens={
            role: town.seats[name].token
            for role, name in (
                ("clerk", "C1"), ("supervisor", "S1"), ("support", "H1"), ("auditor", "A1"),
            )
        },
    )  # fmt: skip
    (tmp_path / "calls.py").write_text(hooks)
    done = subprocess.run(  # noqa: ASYNC221 - nothing else is to happen meanwhile
        [
            Path(sys.executable).parent / "schemathesis", "run", f"{town.served.url}/openapi.json",
            "--max-examples", str(examples), "--phases", phases,
            "--seed", "1", "--continue-on-failure",
            "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
            "response_schema_conformance,ignored_auth,unsupported_method",
        ],
        capture_output=True, text=True, timeout=3000, cwd=tmp_path,
        env={"SCHEMATHESIS_HOOKS": "calls", "PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
