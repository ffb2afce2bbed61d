"""A waiver with its proof: made at acceptance, checked again offline, years later.

The number of a disability certificate is used once. What is kept is a keyed hash of it, made by
whoever holds the key, and the fact that it proved the ground.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from intake.application import Application, Evidence, WaiverProof
from intake.decide import decide
from intake.decision import Decision, FeeLine, Proof, Reason
from intake.facts import Facts
from intake.pack import Pack
from intake.reading import BadFacts

HashNumber = Callable[[str], str]
"""Turns a certificate's number into its keyed hash (hex)."""

_LOOKUP: Final = "lookup:disability"
_CERTIFICATE: Final = "certificate:number-checked"


def waiver_proofs(
    facts: Facts,
    decision: Decision,
    clerk: str,
    now: datetime,
    evidence: Evidence | None,
    hash_number: HashNumber,
) -> tuple[WaiverProof, ...]:
    """One proof for each waived line of `decision`: its rule, ground, and what proved it.

    `evidence` says how the identity was read; `now` is when anything else was checked.
    """
    return tuple(
        _proof(facts, line, clerk, now, evidence, hash_number)
        for line in decision.fees
        if line.waived
    )


def _proof(
    facts: Facts,
    line: FeeLine,
    clerk: str,
    now: datetime,
    evidence: Evidence | None,
    hash_number: HashNumber,
) -> WaiverProof:
    if line.ground is None or line.proof is None:
        raise ValueError("a waived line names ground and proof")
    rule = waiver_reason(line)
    number = facts.applicant.disability_certificate
    by_certificate = line.proof == "disability_certificate"
    by, at = _proved_by(line.proof, facts, now, evidence)
    return WaiverProof(
        rule=rule.rule,
        ground=line.ground,
        proof=line.proof,
        proved_by=by,
        proved_at=at,
        clerk=clerk,
        inputs=rule.inputs,
        certificate_hash=hash_number(number) if by_certificate and number else None,
    )


def waiver_reason(line: FeeLine) -> Reason:
    """The reason of a waived line that is the waiver's, after that of the price."""
    return line.reasons[-1]


def _proved_by(
    proof: Proof, facts: Facts, now: datetime, evidence: Evidence | None
) -> tuple[str, datetime]:
    if proof == "disability_lookup":
        return _LOOKUP, now
    if proof == "disability_certificate":
        return _CERTIFICATE, now
    if evidence is None:
        return f"{facts.applicant.identity_evidence}:stated", now
    return f"{evidence.kind}:{evidence.reader or 'by-eye'}", evidence.read_at


def kept(facts: Facts) -> Facts:
    """The facts as they are stored and sent: without the certificate's number."""
    if facts.applicant.disability_certificate is None:
        return facts
    applicant = facts.applicant.model_copy(update={"disability_certificate": None})
    return facts.model_copy(update={"applicant": applicant})


def attested(application: Application) -> frozenset[Proof]:
    """The proofs that a stored application's waivers stand for."""
    return frozenset(waiver.proof for waiver in application.waivers)


def decide_again(application: Application, pack: Pack) -> Decision:
    """The decision about a stored application, with what was proved and not kept."""
    return decide(application.facts, pack, attested(application))


def doubts(
    application: Application,
    pack: Pack,
    number: str | None = None,
    hash_number: HashNumber | None = None,
) -> list[str]:
    """What speaks against the waivers of a stored application; empty: each stands.

    With the certificate's `number` and the keyed hash at hand, those are compared too.
    """
    reference = application.pack
    if (pack.name, pack.version, pack.sha256) != (
        reference.name,
        reference.version,
        reference.sha256,
    ):
        return [f"decided under {reference.name} {reference.version}, another pack is at hand"]
    try:
        again = decide_again(application, pack)
    except BadFacts as error:
        return [f"the facts are not valid: {error.field}"]
    stored = [line for line in application.decision.fees if line.waived]
    if stored != [line for line in again.fees if line.waived]:
        return ["the pack waives other lines than the decision says"]
    if len(stored) != len(application.waivers):
        return [f"{len(stored)} waived lines, {len(application.waivers)} proofs"]
    found: list[str] = []
    for line, waiver in zip(stored, application.waivers, strict=True):
        found.extend(_doubts_of(line, waiver, number, hash_number))
    return found


def _doubts_of(
    line: FeeLine, waiver: WaiverProof, number: str | None, hash_number: HashNumber | None
) -> list[str]:
    reason = waiver_reason(line)
    found: list[str] = []
    if (waiver.rule, waiver.ground, waiver.proof) != (reason.rule, line.ground, line.proof):
        found.append("the proof names another rule, ground or proof than the line")
    if waiver.inputs != reason.inputs:
        found.append("the proof's inputs are not those of the decision")
    if waiver.proof == "disability_certificate":
        if waiver.certificate_hash is None:
            found.append("the certificate's hash was not kept")
        elif number and hash_number and hash_number(number) != waiver.certificate_hash:
            found.append("the certificate at hand is not the one that was shown")
    return found
