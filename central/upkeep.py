"""What the commands besides `serve` do."""

import asyncio
import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection

from central.app import build
from central.audit.verify import Finding, verify
from central.blobs import BlobFolder
from central.carried import Taken, take_in
from central.centre import Centre, open_store
from central.demo import DemoPerson, seed
from central.enrolment import enrol_clerk as take_in_clerk
from central.enrolment import enrol_station as take_in_station
from central.enrolment import read_key
from central.identity import load, load_or_create, public
from central.logs import open_log
from central.lookups import set_mode
from central.metrics import Metrics
from central.rules import Rules, known_packs
from central.settings import Settings, settings_for
from central.storage.migrate import migrate

Answer = TypeVar("Answer")
DEFAULT_URL: Final = "http://127.0.0.1:8440"


def enrol_station(
    settings: Settings, centre_name: str, code: str, name: str, kind: str, key: str
) -> dict[str, Any]:
    """Enrol a station; what it has to know of the centre. Raises EnrolmentError."""
    jwk, now = read_key(key), datetime.now(UTC)
    identity = load_or_create(settings.identity, centre_name)
    write(settings, lambda connection: take_in_station(connection, code, name, kind, jwk, now))
    return {
        "station": code,
        "centre": {
            "url": settings.public_url or DEFAULT_URL,
            "name": identity.name,
            "keys": identity.jwks()["keys"],
            "seal_key": public(identity.seal, "enc"),
        },
        "pack_keys": [public(identity.pack, "sig")],
    }


def enrol_clerk(
    settings: Settings, centre_name: str, clerk: str, name: str, role: str, station: str, key: str
) -> dict[str, Any]:
    """Enrol a clerk. Raises EnrolmentError."""
    jwk, now = read_key(key), datetime.now(UTC)
    identity = load_or_create(settings.identity, centre_name)
    write(
        settings,
        lambda connection: take_in_clerk(connection, clerk, name, role, station, jwk, now),
    )
    return {"clerk": clerk, "role": role, "station": station, "centre_name": identity.name}


def seed_demo(
    settings: Settings, centre_name: str, station: str, people: str | None
) -> dict[str, int]:
    """Matters of made-up people; `people` is a JSON list of them. Raises ValueError for another."""
    identity = load_or_create(settings.identity, centre_name)
    given = TypeAdapter(list[DemoPerson]).validate_json(people) if people else []
    rules, now = Rules(known_packs(settings.packs)), datetime.now(UTC)
    blobs = BlobFolder(settings.blobs)
    return write(settings, lambda c: seed(c, identity, rules, station, now, blobs, given))


def set_lookup(settings: Settings, kind: str, mode: str) -> None:
    """Make a reference adapter work, fail or be slow."""
    write(settings, lambda connection: set_mode(connection, kind, mode))


def import_outbox(settings: Settings, file: Path, by: str, receipts: Path | None) -> Taken:
    """Take in an outbox that was carried here, and write the receipts for the way back.

    Raises NotAnExport; FileNotFoundError without the centre's identity.
    """
    identity, content = load(settings.identity), file.read_bytes()
    migrate(settings)

    async def once() -> Taken:
        store = open_store(settings)
        await store.start()
        try:
            rules = Rules(known_packs(settings.packs))
            centre = Centre(settings, identity, store, rules, open_log(), Metrics())
            return await take_in(centre, content, by)
        finally:
            await store.stop()

    taken = asyncio.run(once())
    if receipts is not None:
        receipts.write_text(json.dumps(taken.receipts(identity)) + "\n", "utf-8")
    return taken


def verify_audit(settings: Settings, kept_elsewhere: tuple[str, ...]) -> list[dict[str, Any]]:
    """What the verifier finds. Raises FileNotFoundError without the centre's identity."""
    keys = {key.thumbprint(): key for key in load(settings.identity).signing}

    async def once() -> list[Finding]:
        store = open_store(settings)
        await store.start()
        try:
            return await store.read(lambda connection: verify(connection, keys, kept_elsewhere))
        finally:
            await store.stop()

    return [asdict(finding) for finding in asyncio.run(once())]


def contract_text() -> str:
    """The OpenAPI document as it is committed."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(f"sqlite:///{folder}/contract.db")
        centre = Centre(
            settings=settings,
            identity=load_or_create(Path(folder) / "identity.json", "contract"),
            store=open_store(settings),
            rules=Rules(known_packs()),
            log=open_log(),
            metrics=Metrics(),
        )
        document = build(centre).openapi()
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write(settings: Settings, work: Callable[[Connection], Answer]) -> Answer:
    """Run `work` in one transaction on a database brought up to date first."""
    migrate(settings)

    async def once() -> Answer:
        store = open_store(settings)
        await store.start()
        try:
            return await store.write(work)
        finally:
            await store.stop()

    return asyncio.run(once())
