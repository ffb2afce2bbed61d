"""Which materials are asked for, what state each is in, and which may follow later (容缺)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intake.decision import (
    DeferralLine,
    MaterialClass,
    MaterialLine,
    MaterialStatus,
    NoticeLine,
    Reason,
    Text,
    Warning_,
)
from intake.facts import Facts
from intake.model import made
from intake.pack.catalogue import NOT_ASKED
from intake.pack.pack import Pack, Rules
from intake.pack.rows import DeferralRow, MaterialRow, WarningRow
from intake.pack.table import Live

View = dict[str, Any]


@dataclass(slots=True)
class _Asked:
    """One material asked for. `status` None: neither present nor verified."""

    rule: Live[MaterialRow]
    item: int | None
    view: View
    class_: MaterialClass
    status: MaterialStatus | None
    answer: str

    @property
    def mismatch(self) -> bool:
        return self.answer == "mismatch"


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything about the materials of one application."""

    lines: tuple[MaterialLine, ...]
    deferrals: tuple[DeferralLine, ...]
    notice: tuple[NoticeLine, ...]
    warnings: tuple[Warning_, ...]
    open_items: frozenset[int | None]
    """Whose materials are deferred or missing; None stands for the application's own."""


def look_at(
    facts: Facts, pack: Pack, rules: Rules, application: View, items: Mapping[int, View]
) -> Papers:
    """Ask for the materials of the application and of its accepted `items` (by index).

    Nothing is asked, and nothing warned of, when no item is accepted.
    """
    if not items:
        return Papers((), (), (), (), frozenset())
    asked = list(_ask(rules, application, items))
    core_missing = any(one.status is None and one.class_ == "core" for one in asked)
    may_follow = facts.deferral_agreed and not core_missing
    lines: list[MaterialLine] = []
    deferrals: list[DeferralLine] = []
    notice: list[NoticeLine] = []
    open_items: set[int | None] = set()
    for one in asked:
        row, status = one.rule.row, one.status
        if status is None:
            open_items.add(one.item)
            follows = may_follow and one.class_ == "secondary"
            rule = _deferral(rules, row.code, one.view) if follows else None
            if rule is None:
                status = "missing"
                notice.append(made(NoticeLine, code=row.code, item=one.item, text=row.text))
            else:
                status = "deferred"
                deferrals.append(_follow(facts, pack, rule, one))
        lines.append(
            made(
                MaterialLine,
                code=row.code,
                item=one.item,
                class_=one.class_,
                status=status,
                reasons=_reasons(rules, one),
            )
        )
    return Papers(
        tuple(lines),
        tuple(deferrals),
        tuple(notice),
        tuple(_warnings(pack, rules, application, asked)),
        frozenset(open_items),
    )


def _ask(rules: Rules, application: View, items: Mapping[int, View]) -> Iterator[_Asked]:
    yield from _ask_at(rules, "application", None, application)
    for index, view in items.items():
        yield from _ask_at(rules, "item", index, view)


def _ask_at(rules: Rules, level: str, item: int | None, view: View) -> Iterator[_Asked]:
    seen: set[str] = set()
    for rule in rules.materials[level].applying(view):
        if rule.row.code not in seen:
            seen.add(rule.row.code)
            yield _state(rule, item, view)


def _state(rule: Live[MaterialRow], item: int | None, view: View) -> _Asked:
    row = rule.row
    answer = view[f"lookup.{row.lookup}"] if row.lookup else NOT_ASKED
    status = row.status
    if status is None:
        if answer == "matched":
            status = "verified"
        elif view[f"material.{row.code}"] == "present":
            status = "present"
    elif status == "missing":
        status = None
    # A lookup that contradicts makes the material one that cannot wait.
    class_ = "core" if answer == "mismatch" else row.class_
    return _Asked(rule, item, view, class_, status, answer)


def _reasons(rules: Rules, one: _Asked) -> tuple[Reason, ...]:
    reason = one.rule.reason(one.view)
    if one.answer == NOT_ASKED:
        return (reason,)
    looked_up = reason.model_copy(
        update={"inputs": {**reason.inputs, f"lookup.{one.rule.row.lookup}": one.answer}}
    )
    if not one.mismatch:
        return (looked_up,)
    warned = (w for w in rules.warnings.applying(one.view) if w.row.on == "mismatch")
    return (looked_up, *(w.reason(one.view) for w in warned))


def _deferral(rules: Rules, code: str, view: View) -> Live[DeferralRow] | None:
    general = None
    for rule in rules.deferral.applying(view):
        if code in rule.row.codes:
            return rule
        if not rule.row.codes and general is None:
            general = rule
    return general


def _follow(facts: Facts, pack: Pack, rule: Live[DeferralRow], one: _Asked) -> DeferralLine:
    row = rule.row
    due = pack.working_days.due(facts.accepted_on, row.days, row.unit)
    return made(
        DeferralLine,
        code=one.rule.row.code,
        item=one.item,
        due_on=due.on,
        provisional=due.provisional,
        channels=row.channels,
        on_expiry=row.on_expiry,
        reasons=(rule.reason(one.view),),
    )


def _warnings(
    pack: Pack, rules: Rules, application: View, asked: list[_Asked]
) -> Iterator[Warning_]:
    contradicted = dict.fromkeys(one.rule.row.code for one in asked if one.mismatch)
    for rule in rules.warnings.applying(application):
        if rule.row.on == "application":
            yield made(Warning_, code=rule.row.code, text=rule.row.text)
        elif rule.row.on == "mismatch" and contradicted:
            yield _about(rule.row, [pack.called(code) for code in contradicted])


def _about(row: WarningRow, materials: Sequence[Text]) -> Warning_:
    zh = "、".join(one.zh for one in materials)
    en = ", ".join(one.en for one in materials)
    text = Text(zh=row.text.zh.replace("{material}", zh), en=row.text.en.replace("{material}", en))
    return Warning_(code=row.code, text=text)
