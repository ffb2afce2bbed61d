"""`diff`: what changes between two packs, and for whom, in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from intake.decision import Text
from intake.pack import sentences
from intake.pack.resolved import TABLES, Resolved, rows_of
from intake.pack.rows import NameRow, Row, Rule, SiteRow

Change = Literal["added", "removed", "changed"]
_BOOKKEEPING = {"id", "source", "confidence", "note", "text", "when", "from", "to"}


@dataclass(frozen=True, slots=True)
class Changed:
    """One row that two packs do not share, and the sentence about it."""

    table: str
    row: str
    change: Change
    text: Text


def diff(before: Resolved, after: Resolved) -> list[Changed]:
    """Row by row what `after` adds, takes away or changes."""
    return list(_changes(before, after))


def _changes(before: Resolved, after: Resolved) -> Iterator[Changed]:
    names = {row.code: row.name for pack in (before, after) for row in pack.names}
    for table in TABLES:
        old = {row.id: row for row in rows_of(before, table)}
        new = {row.id: row for row in rows_of(after, table)}
        for identifier in dict.fromkeys([*old, *new]):
            was, is_now = old.get(identifier), new.get(identifier)
            if was is None and is_now is not None:
                yield Changed(table, identifier, "added", _added(is_now, names))
            elif is_now is None and was is not None:
                yield Changed(table, identifier, "removed", _removed(was, names))
            elif was is not None and is_now is not None and was != is_now:
                yield Changed(table, identifier, "changed", _changed(was, is_now, names))


def _added(row: Row, names: sentences.Names) -> Text:
    said = said_of(row, names)
    return Text(zh=f"新增：{said.zh}", en=f"New: {said.en}")


def _removed(row: Row, names: sentences.Names) -> Text:
    said = said_of(row, names)
    return Text(zh=f"取消：{said.zh}", en=f"Gone: {said.en}")


def _changed(was: Row, now: Row, names: sentences.Names) -> Text:
    old, new = _values(was), _values(now)
    parts = [
        _part(key, old.get(key), new.get(key), names)
        for key in dict.fromkeys([*old, *new])
        if key not in ("when", "text") and old.get(key) != new.get(key)
    ]
    zh, en = [part.zh for part in parts], [part.en for part in parts]
    if isinstance(was, Rule) and isinstance(now, Rule):
        if was.when != now.when:
            whom_old = sentences.conditions(was.when, names)
            whom_new = sentences.conditions(now.when, names)
            zh.append(f"适用对象 {whom_old.zh} → {whom_new.zh}")
            en.append(f"for: {whom_old.en} → {whom_new.en}")
        if was.text != now.text:
            zh.append(f"“{was.text.zh}” → “{now.text.zh}”")
            en.append(f'"{was.text.en}" → "{now.text.en}"')
    said = said_of(now, names)
    return Text(
        zh=f"改变：{said.zh}（{'；'.join(zh)}）", en=f"Changed: {said.en} ({'; '.join(en)})"
    )


def _part(key: str, old: Any, new: Any, names: sentences.Names) -> Text:
    """One value that changed; of a list only what came and what went."""
    called = sentences.key_name(key)
    if isinstance(old, list) and isinstance(new, list):
        went = [f"-{_said(one, names).zh}" for one in old if one not in new]
        came = [f"+{_said(one, names).zh}" for one in new if one not in old]
        went_en = [f"-{_said(one, names).en}" for one in old if one not in new]
        came_en = [f"+{_said(one, names).en}" for one in new if one not in old]
        return Text(
            zh=f"{called.zh} {'、'.join(went + came)}",
            en=f"{called.en} {', '.join(went_en + came_en)}",
        )
    before, after = _said(old, names), _said(new, names)
    return Text(
        zh=f"{called.zh} {before.zh} → {after.zh}", en=f"{called.en} {before.en} → {after.en}"
    )


def _said(value: Any, names: sentences.Names) -> Text:
    if isinstance(value, dict):
        return Text(zh=str(value.get("zh", value)), en=str(value.get("en", value)))
    return sentences.value_name(value, names)


def said_of(row: Row, names: sentences.Names) -> Text:
    """A row in one sentence: when, for whom, what."""
    days = sentences.days(row)
    if isinstance(row, Rule):
        whom = sentences.conditions(row.when, names)
        return Text(
            zh=f"{days.zh}，{whom.zh}：{row.text.zh}", en=f"{days.en}, {whom.en}: {row.text.en}"
        )
    if isinstance(row, SiteRow | NameRow):
        return Text(
            zh=f"{days.zh}，{row.name.zh}（{row.id}）", en=f"{days.en}, {row.name.en} ({row.id})"
        )
    values = {k: v for k, v in _values(row).items() if k not in _BOOKKEEPING}
    called = [
        (sentences.key_name(key), _short(value)) for key, value in values.items() if value != []
    ]
    return Text(
        zh=f"{days.zh}，" + "，".join(f"{key.zh} {value}" for key, value in called),
        en=f"{days.en}, " + ", ".join(f"{key.en} {value}" for key, value in called),
    )


def _values(row: Row) -> dict[str, Any]:
    return row.model_dump(mode="json", by_alias=True, exclude_none=True)


def _short(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
