"""The veil over a line: people met are hidden wherever they stand, to the line's last letter."""

from counter_tui.support.veil import Veil


def test_a_line_that_ends_with_part_of_a_longer_value_is_read_to_its_end() -> None:
    veil = Veil()
    veil.meet({"name": "样本甲乙", "phone": "13800005678"})
    veil.meet({"name": "样本"})

    shown = veil.text("申请人 样本")

    assert "样本" not in shown and shown.startswith("申请人 ")
    assert "样本甲乙" not in veil.text("样本甲乙 13800005678")
