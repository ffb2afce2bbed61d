"""The contract is the committed one, and the centre keeps it against made-up calls."""

import json
import subprocess
import sys
from pathlib import Path

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"

HOOKS = """
import hashlib, json, sys, time, uuid
import requests, schemathesis
sys.path.insert(0, {root!r})
from tests.central.people import Key, Station
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

STATION = Station("510107-ps-014")
STATION.key.private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex({secret!r}))
STATION.key.jwk = {jwk!r}
TOKENS = {tokens!r}


class Proof(requests.auth.AuthBase):
    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        request.headers["Authorization"] = "DPoP " + self.token
        url = request.url.partition("?")[0]
        request.headers["DPoP"] = STATION.proof(request.method, url, self.token)
        return request


@schemathesis.auth()
class Auth:
    def get(self, case, context):
        roles = context.operation.definition.raw.get("x-roles", ["clerk"])
        return TOKENS[roles[0]]

    def set(self, case, data, context):
        case._auth = Proof(data)
"""


def test_the_committed_contract_is_the_programs() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "central", "openapi"], capture_output=True, text=True, timeout=60
    ).stdout
    assert json.loads(printed) == json.loads(COMMITTED.read_text("utf-8")), (
        "docs/openapi.json is old: counter-central openapi > docs/openapi.json"
    )
