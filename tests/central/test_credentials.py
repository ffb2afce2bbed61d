"""No credential but a good one opens any route."""

import httpx
import pytest

from tests.central.conftest import Town
from tests.central.forging import CREDENTIALS, Forger
from tests.central.offered import concrete, offered


@pytest.mark.parametrize("settled", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", range(len(CREDENTIALS)), ids=list(CREDENTIALS))
async def test_every_route_refuses(town: Town, number: int) -> None:
    """Security tests 14 and 15: no credential but a good one opens any route."""
    make = list(CREDENTIALS.values())[number]
    # An address of its own for each, as failures are counted by address.
    line = httpx.AsyncHTTPTransport(local_address=f"127.0.0.{number + 20}")
    async with httpx.AsyncClient(transport=line, base_url=town.served.url, timeout=30) as client:
        for template, method, _ in await offered(town):
            path = concrete(template)
            headers = make(Forger(town), method, town.served.url + path)
            answer = await client.request(method, path, headers=headers)
            assert answer.status_code == 401, (template, method)
            assert answer.json()["type"] == "urn:counter:problem:unauthenticated"
            assert answer.headers["www-authenticate"].startswith("DPoP")
