"""Made-up people for the demo and the tests: every boundary the rules have, no living person.

Names say that they are samples (样本…). The three sequence digits of each number are 996-999, which
are set aside for centenarians, so that nobody of the ages here can hold such a number.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from devices.virtual.cards import (
    CardData,
    ForeignerCard2017,
    ForeignerCard2023,
    ResidencePermit,
    ResidentCard,
    templates,
)

CHENGDU = (
    ("510104", "锦江", ("红星路三段", "东大街", "书院西街")),
    ("510105", "青羊", ("人民中路二段", "八宝街", "清江东路")),
    ("510106", "金牛", ("一环路北三段", "交大路", "茶店子路")),
    ("510107", "武侯", ("武侯祠大街", "桐梓林北路", "一环路南四段")),
    ("510108", "成华", ("建设路", "二环路东二段", "双林路")),
    ("510112", "龙泉驿", ("驿都中路", "北泉路")),
    ("510116", "双流", ("棠湖西路一段", "东升街")),
)
STEMS = "甲乙丙丁戊己庚辛壬癸"
ETHNIC = ("01", "01", "01", "01", "04", "07", "33", "11")
"""汉 for the most part; 藏, 彝, 羌 and 满 as Sichuan has them."""


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up person. `key` is for commands, `about` says in English what the sample shows."""

    key: str
    about: str
    card: CardData = field(repr=False)
    disability_certificate: str | None = field(default=None, repr=False)


def check_character(body: str) -> str:
    """The eighteenth character of a citizen number (MOD 11-2 of GB 11643)."""
    total = 0
    for digit in body:
        total = (total + int(digit)) * 2 % 11
    return "0123456789X"[(12 - total) % 11]


def citizen_number(region: str, birth: date, sex: str, second: bool = False) -> str:
    """A formally right number nobody has; `second` is the other one of that day and place."""
    sequence = {("1", False): "997", ("1", True): "999", ("2", False): "998", ("2", True): "996"}
    body = f"{region}{birth:%Y%m%d}{sequence[sex, second]}"
    return body + check_character(body)


def years_before(today: date, years: int, days: int = 0) -> date:
    """The birth date of one who turned `years` today, `days` days earlier (negative: later)."""
    try:
        birthday = today.replace(year=today.year - years)
    except ValueError:
        birthday = today.replace(year=today.year - years, day=28)
    return birthday - timedelta(days=days)


def validity(today: date, birth: date) -> tuple[date, date | None]:
    """When such a card was issued and ends: 5, 10 or 20 years by age at issue, none from 46 on."""
    issued = min(today, max(today - timedelta(days=700), birth + timedelta(days=30)))
    if birth <= years_before(issued, 46):
        return issued, None
    years = (
        5 if birth > years_before(issued, 16) else 10 if birth > years_before(issued, 26) else 20
    )
    return issued, years_before(issued, -years)


class Registry:
    """Where sample people are made, in an order that depends on the seed alone."""

    def __init__(self, today: date, seed: int) -> None:
        self.today = today
        self._random = random.Random(seed)  # noqa: S311 - sample people, not secrets

    def home(self) -> tuple[str, str, str]:
        """(region code, address, issuing authority) somewhere in Chengdu."""
        code, district, roads = self._random.choice(CHENGDU)
        road = self._random.choice(roads)
        house, block, unit = (self._random.randint(1, top) for top in (188, 9, 4))
        door = f"{self._random.randint(1, 18)}{self._random.randint(1, 4):02}"
        address = f"四川省成都市{district}区{road}{house}号{block}栋{unit}单元{door}号"
        return code, address, f"成都市公安局{district}区分局"

    def resident(
        self,
        name: str,
        sex: str,
        birth: date,
        *,
        home: tuple[str, str, str] | None = None,
        born_in: str | None = None,
        ethnic: str | None = None,
        second: bool = False,
        newest_addresses: tuple[str, ...] = (),
        valid: tuple[date, date | None] | None = None,
    ) -> ResidentCard:
        """A resident ID card; `born_in` is the region of the number when it is not the home's."""
        region, address, authority = home or self.home()
        valid_from, valid_to = valid or validity(self.today, birth)
        return ResidentCard(
            name=name,
            sex=sex,
            birth=birth,
            ethnic=ethnic or self._random.choice(ETHNIC),
            number=citizen_number(born_in or region, birth, sex, second),
            address=address,
            authority=authority,
            valid_from=valid_from,
            valid_to=valid_to,
            fingerprints=templates(self._random.randrange(256)),
            newest_addresses=newest_addresses,
        )


WUHOU = ("510107", "四川省成都市武侯区桐梓林北路9号2栋1单元503号", "成都市公安局武侯区分局")
MIANYANG = ("510703", "四川省绵阳市涪城区临园路东段18号3栋702号", "绵阳市公安局涪城区分局")
LIANGSHAN = (
    "513431",
    "四川省凉山彝族自治州昭觉县新城镇样本路6号",
    "昭觉县公安局",
)
CHONGQING = ("500103", "重庆市渝中区中山四路21号5-2", "重庆市公安局渝中区分局")
URUMQI = ("650103", "新疆乌鲁木齐市沙依巴克区样本路30号", "乌鲁木齐市公安局")


