"""Personal data as bystanders may see it."""

import pytest

from counter_tui.case import masking


@pytest.mark.parametrize(
    ("full", "masked"),
    [("张三", "张*"), ("欧阳娜娜", "欧阳*"), ("欧阳", "欧*"), ("", ""), ("阿", "阿*")],
)
def test_names_keep_the_surname(full: str, masked: str) -> None:
    assert masking.name(full) == masked


def test_numbers_keep_three_and_four() -> None:
    assert masking.number("510107195805161235") == "510***********1235"
    assert masking.phone("13812345678") == "138****5678"
    assert masking.phone("12345") == "*****"


def test_addresses_end_at_the_street() -> None:
    assert masking.street("四川省成都市武侯区武侯祠大街1号2单元").endswith("区武侯祠大街***")
    assert masking.certificate("51010719580516123543") == "********"
