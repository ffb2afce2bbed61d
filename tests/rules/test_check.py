"""`pack check` finds what is wrong with a pack, with file and line; layers fold as they should."""

from collections.abc import Callable
from pathlib import Path

import pytest

from counter_tui import packs
from intake import decide
from intake.pack import PackError, Texts, load
from intake.pack.check import check
from intake.pack.diff import diff
from intake.pack.layers import resolve
from tests.intake.cases import facts, item

SHIPPED = ["national", "chengdu", "chengdu-narrow"]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_packs_have_nothing_wrong(name: str) -> None:
    assert [str(one) for one in check(resolve(name, packs.shipped))] == []


def with_change(layer: str, file: str, change: Callable[[str], str]) -> Callable[[str], Texts]:
    """A source in which one file of one shipped layer is changed."""

    def source(name: str) -> Texts:
        texts = dict(packs.shipped(name))
        if name == layer:
            changed = change(texts.get(file, ""))
            assert changed != texts.get(file, "")
            texts[file] = changed
        return texts

    return source


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def layer_of(file: str) -> str:
    """The shipped layer that has the file."""
    return "national" if file in packs.shipped("national") else "chengdu"


BROKEN = [
    ("fees.toml", replaced("to = 2019-06-30\n", ""), "overlaps fee-passport-2017"),
    ("fees.toml", replaced("amount = 160", "amount = 150"), "the zh text does not say 150"),
    ("times.toml", replaced("days = 7", "days = 8"), "the en text does not say 8"),
    ("fees.toml", replaced("from = 2019-07-01", "from = 2019-07-02"), "no row from 2019-07-01"),
    ("fees.toml", replaced('code = "passport"', 'code = "pass"'), "unknown code pass"),
    (
        "fees.toml",
        replaced('"annotate", "endorse"', '"anotate", "endorse"'),
        "unknown code anotate",
    ),
    ("fees.toml", replaced('fact = "document"', 'fact = "dokument"'), "unknown fact dokument"),
    ("fees.toml", replaced('fact = "kind"', 'fact = "region"'), "not known at item level"),
    (
        "fees.toml",
        replaced('{ test = "is", fact = "document"', '{ test = "some_in", fact = "document"'),
        "does not fit",
    ),
    ("fees.toml", replaced("普通护照工本费160元", ""), "no zh text"),
    ("fees.toml", replaced('en = "Ordinary passport: 160 yuan"', 'en = " "'), "no en text"),
    ("fees.toml", replaced("to = 2019-06-30", "to = 2017-06-30"), "ends before it begins"),
    ("materials.toml", replaced('code = "photo"', 'code = "foto"'), "unknown code foto"),
    (
        "materials.toml",
        replaced('{ test = "below", fact = "age", value = 16 },\n]', "]"),
        "overlaps identity-booklet-under-16",
    ),
    ("times.toml", replaced("to = 2018-08-31", "to = 2018-08-30"), "no row from 2018-08-31"),
    ("times.toml", replaced('["endorse"]', '["endorsed"]'), "unknown code endorsed"),
    ("calendar.toml", replaced("2017-01-02", "2017-01-01"), "2017-01-01 is a weekend day"),
    ("calendar.toml", replaced("2017-01-02", "2018-01-02"), "is another year"),
    ("calendar.toml", replaced("year = 2018\n", "year = 2017\n"), "a second table for 2017"),
    ("documents.toml", replaced("G[0-9]{8}", "G[0-9{8}"), "pattern"),
]


@pytest.mark.parametrize(("file", "change", "message"), BROKEN, ids=[b[2] for b in BROKEN])
def test_a_broken_national_layer(file: str, change: Callable[[str], str], message: str) -> None:
    source = with_change("national", file, change)
    findings = [str(one) for one in check(resolve("chengdu", source))]
    hits = [one for one in findings if message in one]
    assert hits, findings
    assert all(one.startswith("national/") and ".toml:" in one for one in hits), hits


FOR_OLD = """
[[deferral]]
id = "deferral-elderly"
days = 2
unit = "working_day"
channels = ["proxy"]
on_expiry = "terminate"
extensions = 0
source = "a test"
confidence = "low"
text = { zh = "2个工作日", en = "2 working days" }
when = [{ test = "at_least", fact = "age", value = 60 }]
"""
LOSS = FOR_OLD.replace("deferral-elderly", "deferral-loss").replace(
    "days", 'codes = ["loss_statement"]\ndays', 1
)
LOSS_TWICE = LOSS + LOSS.replace("deferral-loss", "deferral-lost")
ANY = "on_expiry ="
FROM_60 = f'when = [{{ test = "at_least", fact = "age", value = 60 }}]\n{ANY}'

