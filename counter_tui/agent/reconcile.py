"""Station and centre compare what they hold, by the centre's receipts.

A receipt for something this store does not know means the store is older than the station: it was
rolled back or its audit's tail is gone. A centre that has fewer receipts than this store was
restored from a backup, and gets what it misses again. The centre's word on this station's own audit
comes along: a cut tail shows there and nowhere else.
"""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from counter_tui.agent.centre import Answer, Centre
from counter_tui.agent.proof import Rights
from counter_tui.keys.jose import BadSignature, seal
from counter_tui.keys.receipt import verified_receipt
from counter_tui.station import Station
from counter_tui.store import Receipt, Store, StoreThread

_PAGE: Final = 200
_HEAD: Final = re.compile("[0-9]{1,18}:[0-9a-f]{64}")
_TOLD: Final = "audit.cut_told"
"""Setting: the head at which a cut was told, so that a task a person has closed stays closed."""


@dataclass(slots=True)
class Compared:
    """What the comparison found."""

    settled: int = 0
    unknown_here: int = 0
    unknown_there: int = 0


class Reconciler:
    """Asks for the receipts since the last one seen, and settles what they settle."""

    def __init__(
        self, store: StoreThread, centre: Centre, rights: Rights, station: Station, log: Any
    ) -> None:
        assert station.centre is not None
        self._store, self._centre, self._rights = store, centre, rights
        self._code, self._trust, self._log = station.code, station.centre, log

    async def compare(self) -> Compared:
        """One comparison. Raises Unreachable, NeedsLogin."""
        found = Compared()
        since = await self._store.call(lambda store: store.receipts.compared_to())
        while True:
            answer = await self._page(since)
            if answer.status != 200:
                return found
            await self._store.call(partial(_look_at_head, answer))
            held = await self._store.call(partial(_held, self._code, since))
            receipts = self._verified(answer.document.get("receipts"), held)
            if receipts:
                await self._store.call(partial(self._enter, receipts, found))
                since = receipts[-1].seq
            last = answer.document.get("last_seq")
            if isinstance(last, int) and answer.document.get("next_since") is None:
                await self._centre_behind(last, found)
                return found
            if not receipts:
                return found

    async def _page(self, since: int) -> Answer:
        head = await self._store.call(lambda store: store.audit.head())
        path = f"/v1/receipts?since={since}&limit={_PAGE}&head={head}"
        return await self._centre.get(path, await self._rights.token())

    def _verified(self, tokens: object, held: dict[str, Receipt]) -> list[Receipt]:
        receipts = []
        for token in tokens if isinstance(tokens, list) else []:
            try:
                receipts.append(
                    held.get(str(token))
                    or verified_receipt(str(token), self._trust.keys, self._code)
                )
            except BadSignature:
                self._log.warning("unsigned receipt", station=self._code)
        return receipts

    def _enter(self, receipts: list[Receipt], found: Compared, store: Store) -> None:
        entries = []
        for receipt in receipts:
            known = store.receipts.standing(receipt.key)
            if known is None:
                found.unknown_here += 1
                store.tasks.report("store-rolled-back", {"seq": receipt.seq})
                store.receipts.note_foreign(receipt)
            elif known.body is not None and known.sha256 == receipt.sha256:
                entries.append((receipt, seal(known.body, self._trust.seal_key).encode()))
        found.settled += len(store.sending.receipted(entries))
        store.receipts.compared(receipts[-1].seq)

    async def _centre_behind(self, last: int, found: Compared) -> None:
        def send_again(store: Store) -> int:
            if store.receipts.compared_to() <= last:
                return 0
            store.receipts.compared(last)
            return store.sending.send_again_after(self._code, last)

        found.unknown_there = await self._store.call(send_again)
        if found.unknown_there:
            self._log.warning("centre restored", count=found.unknown_there, seq=last)


def _held(station: str, since: int, store: Store) -> dict[str, Receipt]:
    return store.receipts.held(station, since, _PAGE)


def _look_at_head(answer: Answer, store: Store) -> None:
    """Whether this station's audit goes on from what its applications carried to the centre."""
    carried = answer.document.get("station_head")
    head = carried if isinstance(carried, str) and _HEAD.fullmatch(carried) else None
    cut = answer.document.get("audit_cut") is True or (head and not store.audit.holds(head))
    if cut and store.settings.get(_TOLD) != head:
        store.settings.put(_TOLD, head)
        store.tasks.report("audit-cut", {"head": head})
