"""What if: the smallest changes of the facts that make a case acceptable today, by search.

Every step is decided by the rules themselves. A step is tried only where it can mend the first
thing that is wrong, so the search is complete for the changes it knows and stays short.
"""

import heapq
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from intake.decide import decide
from intake.decision import Decision, MaterialLine, Text
from intake.facts import Facts, SiteKind
from intake.pack import Pack
from intake.pack.conditions import StartsWith, simple_parts
from intake.reading import BadFacts, read_facts

ACCEPTABLE: Final = frozenset({"accept", "accept_with_deferral"})
_MOST_DECISIONS: Final = 600
_BRING, _CONFIRM, _GO, _OBTAIN, _LEAVE_OUT = 2, 2, 3, 7, 9
"""How hard a change is, against each other: bring a paper, go elsewhere, obtain one, give up."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the facts, in words. `path` as in `materials.photo`; None takes it away."""

    path: str
    value: Any
    text: Text
    effort: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Changes that together make the case acceptable (or cheaper), and what is decided then."""

    changes: tuple[Change, ...]
    facts: Facts
    decision: Decision


class _Case:
    """Facts on the way, as JSON in which what was left out is None, so that places stay."""

    def __init__(self, value: dict[str, Any], facts: Facts) -> None:
        self._value = value
        self.facts: Final = facts

    def after(self, change: Change) -> "_Case | None":
        """The case changed; None when that would be no facts any more."""
        value = deepcopy(self._value)
        *owners, last = [int(p) if p.isdigit() else p for p in change.path.split(".")]
        at: Any = value
        for part in owners:
            at = at[part]
        at[last] = change.value
        items = [item for item in value["items"] if item is not None]
        left = [
            {**item, "endorsements": [one for one in item["endorsements"] if one is not None]}
            for item in items
        ]
        try:
            return _Case(value, read_facts({**value, "items": left}))
        except BadFacts:
            return None

    def item(self, index: int) -> int:
        """The place in the facts asked about of the item that is now at `index`."""
        return _place(self._value["items"], index)

    def endorsement(self, index: int, which: int) -> int:
        """The same of one of its endorsements."""
        return _place(self._value["items"][self.item(index)]["endorsements"], which)


def _place(some: list[Any], index: int) -> int:
    return [place for place, one in enumerate(some) if one is not None][index]


def offers(facts: Facts, pack: Pack, limit: int = 3) -> list[Offer]:
    """The easiest ways to make the case acceptable today; empty when it is, or none is known."""
    found: list[Offer] = []
    best: int | None = None
    tie = count()
    start = _Case(facts.model_dump(mode="json"), facts)
    queue: list[tuple[int, int, tuple[Change, ...], _Case]] = [(0, next(tie), (), start)]
    seen: set[frozenset[tuple[str, str]]] = set()
    for _ in range(_MOST_DECISIONS):
        if not queue or len(found) >= limit:
            break
        effort, _, changes, now = heapq.heappop(queue)
        if best is not None and effort > best:
            break
        try:
            decision = decide(now.facts, pack)
        except BadFacts:
            continue
        if decision.outcome in ACCEPTABLE:
            if not changes:
                return []
            best = effort
            found.append(Offer(_with_terms(changes, decision), now.facts, decision))
            continue
        for change in _ways(now, decision, pack):
            key = frozenset((one.path, repr(one.value)) for one in (*changes, change))
            changed = now.after(change)
            if key not in seen and changed is not None:
                seen.add(key)
                heapq.heappush(
                    queue, (effort + change.effort, next(tie), (*changes, change), changed)
                )
    return found


def savings(facts: Facts, pack: Pack) -> list[Offer]:
    """Single changes that lower what the applicant pays and change nothing else for the worse."""
    now = decide(facts, pack)
    due = now.totals.treasury + now.totals.carrier
    found: list[Offer] = []
    start = _Case(facts.model_dump(mode="json"), facts)
    for change in _cheaper_ways(facts):
        changed = start.after(change)
        if changed is None:
            continue
        try:
            then = decide(changed.facts, pack)
        except BadFacts:
            continue
        if then.outcome == now.outcome and then.totals.treasury + then.totals.carrier < due:
            found.append(Offer((change,), changed.facts, then))
    return found


def _cheaper_ways(facts: Facts) -> Iterator[Change]:
    if facts.delivery.method == "post":
        if not facts.delivery.combined and len(facts.items) > 1:
            text = Text(zh="合并邮寄", en="put everything in one parcel")
            yield Change("delivery.combined", True, text, _BRING)
        text = Text(zh="改为自取", en="pick the documents up")
        # Two legs are a matter of the post, so they go with it.
        yield Change("delivery", {"method": "pickup"}, text, _GO)
    if facts.lookups.get("disability") in (None, "unavailable"):
        text = Text(zh="残疾人身份经数据核验一致", en="have a disability confirmed by lookup")
        yield Change("lookups.disability", "matched", text, _CONFIRM)


def _ways(now: _Case, decision: Decision, pack: Pack) -> Iterator[Change]:
    """Changes that may mend the first thing that is wrong."""
    for line in decision.items:
        if line.outcome != "accept":
            yield from _ways_for_item(now, line.index, pack)
            return
    missing = [line for line in decision.materials if line.status == "missing"]
    missing.sort(key=lambda line: line.class_ != "core")
    if missing:
        yield from _ways_for_material(now, missing[0], pack)


def _ways_for_item(now: _Case, index: int, pack: Pack) -> Iterator[Change]:
    facts = now.facts
    for kind in SiteKind:
        if kind is not facts.site.kind and kind is not SiteKind.MOBILE_VISIT:
            place = pack.called(kind)
            text = Text(zh=f"到{place.zh}办理", en=f"go to a {place.en}")
            yield Change("site", {"kind": kind.value}, text, _GO)
    for prefix in _permit_places(facts, pack):
        permit = {"place_code": prefix.ljust(6, "0"), "valid_to": None}
        text = Text(zh="先办理本市居住证", en="obtain a residence permit of this city first")
        yield Change("applicant.residence_permit", permit, text, _OBTAIN)
    yield from _less(now, index, pack)


def _less(now: _Case, index: int, pack: Pack) -> Iterator[Change]:
    """Asking for less: without one endorsement of the item, or without the item."""
    item, place = now.facts.items[index], now.item(index)
    for which, endorsement in enumerate(item.endorsements):
        name = pack.called(endorsement.code)
        text = Text(zh=f"不申请{name.zh}签注", en=f"leave out the {name.en} endorsement")
        path = f"items.{place}.endorsements.{now.endorsement(index, which)}"
        yield Change(path, None, text, _LEAVE_OUT)
    if len(now.facts.items) > 1:
        name = pack.called(item.document)
        text = Text(
            zh=f"本次不办第{place + 1}项（{name.zh}）",
            en=f"leave out item {place + 1} ({name.en})",
        )
        yield Change(f"items.{place}", None, text, _LEAVE_OUT)


def _permit_places(facts: Facts, pack: Pack) -> list[str]:
    rules = pack.rules_on(facts.accepted_on)
    return [
        part.values[0]
        for rule in rules.terms
        for part in simple_parts(rule.row.when)
        if isinstance(part, StartsWith) and part.fact == "permit_place"
    ]


def _ways_for_material(now: _Case, line: MaterialLine, pack: Pack) -> Iterator[Change]:
    facts, name = now.facts, pack.called(line.code)
    if line.code == "identity_read":
        text = Text(zh="持居民身份证读卡", en="bring the identity card and read its chip")
        yield Change("applicant.identity_evidence", "chip", text, _BRING)
        text = Text(zh="持临时居民身份证", en="bring a temporary identity card")
        yield Change("applicant.identity_evidence", "temporary_card", text, _BRING)
        return
    owner = "materials" if line.item is None else f"items.{now.item(line.item)}.materials"
    text = Text(zh=f"带上{name.zh}", en=f"bring the {name.en}")
    yield Change(f"{owner}.{line.code}", "present", text, _BRING)
    if line.class_ == "secondary" and not facts.deferral_agreed:
        text = Text(zh="同意容缺后补", en="agree to hand it in later")
        yield Change("deferral_agreed", True, text, _BRING)
    lookup = _lookup_of(facts, line, pack)
    if lookup and facts.lookups.get(lookup) in (None, "unavailable"):
        text = Text(zh=f"{name.zh}经数据核验一致", en=f"have the {name.en} confirmed by lookup")
        yield Change(f"lookups.{lookup}", "matched", text, _CONFIRM)
    if line.code == "guardian_present":
        letter = pack.called("delegation_letter")
        text = Text(zh=f"带上{letter.zh}", en=f"bring the {letter.en}")
        yield Change("materials.delegation_letter", "present", text, _BRING)
    if line.item is not None:
        yield from _less(now, line.item, pack)


def _lookup_of(facts: Facts, line: MaterialLine, pack: Pack) -> Any:
    rules = pack.rules_on(facts.accepted_on)
    level = "application" if line.item is None else "item"
    rule = line.reasons[0].rule
    return next(one.row.lookup for one in rules.materials[level] if one.row.id == rule)


def _with_terms(changes: tuple[Change, ...], decision: Decision) -> tuple[Change, ...]:
    """A promise to hand something in later says until when."""
    days = sorted({line.due_on for line in decision.deferrals})
    if not days:
        return changes
    return tuple(
        Change(
            one.path,
            one.value,
            Text(zh=f"{one.text.zh}（{days[0]}前）", en=f"{one.text.en}, by {days[0]}"),
            one.effort,
        )
        if one.path == "deferral_agreed"
        else one
        for one in changes
    )
