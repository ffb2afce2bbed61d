"""Sample applications and cases for papers. The people are made up."""

from datetime import date, datetime
from uuid import UUID

from counter_tui.accept import Particulars, application
from counter_tui.slips.answers import Person as Addressee
from counter_tui.station import Station
from intake import Application, Decision, Facts, decide
from intake.application import Address, Evidence, Person, Recipient
from tests.intake.cases import facts, item, pack

ID = UUID("019a0000-0000-7000-8000-00123456789a")
SHA = "0123456789abcdef" * 4
PACK = pack()
NAME, NUMBER = "样本·𠮷䢺", "510107195805169970"
POLICE = "510107-ps-001"
AT = datetime.fromisoformat("2018-05-16T10:30:00+08:00")
PERSON = Addressee(NAME, NUMBER)


def accepted() -> Application:
    """A passport reissued after a loss and a Macao permit, posted, with a statement to follow."""
    case = facts(
        item("passport", "reissue_lost", missing=("loss_statement",)),
        item("hkm_permit", "first", "L"),
        born="1958-05-16",
        site="police_station",
        delivery={"method": "post", "combined": True},
    )
    return application(
        case.model_copy(update={"site": case.site.model_copy(update={"code": POLICE})}),
        PACK,
        Station(POLICE, "police_station", {}),
        "C0001",
        AT,
        ID,
        lambda number: "0" * 64,
        AT,
        Particulars(
            Person(name=NAME, sex="female", birth_date=date(1958, 5, 16), number=NUMBER),
            Evidence(kind="chip", read_at=AT),
            "13800000006",
            Recipient(
                name=NAME,
                phone="13800000006",
                address=Address(
                    division_code="510107005",
                    division_name="四川省成都市武侯区玉林街道",
                    code_system="MCA",
                    as_of=date(2025, 12, 31),
                    detail="示范路18号3栋2单元1501号",
                    postcode="610041",
                ),
            ),
        ),
    )


def _decided(case: Facts) -> tuple[Facts, Decision]:
    case = case.model_copy(update={"site": case.site.model_copy(update={"code": POLICE})})
    return case, decide(case, PACK)


def incomplete() -> tuple[Facts, Decision]:
    """A renewal without form, photo and the present passport, by somebody who must show consent."""
    return _decided(
        facts(
            item("passport", "renew", missing=("current_document",)),
            missing=("photo", "application_form", "unit_consent"),
            site="police_station",
            registered_functionary="consent_needed",
        )
    )


def referred() -> tuple[Facts, Decision]:
    """A business endorsement, which no police station serves."""
    return _decided(
        facts(item("hkm_permit", "endorse", "S"), on="2018-05-16", site="police_station")
    )
