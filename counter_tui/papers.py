"""The paper desk: what can be printed, and printing it. No Textual.

One paper at a time, in the order they were asked for. Each is journaled before the printer hears of
it, so nothing is lost when it does not come out; the clerk goes on working meanwhile.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from counter_tui.case import masking
from counter_tui.case.case import Case
from counter_tui.deferrals import Deferral
from counter_tui.failure import Failure
from counter_tui.office import Office
from counter_tui.printing.printer import PrinterTrouble, put_on_paper
from counter_tui.slips import accepted, answers
from counter_tui.slips.slip import NAMES, Slip
from counter_tui.store import Store
from counter_tui.store.errors import Unknown
from counter_tui.store.prints import Printed
from counter_tui.store.store import body_hash
from counter_tui.words import N_, Words
from intake import Application, Pack
from intake.facts import SiteKind
from intake.pack.rows import SiteRow
from intake.sites import nearest, site


@dataclass(frozen=True, slots=True)
class About:
    """Whose papers: the application's id, its number (empty before acceptance), what lists show,
    and the stored record's hash (None where nothing was stored)."""

    application: UUID
    number: str = ""
    label: str = ""
    sha256: str | None = None


class PaperDesk:
    """Printing for one clerk at one counter."""

    def __init__(
        self,
        office: Office,
        pack: Pack,
        clerk: str,
        uri: str,
        words: Words,
        now: Callable[[], datetime],
    ) -> None:
        self._office, self._pack, self.clerk, self._uri = office, pack, clerk, uri
        self._words, self._now = words, now
        self._turn = asyncio.Lock()
        self._running: set[asyncio.Task[None]] = set()

    @property
    def on(self) -> bool:
        """Whether a printer is set."""
        return bool(self._uri)

    def start(self, about: About, slips: Sequence[Slip], done: Callable[[str], None]) -> None:
        """Print behind the keys; `done` hears the sentence about how it went."""

        async def run() -> None:
            try:
                for slip in slips:
                    printed = await self.put(about, slip)
                    done(self._words(N_("Printed: {what}"), what=self.told(printed)))
            except Failure as failure:
                done(failure.said(self._words))

        task = asyncio.get_running_loop().create_task(run())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def stop(self) -> bool:
        """End what is being printed and waits to be; False when nothing was."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        return bool(running)

    async def put(self, about: About, slip: Slip) -> Printed:
        """Print one paper; journaled before and after. Raises PrinterTrouble, and what the store
        raises; the paper can be printed again from the journal."""
        async with self._turn:
            one = await self._begin(about, slip)
            try:
                await put_on_paper(self._uri, slip.as_copy(one.copy, self._words), _name(one))
            except PrinterTrouble as trouble:
                state = "kept" if trouble.word == "none" else "failed"
                await self._end(one, state)
                raise
            except asyncio.CancelledError:
                await self._end(one, "stopped")
                raise
            return await self._end(one, "printed")

    async def keep(self, about: About, slip: Slip) -> Printed:
        """Enter a paper in the journal without printing it. Raises what the store raises."""
        return await self._end(await self._begin(about, slip), "kept")

    async def _begin(self, about: About, slip: Slip) -> Printed:
        return await self._office.ask(
            lambda store: store.prints.begin(
                about.application,
                slip.what,
                slip.to_json(),
                self.clerk,
                about.number,
                about.label,
                about.sha256,
            )
        )

    async def again(self, one: Printed) -> Printed:
        """Print a paper of the journal again. Raises PrinterTrouble."""
        assert one.slip is not None
        about = About(one.application, one.number, one.label, one.sha256)
        return await self.put(about, Slip.from_json(one.slip))

    async def _end(self, one: Printed, state: str) -> Printed:
        def work(store: Store) -> None:
            store.prints.end(one.id, state)  # type: ignore[arg-type]

        await self._office.ask(work)
        if state == "printed":
            self._office.wake_agent()
        return replace(one, state=state)  # type: ignore[arg-type]

    def told(self, one: Printed) -> str:
        """A paper in a few words: what, and the copy's number from the second on."""
        name = self._words(NAMES[one.what])
        return name if one.copy < 2 else f"{name} ({one.copy})"

    # What there is to print

    async def of_accepted(self, id: UUID) -> tuple[About, list[Slip]]:
        """Receipt, and the notice of deferred materials where there are some.

        Raises Unknown when the station no longer has the application in plain.
        """
        about, one, approved = await self._accepted(id)
        found = [accepted.receipt(one, about.sha256 or "", self._pack, self._words, approved)]
        if one.decision.deferrals:
            found.append(accepted.deferral(one, self._pack, self._words))
        return about, found

    async def waybill_of(self, id: UUID) -> tuple[About, list[Slip]]:
        """The label of an accepted application's parcel; none where it is not posted."""
        about, one, approved = await self._accepted(id)
        if one.recipient is None:
            return about, []
        return about, [accepted.waybill(one, self._pack, self._words, approved=approved)]

    async def _accepted(self, id: UUID) -> tuple[About, Application, set[int]]:
        """The application, and the parcels whose postage a supervisor waived at the case."""

        def read(store: Store) -> tuple[Application, str, set[int]]:
            body = store.outbox.body(id)
            if body is None:
                raise Unknown
            waivers = [row.key for row in store.outbox.acts_of(id, "waivers") if row.approval]
            sent = [store.outbox.body(key) or b"" for key in waivers]
            approved = {json.loads(one)["parcel"] for one in sent if one}
            return Application.model_validate_json(body), body_hash(body), approved

        one, sha256, approved = await self._office.ask(read)
        label = masking.name(one.person.name) if one.person else ""
        return About(one.id, one.number, label, sha256), one, approved

    # Answers that are no acceptance

    async def notice(self, case: Case) -> tuple[About, Slip]:
        """The one-time notice of an incomplete case: told to the centre, and the paper."""
        assert case.facts is not None and case.decision is not None
        slip = answers.notice(_person(case), case.facts, case.decision, self._pack, self._words)
        missing = [line for line in case.decision.materials if line.status == "missing"]
        body = {
            "lines": [{"code": line.code, "item": line.item} for line in missing],
            "printed_at": self._now().isoformat(timespec="seconds"),
        }
        about = _about(case)
        await self._act(about, "notices", body)
        return about, slip

    def letter(self, one: Deferral, station: str) -> tuple[About, Slip]:
        """The letter on a material that was not handed in in time."""
        about = About(one.application, one.number, masking.name(one.name))
        return about, answers.expiry(
            answers.Person(one.name, one.person),
            one.number,
            one.code,
            one.due_on,
            one.on_expiry,
            station,
            self._now().date(),
            self._pack,
            self._words,
        )

    def halls(self, case: Case) -> list[SiteRow]:
        """Where what is not served here is served, the nearest first; empty: at the place of
        household registration."""
        assert case.facts is not None and case.decision is not None
        wanted = next((one.refer_to for one in case.decision.items if one.refer_to), None)
        if wanted is None:
            return []
        on, here = case.facts.accepted_on, case.facts.site.code
        coded = site(self._pack, wanted)
        if coded is not None:
            return [coded]
        return nearest(self._pack, here, on, SiteKind(wanted), 5)

    async def refer(self, case: Case, to: SiteRow | None) -> tuple[About, Slip]:
        """Record the referral, here and at the centre, and make its slip."""
        assert case.facts is not None and case.decision is not None
        slip = answers.referral(
            _person(case), case.facts, case.decision, self._pack, to, self._words
        )
        sent = [one for one in case.decision.items if one.outcome != "accept"]
        body = {
            "site": to.id if to else None,
            "items": [one.index for one in sent],
            "rule": sent[0].reasons[0].rule,
            "printed_at": self._now().isoformat(timespec="seconds") if self.on else None,
        }
        about = _about(case)
        await self._act(about, "referrals", body)
        return about, slip

    async def _act(self, about: About, action: str, body: dict[str, object]) -> None:
        sent = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        await self._office.ask(
            lambda store: store.act(about.application, action, sent, self.clerk, about.label)
        )
        self._office.wake_agent()


def _about(case: Case) -> About:
    return About(UUID(case.draft.id), label=masking.name(case.draft.person.name))


def _person(case: Case) -> answers.Person:
    return answers.Person(case.draft.person.name, case.draft.person.number)


def _name(one: Printed) -> str:
    """What a file or a queue calls the paper: no person."""
    return f"{one.number or str(one.application)[-12:]}-{one.what}-{one.copy}-{one.id}"
