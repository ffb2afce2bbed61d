"""A suspension refuses an item before scope is asked; the shipped packs have none."""

from counter_tui import packs
from intake import decide
from intake.explain import passed_over
from intake.pack import Texts, load
from tests.intake.cases import facts, item

TEXT = """
[[suspensions]]
id = "suspended-taiwan-individual"
from = 2019-08-01
to = 2023-01-07
source = "a test"
confidence = "low"
text = { zh = "暂停办理", en = "Suspended" }
when = [
    { test = "is", fact = "document", values = ["tw_permit"] },
    { test = "some_in", fact = "codes", values = ["G"] },
]
"""


def source(name: str) -> Texts:
    texts = dict(packs.shipped(name))
    return {**texts, "suspended.toml": TEXT} if name == "chengdu" else texts


def test_suspension() -> None:
    pack = load("chengdu", source)
    wanted = (item(), item("tw_permit", "endorse", "G"))
    for on, outcome in (
        ("2019-07-31", "accept"),
        ("2019-08-01", "refuse"),
        ("2023-01-07", "refuse"),
        ("2023-01-08", "accept"),
    ):
        decision = decide(facts(*wanted, on=on), pack)
        assert [line.outcome for line in decision.items] == ["accept", outcome]
        assert decision.outcome == outcome
    refused = decide(facts(*wanted, on="2020-01-01"), pack).items[1]
    assert refused.refer_to is None
    assert [reason.rule for reason in refused.reasons] == ["suspended-taiwan-individual"]
    assert all(not packs.load(name).resolved.suspensions for name in ("chengdu", "chengdu-narrow"))


def test_a_suspended_item_passes_no_rule_over() -> None:
    case = facts(item(), item("tw_permit", "endorse", "G"), on="2020-01-01")
    pack = load("chengdu", source)
    assert passed_over(case, pack, 0) and passed_over(case, pack, 1) == []