CITY = [
    ("scope.toml", replaced("order = 1000\noutcome", "order = 5\noutcome"), "is never reached"),
    ("scope.toml", replaced("order = 20\n", "order = 10\n"), "same order as"),
    ("scope.toml", replaced('refer_to = "district_hall"\n', ""), "refer_to belongs"),
    ("scope.toml", lambda t: t.replace('values = ["police_station"', 'values = ["polis"'), "polis"),
    ("post.toml", replaced("to = 2018-04-30\n", "to = 2018-04-29\n"), "no row from 2018-04-30"),
    ("post.toml", replaced("to = 2018-04-30\n", ""), "overlaps postage-2017"),
    ("hours.toml", replaced("closes = 17:00:00", "closes = 08:00:00"), "closes before it opens"),
    ("halls.toml", replaced('hours = "hall"', 'hours = "hal"'), "unknown hours hal"),
    ("halls.toml", lambda t: t.replace('"district_hall"', '"city_centre"'), "and sites has none"),
    ("intake.toml", replaced("deferral-secondary", "photo"), "materials has a row of this id"),
    ("scope.toml", lambda t: t.replace("hukou_class", "age"), "age is the name of a fact"),
    ("scope.toml", replaced('"permit_place"', '"hukou_class"'), "cannot rest on another term"),
    ("intake.toml", lambda t: t + FOR_OLD, "overlaps deferral-secondary on 2017-07-01: age=60"),
    ("intake.toml", lambda t: t.replace(ANY, FROM_60), "gap: no row from 2017-07-01: age=59"),
    ("intake.toml", lambda t: t + LOSS_TWICE, "overlaps deferral-loss"),
]


@pytest.mark.parametrize(("file", "change", "message"), CITY, ids=[b[2] for b in CITY])
def test_a_broken_city_layer(file: str, change: Callable[[str], str], message: str) -> None:
    findings = [str(one) for one in check(resolve("chengdu", with_change("chengdu", file, change)))]
    assert any(message in one and one.startswith("chengdu/") for one in findings), findings


def test_the_line_is_the_line() -> None:
    source = with_change("national", "fees.toml", replaced('code = "passport"', 'code = "pass"'))
    (finding,) = check(resolve("chengdu", source))
    text = source("national")["fees.toml"].splitlines()
    assert text[int(str(finding).split(":")[1]) - 1] == 'code = "pass"'


def test_a_gap_stands_beside_the_authors_own_row() -> None:
    text = (
        '[[postage]]\nid = "postage-2018"\nledger = "carrier"\namount = 12\nfrom = 2020-01-01\n'
        'source = "a test"\nconfidence = "low"\ntext = { zh = "12元", en = "12 yuan" }\n'
    )
    source = with_change("chengdu-narrow", "mine.toml", lambda _: text)
    (finding,) = check(resolve("chengdu-narrow", source))
    assert str(finding).startswith("chengdu-narrow/mine.toml:1: postage: gap: no row from 2018-05")


def test_rows_that_ended_before_a_later_pack_begins_are_no_finding() -> None:
    begins = with_change("chengdu-narrow", "pack.toml", lambda t: "begins = 2024-01-01\n" + t)
    assert check(resolve("chengdu-narrow", begins)) == []


