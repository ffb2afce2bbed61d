"""`decide`: what the rules of a pack say about the facts of one application. Pure and total."""

from collections.abc import Mapping, Sequence
from typing import Any

from intake.decision import Decision, ItemDecision, MaterialLine, Outcome, Proof
from intake.facts import Facts
from intake.model import made
from intake.pack.pack import Pack, Rules
from intake.reading import BadFacts
from intake.rules import items, materials, money
from intake.rules.view import accepted_view, application_view, item_views

NOTHING: frozenset[Proof] = frozenset()


def decide(facts: Facts, pack: Pack, attested: frozenset[Proof] = NOTHING) -> Decision:
    """Decide about `facts` under `pack`; the same facts always give the same decision.

    `attested` names proofs that were given before and whose numbers were not kept: a stored
    application is decided again with those of its waivers.
    Raises BadFacts for a day before the pack begins, for two legs where they are not allowed, and
    for a day so late that no date is left for the deadlines. Raises PackError only for a pack that
    `intake.pack.check` finds incomplete.
    """
    if facts.accepted_on < pack.begins:
        raise BadFacts("accepted_on", f"the pack begins on {pack.begins}")
    try:
        return _decide(facts, pack, attested)
    except OverflowError:
        raise BadFacts("accepted_on", "no calendar reaches that far") from None


def _decide(facts: Facts, pack: Pack, attested: frozenset[Proof]) -> Decision:
    rules = pack.rules_on(facts.accepted_on)
    application = application_view(facts, rules, attested)
    views = item_views(application, facts.items)
    rulings = [items.scope(rules, view) for view in views]
    accepted = {i: views[i] for i, ruling in enumerate(rulings) if items.is_accepted(ruling)}
    _check_legs(facts, rules, accepted)

    everyone = accepted_view(application, [facts.items[i] for i in accepted])
    papers = materials.look_at(facts, pack, rules, everyone, accepted)
    waiting = papers.open_items
    lines = [
        items.here(
            i, ruling, views[i], pack, rules, complete=None not in waiting and i not in waiting
        )
        if i in accepted
        else items.elsewhere(i, ruling, views[i])
        for i, ruling in enumerate(rulings)
    ]
    posted = money.parcels(facts, lines)
    fees = (
        *money.card_fees(facts, rules, accepted),
        *money.postage(rules, everyone, posted),
    )
    return made(
        Decision,
        pack=pack.name,
        pack_version=pack.version,
        outcome=_outcome(lines, papers.lines),
        items=tuple(lines),
        materials=papers.lines,
        deferrals=papers.deferrals,
        fees=fees,
        totals=money.totals(fees),
        parcels=posted,
        notice=papers.notice,
        warnings=papers.warnings,
    )


def _check_legs(facts: Facts, rules: Rules, accepted: Mapping[int, dict[str, Any]]) -> None:
    legs = facts.delivery.legs
    if legs == 1:
        return
    rows = [rule for rule in rules.two_way if rule.row.legs == legs]
    if facts.delivery.method != "post":
        raise BadFacts("delivery.legs", "two legs are for items that are posted")
    if not accepted or not all(any(row.applies(v) for row in rows) for v in accepted.values()):
        raise BadFacts("delivery.legs", "two legs are not offered for these items")


def _outcome(lines: Sequence[ItemDecision], papers: Sequence[MaterialLine]) -> Outcome:
    outcomes = {line.outcome for line in lines}
    statuses = {paper.status for paper in papers}
    if "refuse" in outcomes:
        return "refuse"
    if "refer" in outcomes:
        return "refer"
    if "missing" in statuses:
        return "incomplete"
    return "accept_with_deferral" if "deferred" in statuses else "accept"
