"""Acceptance: the one path from decided facts to the outbox, for the screens and the command."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from counter_tui.certificates import station_hash
from counter_tui.failure import ClearNo, WrongUse
from counter_tui.guards import Frozen, freeze
from counter_tui.ids import uuid7
from counter_tui.limits import Limits
from counter_tui.signin import Session
from counter_tui.station import Station
from counter_tui.store import OutboxRow, Store
from counter_tui.store.store import ACCEPTABLE
from counter_tui.words import N_
from intake.application import (
    Application,
    Capture,
    EmergencyContact,
    Evidence,
    LookupRecord,
    OtherPerson,
    PackRef,
    Person,
    PhotoTaken,
    Recipient,
    short_number,
)
from intake.decide import decide
from intake.decision import Decision
from intake.facts import Facts, SiteKind
from intake.pack import Pack
from intake.reading import BadFacts
from intake.waiver import HashNumber, kept, waiver_proofs


class NotAccepted(ClearNo):
    """The rules do not accept this case now; `decision` says why."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__(N_("Not accepted: {outcome}."), outcome=decision.outcome)


@dataclass(frozen=True, slots=True)
class Particulars:
    """What an application has besides its facts; everything may be absent."""

    person: Person | None = None
    evidence: Evidence | None = None
    phone: str | None = None
    recipient: Recipient | None = None
    guardian: OtherPerson | None = None
    agent: OtherPerson | None = None
    emergency: EmergencyContact | None = None
    lookups: tuple[LookupRecord, ...] = ()
    photo: PhotoTaken | None = None
    signature: Capture | None = None
    fingerprints: Capture | None = None


def particulars_of(application: Application) -> Particulars:
    """What `application` has besides its facts."""
    return Particulars(
        application.person,
        application.evidence,
        application.phone,
        application.recipient,
        application.guardian,
        application.agent,
        application.emergency,
        application.lookups,
        application.photo,
        application.signature,
        application.fingerprints,
    )


def new_id() -> UUID:
    """A fresh application id (UUIDv7); minted when a case is begun, and never again."""
    return UUID(int=uuid7().int)


def decided(facts: Facts, pack: Pack, station: Station) -> Decision:
    """The decision about facts that can be accepted at this station.

    Raises NotAccepted; WrongUse, naming the field, for facts the rules cannot look at or of another
    kind of place than this.
    """
    if facts.site.kind not in (station.kind, SiteKind.MOBILE_VISIT):
        raise WrongUse(
            N_("site.kind: this station is a {kind}, and accepts as one"), kind=station.kind
        )
    try:
        decision = decide(facts, pack)
    except BadFacts as error:
        raise WrongUse(str(error)) from None
    if decision.outcome not in ACCEPTABLE:
        raise NotAccepted(decision)
    return decision


def application(
    facts: Facts,
    pack: Pack,
    station: Station,
    clerk: str,
    now: datetime,
    identifier: UUID,
    hash_number: HashNumber,
    begun_at: datetime | None = None,
    particulars: Particulars | None = None,
) -> Application:
    """Decide `facts` and put together what is stored and sent. Raises NotAccepted, WrongUse.

    A disability certificate's number decides and is not kept; its `hash_number` is.
    """
    decision = decided(facts, pack, station)
    given = particulars or Particulars()
    return Application(
        id=identifier,
        number=short_number(identifier),
        station=station.code,
        clerk=clerk,
        channel="mobile_visit" if facts.site.kind is SiteKind.MOBILE_VISIT else "window",
        created_at=begun_at or now,
        accepted_at=now,
        pack=PackRef(name=pack.name, version=pack.version, sha256=pack.sha256),
        facts=kept(facts),
        decision=decision,
        person=given.person,
        evidence=given.evidence,
        phone=given.phone,
        recipient=given.recipient,
        guardian=given.guardian,
        agent=given.agent,
        emergency=given.emergency,
        lookups=given.lookups,
        photo=given.photo,
        signature=given.signature,
        fingerprints=given.fingerprints,
        waivers=waiver_proofs(facts, decision, clerk, now, given.evidence, hash_number),
    )


def accept_facts(
    store: Store,
    session: Session,
    station: Station,
    pack: Pack,
    facts: Facts,
    limits: Limits,
) -> OutboxRow:
    """Accept facts in one go: what `counter accept` does.

    Raises NotAccepted, WrongUse, Frozen and what the store raises.
    """
    stopped = freeze(store, limits)
    if stopped is not None:
        raise Frozen(stopped)
    hash_number = station_hash(store)
    made = application(facts, pack, station, session.clerk_id, store.now(), new_id(), hash_number)
    return store.accept(made)