UNREADABLE = [
    ("fees.toml", replaced("amount = 160", "amount = -1"), "amount"),
    ("fees.toml", replaced("amount = 160", "amount = 160.0"), "amount"),
    ("fees.toml", replaced("amount = 160", "amuont = 160"), "amuont"),
    ("fees.toml", replaced('test = "is_not"', 'test = "isnt"'), "isnt"),
    ("fees.toml", replaced('id = "fee-passport-2017"\n', ""), "no id"),
    ("fees.toml", replaced('id = "fee-passport-2019"', 'id = "fee-passport-2017"'), "twice"),
    ("fees.toml", replaced('source = "发改价格〔2017〕1186号"\n', ""), "source"),
    ("fees.toml", replaced("[[card_fees]]", "[[card_fee]]"), "unknown table card_fee"),
    ("fees.toml", replaced('zh = "普通护照工本费160元", ', ""), "zh"),
    ("fees.toml", replaced("amount = 160", "amount = "), "fees.toml:11: Invalid"),
    ("fees.toml", lambda t: '[card_fees]\nid = "x"\n', "fees.toml:1: each row of card_fees"),
    ("fees.toml", lambda t: "card_fees = 1\n", "fees.toml:1: each row of card_fees"),
    ("fees.toml", lambda t: "card_fees = [1]\n", "fees.toml:1: each row of card_fees"),
    ("fees.toml", lambda t: "common = 1\n", "fees.toml:1: common is no table"),
    ("fees.toml", lambda t: "\n[[card_fees]\n", "fees.toml:2: Expected"),
    ("fees.toml", lambda t: '\n\na = "b', "fees.toml:3: Unterminated string"),
    ("pack.toml", replaced('version = "2018.05"\n', ""), "pack.toml:1: version is missing"),
    ("pack.toml", replaced("2018.05", "1"), "national/pack.toml:4: version: String should match"),
    ("pack.toml", lambda t: "extends = 1\n" + t, "national/pack.toml:1: extends is not a name"),
    ("pack.toml", replaced("begins = 2017-07-01\n", ""), "begins"),
    ("pack.toml", replaced("2017-07-01", '"2017-07-01"'), "begins: a day is written 2019-07-01"),
    ("fees.toml", replaced("2019-07-01", '"2019-07-01"'), "from: a day is written 2019-07-01"),
    ("fees.toml", replaced("2019-07-01", "2019-07-01T00:00:00"), "2019: from: a day is written"),
    ("fees.toml", replaced("2019-07-01", "2019-07-01T00:00:00Z"), "from: a day is written"),
    ("fees.toml", replaced("2019-06-30", "1561852800"), "to: a day is written 2019-07-01"),
    ("calendar.toml", replaced("2017-01-02", '"2017-01-02"'), "off.0: a day is written"),
    ("hours.toml", replaced("09:00:00", '"09:00:00"'), "opens: a time is written 09:00:00"),
    ("pack.toml", replaced('name = "national"', 'name = "nation"'), "name is not national"),
]


@pytest.mark.parametrize(("file", "change", "message"), UNREADABLE, ids=[u[2] for u in UNREADABLE])
def test_a_pack_that_cannot_be_read(file: str, change: Callable[[str], str], message: str) -> None:
    with pytest.raises(PackError) as caught:
        load("chengdu", with_change(layer_of(file), file, change))
    assert message in str(caught.value)


def test_everything_unreadable_is_named_at_once() -> None:
    source = with_change(
        "national", "fees.toml", lambda t: t.replace("amount = 80\n", "amuont = 80\n")
    )
    with pytest.raises(PackError) as caught:
        resolve("chengdu", source)
    every = [str(one) for one in (caught.value, *caught.value.others)]
    text = source("national")["fees.toml"].splitlines()
    wrong = [number for number, line in enumerate(text, 1) if line == "amuont = 80"]
    assert len(wrong) > 2
    assert every == [one for one in every if "amuont is unknown here" in one]
    assert [int(one.split(":")[1]) for one in every] == wrong


def test_layers() -> None:
    with pytest.raises(PackError, match="there is no pack nowhere"):
        load("nowhere", packs.shipped)
    with pytest.raises(PackError, match=r"there is no pack gone \(extended by chengdu\)"):
        load("chengdu", with_change("chengdu", "pack.toml", replaced("national", "gone")))
    with pytest.raises(PackError, match="extends itself"):
        source = with_change("national", "pack.toml", lambda t: t + '\nextends = "chengdu"\n')
        load("chengdu", source)
    with pytest.raises(PackError, match="base"):
        packs.load("national")
    narrow = packs.load("chengdu-narrow").resolved
    assert [layer.name for layer in narrow.layers] == SHIPPED
    assert (narrow.version, str(narrow.begins), narrow.base) == ("2023.01", "2017-07-01", False)


def test_a_layer_replaces_a_row_by_id() -> None:
    text = """
[[waivers]]
id = "postage-waiver-age"
order = 10
ground = "age"
proof = "identity_read"
source = "a test"
confidence = "assumption"
text = { zh = "65", en = "65" }
when = [{ test = "at_least", fact = "age", value = 65 }]
"""
    source = with_change("chengdu-narrow", "waivers.toml", lambda old: old + text)
    changed = load("chengdu-narrow", source)
    rows = [row for row in changed.resolved.waivers if row.id == "postage-waiver-age"]
    assert [row.text.en for row in rows] == ["65"]
    (one,) = diff(packs.load("chengdu-narrow").resolved, changed.resolved)
    assert one.change == "changed" and "age 60 or more → age 65 or more" in one.text.en
    assert changed.sha256 != packs.load("chengdu-narrow").sha256


