"""Clerk and supervisor sign with their cards at the real terminal."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from counter_tui import enrolment
from counter_tui.address.book import FILE
from counter_tui.keys.pki_card import CardSigner
from tests.e2e.tmux import Tmux
from tests.keys import cards
from tests.store.homes import PIN, QUICK, Home, end_agent, enrolled, make

NAMES = {"clerk": "样本", "supervisor": "值班"}


@pytest.fixture
def home(tmp_path: Path, divisions: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A station whose clerk and supervisor have cards; an application waits for the latter."""
    monkeypatch.setenv("SOFTHSM2_CONF", cards.reader(tmp_path))
    home = enrolled(tmp_path / "home")
    (home.path / FILE).hardlink_to(divisions)
    (home.path / "counter.toml").write_text("[readers]\nuris = []\n")
    inserted = {"clerk": cards.insert("c-card"), "supervisor": cards.insert("s-card")}
    for role, card in inserted.items():
        id, place = f"{role[0]}-card", CardSigner(*card, PIN).place()
        enrolment.add_clerk(home.path, home.key, id, f"持卡{NAMES[role]}", role, PIN, place, QUICK)
    with home.store() as store:
        store.contact.made()
        store.accept_pending_approval(make(home.station, 6))
    yield home
    end_agent(home.path)


def test_a_card_signs_in_and_another_approves(home: Home) -> None:
    environment = {"COUNTER_HOME": str(home.path), "PYTHONPATH": str(Path.cwd())}
    with Tmux(
        f"exec {sys.executable} -m counter_tui run --config {home.path / 'counter.toml'}",
        environment=environment,
    ) as terminal:
        terminal.wait_for(">样本警员", 30)
        terminal.keys("Down")
        terminal.wait_for(">持卡样本")
        terminal.type(PIN)
        terminal.keys("Enter")
        terminal.wait_for("请将身份证放在", 30)
        assert "持卡样本" in terminal.screen().splitlines()[0]
        terminal.keys("C-g")
        terminal.wait_for("去往")
        terminal.keys("3")
        terminal.wait_for("等待值班负责人批准")
        terminal.keys("Enter")
        terminal.wait_for("怎么处理")
        terminal.keys("Enter")
        terminal.wait_for("由值班负责人说明理由并批准\n")
        terminal.type("已核对")
        terminal.keys("Enter")
        terminal.wait_for("s-card")
        terminal.type(PIN)
        terminal.keys("Enter")
        # Whether the agent has found by now that the centre is away or not.
        terminal.wait_for("已批准|中心不可达：已记下", 30)
    with home.store() as store:
        said = [one for one in store.audit.list() if one.event in ("approved", "approval_asked")]
        assert [(one.clerk, one.detail["by"]) for one in said] == [("c-card", "s-card")]
