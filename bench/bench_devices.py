"""Readers and chips at real speed: our time beside the card's own."""

import asyncio
import json
import math
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from bench.table import Row
from devices.chip.reader import read_document
from devices.chip.trust import Certificate, Trust
from devices.mrz.key import AccessKey
from devices.pcsc.connection import CardConnection
from devices.readers import Readers
from devices.records import CardOut, CardRead, ReaderError, ReaderUp
from devices.virtual.chip.access import PaceChoice
from devices.virtual.chip.card import ChipCard
from devices.virtual.chip.curves import BRAINPOOL_P256
from devices.virtual.chip.documents import (
    SOD,
    Document,
    assemble,
    group,
    pace_passport,
    prc_issuer,
    prc_passport,
)
from devices.virtual.chip.signing import Issuer
from devices.virtual.chip.slot import REAL, VirtualChip
from devices.virtual.module import FIND, READ, READ_ADDRESS, SELECT
from devices.virtual.people import crowd
from devices.virtual.samv import VirtualReader
from tests.devices.pcscd import Pcscd

THINKS = {FIND: 0.03, SELECT: 0.03, READ: 0.6, READ_ADDRESS: 0.15}
CARDS = 8
PORTRAIT = 18_000
IDLE_SECONDS = 10
SHORT_CHUNK, EXTENDED_CHUNK = 231, 65_000
"""Most bytes of a file that one protected answer brings: short with 3DES, and extended."""


def run() -> list[Row]:
    """All rows; needs pcscd and vpcd."""
    rows = asyncio.run(card_to_data())
    rows += chips()
    rows += idle()
    return rows


async def card_to_data() -> list[Row]:
    """From a card laid down to its data in the application's loop, less wire and module time."""
    excess = []
    with VirtualReader(real_speed=True, thinks=THINKS) as reader:
        async with Readers([f"samv:{reader.path}"]) as readers:
            events = aiter(readers)
            while not isinstance(await anext(events), ReaderUp):
                pass
            for number, card in enumerate(crowd(CARDS, date(2026, 11, 24))):
                # Cards do not come in step with the polling.
                await asyncio.sleep(0.3 + 0.037 * number)
                first = len(reader.exchanges)
                laid = time.monotonic()
                reader.lay(card)
                while not isinstance(await anext(events), CardRead):
                    pass
                taken = time.monotonic() - laid
                asked = [each for each in list(reader.exchanges)[first:] if each.received >= laid]
                # Of the finds only the last one met the card.
                finds = [each for each in asked if each.command == FIND]
                needed = [each for each in asked if each.command != FIND] + finds[-1:]
                excess.append(taken - sum(each.wire_seconds() + each.think for each in needed))
                reader.take()
                while not isinstance(await anext(events), CardOut):
                    pass
    worst, median = max(excess) * 1000, statistics.median(excess) * 1000
    return [
        Row("SAM_V, card down to data, beyond wire and module: worst", worst, "ms", budget=150),
        Row("SAM_V, the same: median", median, "ms"),
    ]


def only(document: Document, issuer: Issuer, *numbers: int) -> Document:
    """The document with these data groups and no other."""
    groups = {number: document.files[group(number)] for number in numbers}
    kept = {key: raw for key, raw in document.files.items() if key == 0x011C}
    files = {**assemble(groups, issuer), **kept}
    return Document(**{**vars(document), "files": files, "prover": None})


def chips() -> list[Row]:
    """Commands needed, and time needed beside the card's, over pcscd and vpcd."""
    home, abroad = prc_issuer(), Issuer("UT")
    trust = Trust(tuple(Certificate.read(each.root_der) for each in (home, abroad)))
    basic = only(prc_passport(home, picture_bytes=PORTRAIT), home, 1, 2)
    choice = PaceChoice(BRAINPOOL_P256, 4)
    pace = only(pace_passport(abroad, choice, picture_bytes=PORTRAIT), abroad, 1, 2, 14)
    with service() as daemon:
        return [
            *chip("BAC, 3DES, short APDUs", daemon, basic, trust, SHORT_CHUNK),
            *chip("PACE, AES-256, extended APDUs", daemon, pace, trust, EXTENDED_CHUNK),
        ]


@contextmanager
def service() -> Iterator[Pcscd]:
    """A pcscd of our own."""
    daemon = Pcscd()
    try:
        yield daemon.start()
    finally:
        daemon.stop()
        shutil.rmtree(daemon.socket.parent)


def chip(name: str, daemon: Pcscd, document: Document, trust: Trust, chunk: int) -> Iterator[Row]:
    """Two rows for one document."""
    size = sum(len(document.files[each]) for each in (SOD, group(1), group(2)))
    with VirtualChip(ChipCard(document), port=daemon.port(0), pace=REAL) as slot:
        with patiently(daemon.reader(0)) as link:
            began = time.monotonic()
            read = read_document(link, AccessKey(mrz=document.lines.information), trust)
            taken = time.monotonic() - began
        own = sum(each.ended - each.began for each in list(slot.exchanges)[-read.apdus :])
    assert read.authenticity.passive == "ok"
    most = math.ceil(size / chunk) + 12
    yield Row(f"{name}: commands for {size} bytes", read.apdus, "", budget=most)
    yield Row(f"{name}: whole read", taken * 1000, "ms", baseline=own * 1000, budget=1.15)


@contextmanager
def patiently(name: str) -> Iterator[CardConnection]:
    """A connection as soon as pcscd has noticed the card."""
    end = time.monotonic() + 5
    connection = CardConnection(name)
    while True:
        try:
            connection.__enter__()
            break
        except ReaderError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
    try:
        yield connection
    finally:
        connection.__exit__(None, None, None)


def idle() -> list[Row]:
    """Processor time of readers that wait, beside the clock's. The twin is another process."""
    twin = subprocess.Popen(
        [sys.executable, "-m", "devices.virtual", "samv"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert twin.stdout is not None
    path = json.loads(twin.stdout.readline())["reader"]
    serial = Row("idle, SAM_V on a serial line", share([path]), "% of a core", budget=0.5)
    twin.communicate()
    with service():
        chips = Row("idle, PC/SC with two slots", share(["pcsc:"]), "% of a core", budget=0.5)
    return [serial, chips]


def share(uris: list[str]) -> float:
    """Percent of one core that waiting for cards on these readers takes."""

    async def wait() -> float:
        async with Readers(uris) as readers:
            while not isinstance(await anext(aiter(readers)), ReaderUp):
                pass
            await asyncio.sleep(1)
            before, began = time.process_time(), time.monotonic()
            await asyncio.sleep(IDLE_SECONDS)
            return 100 * (time.process_time() - before) / (time.monotonic() - began)

    return asyncio.run(wait())
