"""The routes there are, from the contract itself."""

import uuid
from typing import Any

from tests.central.conftest import Town

PUBLIC = {"/healthz", "/readyz", "/metrics", "/v1/jwks", "/v1/token"}


async def contract(town: Town) -> dict[str, Any]:
    return (await town.client.get("/openapi.json")).json()


def concrete(path: str) -> str:
    """An address of nothing that exists."""
    values = {
        "id": str(uuid.uuid4()), "sha256": "0" * 64, "index": "0", "name": "no-pack",
        "code": "none",
    }  # fmt: skip
    if path.startswith("/v1/clerks/"):
        values["id"] = "none"
    return path.format(**values)


async def offered(town: Town) -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation of the contract that has roles."""
    document = await contract(town)
    found = []
    for template, operations in document["paths"].items():
        for method, operation in operations.items():
            assert ("x-roles" in operation) == (template not in PUBLIC), template
            if template not in PUBLIC:
                found.append((template, method.upper(), operation))
    return found
