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
from tests.central.people import BEARER, Clerk, Key, Station

URL = {url!r}


def key(secret):
    return Key(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))


STATION = Station("510107-ps-014", key=key({station!r}))
PEOPLE = {{role: Clerk(name, STATION.code, role, key(secret))
          for role, (name, secret) in {people!r}.items()}}


class Proof(requests.auth.AuthBase):
    """Every call needs a proof of its own, also a repeated one."""

    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        url = request.url.partition("?")[0]
        request.headers["Authorization"] = "DPoP " + self.token
        request.headers["DPoP"] = STATION.proof(request.method, url, self.token)
        return request


def role_of(case, context):
    """The first role that may make the call."""
    return context.operation.definition.raw.get("x-roles", ["clerk"])[0]


# A token lives ten minutes; a whole run takes longer.
@schemathesis.auth(refresh_interval=240, cache_by_key=role_of)
class Signed:
    def get(self, case, context):
        assertion = PEOPLE[role_of(case, context)].assertion({audience!r}, STATION.key.jkt)
        answer = requests.post(
            URL + "/v1/token",
            data={{"grant_type": BEARER, "assertion": assertion}},
            headers={{"DPoP": STATION.proof("POST", URL + "/v1/token")}},
        )
        answer.raise_for_status()
        return answer.json()["access_token"]

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
        pytest.param(60, "examples,coverage,fuzzing,stateful", marks=pytest.mark.soak),
    ],
)
async def test_made_up_calls_find_nothing(
    town: Town, examples: int, phases: str, tmp_path: Path
) -> None:
    who = (("clerk", "C1"), ("supervisor", "S1"), ("support", "H1"), ("auditor", "A1"))
    hooks = HOOKS.format(
        root=str(ROOT),
        url=town.served.url,
        audience=town.served.name,
        station=town.clerk.station.key.private.private_bytes_raw().hex(),
        people={
            role: (name, town.seats[name].clerk.key.private.private_bytes_raw().hex())
            for role, name in who
        },
    )
    (tmp_path / "calls.py").write_text(hooks)
    done = subprocess.run(  # noqa: ASYNC221 - nothing else is to happen meanwhile
        [
            Path(sys.executable).parent / "schemathesis", "run", f"{town.served.url}/openapi.json",
            "--max-examples", str(examples), "--phases", phases,
            "--seed", "1", "--continue-on-failure", "--suppress-health-check", "too_slow",
            "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
            "response_schema_conformance,ignored_auth,unsupported_method",
        ],
        capture_output=True, text=True, timeout=3000, cwd=tmp_path,
        env={"SCHEMATHESIS_HOOKS": "calls", "PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
