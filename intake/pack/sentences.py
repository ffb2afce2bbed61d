"""Conditions and rows in words, in both languages."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from intake.decision import Text
from intake.pack.conditions import (
    AllIn,
    AnyOf,
    AtLeast,
    Below,
    CertificateOfApplicant,
    Condition,
    InForce,
    Is,
    IsNot,
    NoneOf,
    NotAll,
    SomeIn,
    SomeOutside,
    StartsWith,
)
from intake.pack.rows import Row

Names = Mapping[str, Text]
"""What people call a code (a pack's `names`)."""

_FACTS: Final[dict[str, tuple[str, str]]] = {
    "site_kind": ("受理地点", "place"),
    "age": ("年龄", "age"),
    "hukou_code": ("户籍代码", "hukou code"),
    "hukou_class": ("户籍", "hukou"),
    "identity_evidence": ("身份核验方式", "identity evidence"),
    "registered_functionary": ("登记备案", "registered functionary"),
    "military": ("现役军人", "serving in the armed forces"),
    "permit_place": ("居住证签发地", "residence permit's place"),
    "permit_valid_to": ("居住证有效期", "residence permit"),
    "permit_counts": ("本市有效居住证", "residence permit of this city"),
    "disability_certificate": ("残疾人证", "disability certificate"),
    "delivery_method": ("领取方式", "delivery"),
    "accepted_kinds": ("事项类别", "kinds of items"),
    "accepted_documents": ("证件", "documents"),
    "document": ("证件", "document"),
    "kind": ("类别", "kind"),
    "codes": ("签注种类", "endorsements"),
    "forms": ("证件形式", "document forms"),
    "region": ("签注地区", "region"),
    "code": ("签注种类", "endorsement"),
    "entries": ("次数", "entries"),
    "months": ("有效月数", "months of validity"),
}
_LOOKUPS: Final[dict[str, tuple[str, str]]] = {
    "guardianship": ("监护关系", "guardianship"),
    "kinship": ("亲属关系", "kinship"),
    "business_registry": ("工商登记", "business registry"),
    "tax": ("税务", "tax"),
    "social_insurance": ("社保", "social insurance"),
    "residence": ("居住证", "residence"),
    "disability": ("残疾人证", "disability"),
}
_VALUES: Final[dict[object, tuple[str, str]]] = {
    True: ("是", "yes"),
    False: ("否", "no"),
    "chip": ("芯片", "chip"),
    "temporary_card": ("临时身份证", "temporary card"),
    "not_needed": ("无需同意", "no consent needed"),
    "consent_needed": ("须单位同意", "consent needed"),
    "unavailable": ("暂不可查", "unavailable"),
    "matched": ("一致", "matched"),
    "mismatch": ("不一致", "mismatch"),
    "not_asked": ("未查询", "not asked"),
    "present": ("已提交", "present"),
    "missing": ("未提交", "missing"),
    "post": ("邮寄", "post"),
    "pickup": ("自取", "pickup"),
    "single": ("一次", "single"),
    "double": ("二次", "double"),
    "multiple": ("多次", "multiple"),
    "card": ("卡式", "card"),
    "booklet": ("本式", "booklet"),
    "working_day": ("工作日", "working days"),
    "calendar_day": ("自然日", "calendar days"),
    "treasury": ("国库", "treasury"),
    "carrier": ("邮政", "carrier"),
    "core": ("核心材料", "core"),
    "secondary": ("次要材料", "secondary"),
    "verified": ("已核验", "verified"),
    "deferred": ("容缺", "to follow"),
    "accept": ("受理", "accept"),
    "refer": ("转介", "refer"),
    "refuse": ("不予受理", "refuse"),
    "terminate": ("终止办理", "terminate"),
    "revoke": ("撤销受理", "revoke"),
    "withdrawn": ("视为撤回", "deemed withdrawn"),
    "window": ("窗口", "at the window"),
    "online": ("网上", "online"),
    "proxy": ("他人代交", "by another person"),
    "HK": ("香港", "Hong Kong"),
    "MO": ("澳门", "Macao"),
    "TW": ("台湾", "the Taiwan region"),
}
_KEYS: Final[dict[str, tuple[str, str]]] = {
    "from": ("起始日", "first day"),
    "to": ("截止日", "last day"),
    "source": ("依据", "source"),
    "confidence": ("可信度", "confidence"),
    "note": ("备注", "note"),
    "order": ("顺序", "order"),
    "outcome": ("结论", "outcome"),
    "refer_to": ("转往", "refers to"),
    "amount": ("金额", "amount"),
    "ledger": ("账目", "ledger"),
    "days": ("天数", "days"),
    "unit": ("单位", "unit"),
    "years": ("年限", "years"),
    "channels": ("补交方式", "channels"),
    "on_expiry": ("逾期处理", "when it runs out"),
    "extensions": ("可延期次数", "extensions"),
    "class": ("材料类别", "class"),
    "lookup": ("数据核验", "lookup"),
    "status": ("状态", "status"),
    "value": ("值", "value"),
    "off": ("放假", "days off"),
    "on": ("上班的周末", "weekend days worked"),
    "year": ("年份", "year"),
    "published": ("已公布", "published"),
    "opens": ("开门", "opens"),
    "closes": ("关门", "closes"),
    "weekdays": ("星期", "weekdays"),
    "weekend": ("周末", "weekend"),
    "name": ("名称", "name"),
    "address": ("地址", "address"),
    "hours": ("开放时间", "hours"),
    "position": ("位置", "position"),
    "numbers": ("号码形式", "forms of the number"),
    "legs": ("程数", "legs"),
    "ground": ("减免事由", "ground"),
    "proof": ("证明", "proof"),
    "code": ("代码", "code"),
    "codes": ("代码", "codes"),
    "profile": ("时段", "profile"),
    "leap_birthday": ("闰日生日", "birthday of 29 February"),
}


def key_name(key: str) -> Text:
    """What people call a row's key."""
    return _pair(_KEYS[key]) if key in _KEYS else _same(key)


def fact_name(fact: str, names: Names) -> Text:
    """What people call a fact."""
    if fact in _FACTS:
        return _pair(_FACTS[fact])
    owner, _, code = fact.partition(".")
    if owner == "material":
        return names.get(code) or _same(code)
    if owner == "lookup":
        zh, en = _LOOKUPS[code]
        return Text(zh=f"{zh}数据核验", en=f"{en} lookup")
    return _same(fact)


def value_name(value: object, names: Names) -> Text:
    """What people call a value of a fact."""
    if isinstance(value, str) and value in names:
        return names[value]
    if value is None or value == []:
        return Text(zh="无", en="none")
    if isinstance(value, list | tuple):
        return _join([value_name(one, names) for one in value], "、", ", ")
    return _pair(_VALUES[value]) if value in _VALUES else _same(str(value))


def condition(one: Condition, names: Names) -> Text:
    """A condition as a clause."""
    if isinstance(one, AnyOf | NoneOf | NotAll):
        return _group(one, names)
    fact = fact_name(one.fact, names)
    match one:
        case AtLeast(value=value):
            return Text(zh=f"{fact.zh}达到{value}", en=f"{fact.en} {value} or more")
        case Below(value=value):
            return Text(zh=f"{fact.zh}不足{value}", en=f"{fact.en} under {value}")
        case InForce():
            return Text(zh=f"{fact.zh}未过期", en=f"{fact.en} not expired")
        case CertificateOfApplicant():
            return Text(zh="残疾人证号码与本人相符", en="disability certificate is the applicant's")
    values = _join([value_name(value, names) for value in one.values], "、", " or ")
    match one:
        case Is():
            return Text(zh=f"{fact.zh}为{values.zh}", en=f"{fact.en} is {values.en}")
        case IsNot():
            return Text(zh=f"{fact.zh}不为{values.zh}", en=f"{fact.en} is not {values.en}")
        case StartsWith():
            return Text(zh=f"{fact.zh}以{values.zh}开头", en=f"{fact.en} starts with {values.en}")
        case SomeIn():
            return Text(zh=f"{fact.zh}含{values.zh}", en=f"{fact.en} include {values.en}")
        case SomeOutside():
            return Text(
                zh=f"{fact.zh}含{values.zh}以外的", en=f"{fact.en} include others than {values.en}"
            )
        case AllIn():
            return Text(zh=f"{fact.zh}均为{values.zh}", en=f"all {fact.en} are {values.en}")


def _group(one: AnyOf | NoneOf | NotAll, names: Names) -> Text:
    parts = [condition(part, names) for part in one.of]
    match one:
        case AnyOf():
            return _join(parts, "或", " or ")
        case NoneOf():
            inner = _join(parts, "或", " or ")
            return Text(zh=f"非（{inner.zh}）", en=f"not ({inner.en})")
        case NotAll():
            inner = _join(parts, "且", " and ")
            return Text(zh=f"非（{inner.zh}）", en=f"not ({inner.en})")


def conditions(when: Sequence[Condition], names: Names) -> Text:
    """All conditions of a row as one clause; of none: in every case."""
    if not when:
        return Text(zh="任何情况", en="in every case")
    return _join([condition(one, names) for one in when], "，", ", ")


def days(row: Row) -> Text:
    """When a row holds."""
    match row.from_, row.to:
        case None, None:
            return Text(zh="一直", en="at any time")
        case date() as begin, None:
            return Text(zh=f"自{begin}起", en=f"from {begin}")
        case None, date() as end:
            return Text(zh=f"至{end}", en=f"to {end}")
    return Text(zh=f"{row.from_}至{row.to}", en=f"from {row.from_} to {row.to}")


def _join(texts: Sequence[Text], zh: str, en: str) -> Text:
    return Text(zh=zh.join(t.zh for t in texts), en=en.join(t.en for t in texts))


def _pair(words: tuple[str, str]) -> Text:
    return Text(zh=words[0], en=words[1])


def _same(word: Any) -> Text:
    return Text(zh=str(word), en=str(word))