def test_diff_says_what_changes_for_whom() -> None:
    before, after = packs.load("chengdu").resolved, packs.load("chengdu-narrow").resolved
    changes = diff(before, after)
    assert [one.row for one in changes] == [
        "scope-narrow-functionary",
        "scope-narrow-first-chengdu",
        "scope-narrow-taiwan-endorsement",
    ]
    assert "from 2023-01-08" in changes[1].text.en and "police station" in changes[1].text.en
    assert "自2023-01-08起" in changes[1].text.zh
    assert [one.change for one in diff(after, before)] == ["removed"] * 3
    assert diff(before, before) == []


CHANGES = [
    (
        "post.toml",
        replaced("amount = 10", "amount = 12"),
        "自2018-05-01起，任何情况：邮寄资费每件10元（金额 10 → 12）",
        "from 2018-05-01, in every case: Postage: 10 yuan a parcel (amount 10 → 12)",
    ),
    (
        "intake.toml",
        replaced('"online", "proxy"', '"online"'),
        "一直，任何情况：次要材料可容缺，5个工作日内补齐；逾期终止办理（补交方式 -他人代交）",
        "(channels -by another person)",
    ),
    (
        "intake.toml",
        replaced('on_expiry = "terminate"', 'on_expiry = "withdrawn"'),
        "（逾期处理 终止办理 → 视为撤回）",
        "(when it runs out terminate → deemed withdrawn)",
    ),
    (
        "scope.toml",
        replaced("to = 2019-03-31\n", ""),
        "（截止日 2019-03-31 → 无）",
        "(last day 2019-03-31 → none)",
    ),
    (
        "hours.toml",
        replaced("opens = 09:00:00", "opens = 08:30:00"),
        "一直，时段 police，开门 08:30:00，关门 17:00:00（开门 09:00:00 → 08:30:00）",
        "profile police, opens 08:30:00, closes 17:00:00 (opens 09:00:00 → 08:30:00)",
    ),
]


@pytest.mark.parametrize(("file", "change", "zh", "en"), CHANGES, ids=[c[3] for c in CHANGES])
def test_a_change_in_a_sentence(file: str, change: Callable[[str], str], zh: str, en: str) -> None:
    after = load("chengdu", with_change("chengdu", file, change)).resolved
    (one,) = diff(packs.load("chengdu").resolved, after)
    assert one.change == "changed" and one.text.zh.startswith("改变：")
    assert one.text.zh.endswith(zh) and one.text.en.endswith(en)


def test_a_calendars_change_names_the_days() -> None:
    change = replaced("2026-01-01, 2026-01-02,", "2026-01-02, 2026-01-05,")
    after = load("chengdu", with_change("national", "calendar.toml", change)).resolved
    (one,) = diff(packs.load("chengdu").resolved, after)
    assert one.text.zh.endswith("（放假 -2026-01-01、+2026-01-05）")


def test_the_city_in_the_manual_is_a_whole_pack() -> None:
    manual = Path("docs/rules.md").read_text(encoding="utf-8")
    text = manual.split('```toml\nname = "mianyang"')[1].split("```")[0]

    def source(name: str) -> Texts:
        if name == "mianyang":
            return {"pack.toml": 'name = "mianyang"' + text}
        return packs.shipped(name)

    assert [str(one) for one in check(resolve("mianyang", source))] == []
    wanted = item("passport", "reissue_lost", missing=("loss_statement",))
    decision = decide(facts(wanted, hukou="510703", on="2024-03-04"), load("mianyang", source))
    assert decision.outcome == "accept_with_deferral" and decision.totals.carrier == 15
    assert str(decision.deferrals[0].due_on) == "2024-03-07"


def test_every_row_has_its_bookkeeping() -> None:
    assert Path("intake/packs").is_dir()
    for name in SHIPPED:
        for table in resolve(name, packs.shipped).resolved.model_dump().values():
            for row in table if isinstance(table, tuple) else ():
                if "id" in row:
                    assert row["source"] and row["confidence"], row["id"]