def sample_people(today: date, seed: int = 2018) -> tuple[Person, ...]:
    """The demo's people, the same for the same day and seed. The first is the plain case."""
    at = Registry(today, seed)
    sixty, limb = years_before(today, 60), years_before(today, 34, 77)
    disabled = at.resident("样本己", "1", limb, home=WUHOU)
    elder = at.resident("样本壬", "2", years_before(today, 71, 201), home=WUHOU, born_in="510102")
    return (
        Person(
            "plain",
            "Chengdu hukou, nothing special",
            at.resident("样本甲", "1", years_before(today, 30, 45)),
        ),
        Person(
            "fifty-nine",
            "turns 60 tomorrow",
            at.resident("样本乙", "2", years_before(today, 60, -1)),
        ),
        Person("sixty", "60 years old today", at.resident("样本丙", "1", sixty)),
        Person(
            "fifteen", "turns 16 tomorrow", at.resident("样本丁", "2", years_before(today, 16, -1))
        ),
        Person(
            "sixteen", "16 years old today", at.resident("样本戊", "1", years_before(today, 16))
        ),
        Person(
            "disabled",
            "holds a disability certificate, limb, grade 2",
            disabled,
            f"{disabled.number}42",
        ),
        Person("infant", "ten months old", at.resident("样本庚", "2", years_before(today, 0, 305))),
        Person(
            "mianyang",
            "hukou elsewhere in Sichuan",
            at.resident("样本辛", "1", years_before(today, 41, 12), home=MIANYANG),
        ),
        Person("elder", "71, number from a district that is no more", elder),
        Person(
            "chongqing",
            "hukou outside Sichuan",
            at.resident("样本癸", "2", years_before(today, 27, 160), home=CHONGQING),
        ),
        Person(
            "moved",
            "newest address on the chip differs from the first",
            at.resident(
                "样本子",
                "1",
                years_before(today, 52, 3),
                home=MIANYANG,
                newest_addresses=("四川省成都市青羊区清江东路59号6栋2单元801号",),
            ),
        ),
        Person(
            "long-name",
            "fifteen characters of name and an ethnic group to show",
            at.resident(
                "样本古丽·演示江·样例买买提",
                "2",
                years_before(today, 23, 9),
                home=URUMQI,
                ethnic="05",
            ),
        ),
        Person(
            "yi",
            "Yi from Liangshan",
            at.resident("样本木呷", "1", years_before(today, 38, 99), home=LIANGSHAN, ethnic="07"),
        ),
        Person(
            "rare",
            "a name outside the basic plane",
            at.resident("样本𠮷", "2", years_before(today, 45, 20)),
        ),
        Person("expired", "the card ran out last month", _expired(at)),
        *_others(today),
    )


def _expired(at: Registry) -> CardData:
    end = at.today - timedelta(days=31)
    valid = (years_before(end, 10), end)
    return at.resident("样本寅", "2", years_before(at.today, 33, 250), valid=valid)


def _others(today: date) -> tuple[Person, ...]:
    """Holders of the three other cards."""
    born = years_before(today, 29, 64)
    issued, until = today - timedelta(days=400), today + timedelta(days=1400)
    permit = ResidencePermit(
        name="样本港",
        sex="2",
        birth=born,
        number=citizen_number("810000", born, "2"),
        address="四川省成都市成华区建设路88号5栋1单元1203号",
        authority="成都市公安局成华区分局",
        valid_from=issued,
        valid_to=until,
        travel_permit="H00000001",
    )
    old = "USA5101" + f"{born:%y%m%d}" + "1"
    return (
        Person("hongkong", "residence permit for Hong Kong residents", permit),
        Person(
            "foreigner-2017",
            "foreign permanent resident, card of 2017",
            ForeignerCard2017(
                name="SAMPLE, YANGBEN ONE",
                sex="1",
                birth=born,
                number=old + icao_digit(old),
                nationality="USA",
                chinese_name="样本美",
                valid_from=issued,
                valid_to=until,
            ),
        ),
        Person(
            "foreigner-2023",
            "foreign permanent resident, card of 2023, name of 46 characters",
            ForeignerCard2023(
                name="SAMPLE, YANGBEN MAXIMILIAN ALEXANDER THEODORIC",
                sex="1",
                birth=born,
                number=citizen_number("951276", born, "1"),
                nationality="DEU",
                chinese_name="样本德",
                valid_from=issued,
                valid_to=until,
                former="011",
            ),
        ),
    )


def icao_digit(text: str) -> str:
    """The 7-3-1 check digit of travel documents and of the 2017 foreigner card (A is 10)."""
    values = (int(sign, 36) if sign.isalnum() else 0 for sign in text)
    return str(sum(value * (7, 3, 1)[at % 3] for at, value in enumerate(values)) % 10)


def crowd(count: int, today: date, seed: int = 1) -> list[ResidentCard]:
    """`count` residents of Chengdu between 1 and 90 years old."""
    at = Registry(today, seed)
    people = []
    for index in range(count):
        name = "样本" + STEMS[index % 10] + STEMS[index // 10 % 10]
        birth = years_before(today, 1 + index * 7 % 90, index * 37 % 365)
        people.append(at.resident(name, "12"[index % 2], birth))
    return people
