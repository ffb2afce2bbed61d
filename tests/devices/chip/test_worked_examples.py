"""The worked examples of ICAO 9303-11, appendices D and G.1, byte for byte."""

from datetime import date

import pytest

from devices.chip import bac, pace, security_infos
from devices.chip.apdu import Command
from devices.chip.faults import StatusError
from devices.chip.messaging import SecureMessaging
from devices.chip.suites import AES_128, AES_256, FOR_ENCRYPTION, FOR_MAC, FOR_PACE, TRIPLE_DES
from devices.mrz import AccessKey, access_key
from tests.devices.chip.scripted import channel

H = bytes.fromhex
TODAY = date(2026, 1, 1)

MRZ = "L898902C<369080619406236"
CHALLENGE = "4608F91988702212"
BAC_ANSWER = "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449"
BAC_COMMAND = (
    "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728"
)
SECURED = [
    ("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "990290008E08FA855A5D4C50A8ED9000"),
    (
        "0CB000000D9701048E08ED6705417E96BA5500",
        "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
    ),
    (
        "0CB000040D9701128E082EA28A70F3C7B53500",
        "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
    ),
]


def test_keys_from_the_printed_zone() -> None:
    assert access_key("L898902C,690806,940623", TODAY).mrz == MRZ
    seed = bac.seed(MRZ)
    assert seed == H("239AB9CB282DAF66231DC5A4DF6BFBAE")
    assert TRIPLE_DES.derive(seed, FOR_ENCRYPTION) == H("AB94FDECF2674FDFB9B391F85D7F76F2")
    assert TRIPLE_DES.derive(seed, FOR_MAC) == H("7962D9ECE03D1ACD4C76089DCE131543")


def test_basic_access_control_and_the_reading_of_ef_com() -> None:
    talk, link = channel([("0084000008", CHALLENGE + "9000"), (BAC_COMMAND, BAC_ANSWER + "9000")])
    given = {8: H("781723860C06C226"), 16: H("0B795240CB7049B01C19B33E32804F0B")}
    talk.protection = bac.authenticate(talk, MRZ, random=given.__getitem__)
    assert link.played

    # The session it made is the one of the example: the same bytes go over the line from here on.
    again, link = channel(SECURED)
    again.protection = talk.protection
    assert again.send(Command(0xA4, 0x02, 0x0C, H("011E"))).must("SELECT") == b""
    assert again.send(Command(0xB0, 0, 0, le=4)).must("READ") == H("60145F01")
    rest = again.send(Command(0xB0, 0, 4, le=18)).must("READ")
    assert rest == H("04303130365F36063034303030305C026175")
    assert link.played and again.count == 3


def test_session_keys_of_basic_access_control() -> None:
    shared = H("0036D272F5C350ACAC50C3F572D23600")
    assert TRIPLE_DES.derive(shared, FOR_ENCRYPTION) == H("979EC13B1CBFE9DCD01AB0FED307EAE5")
    assert TRIPLE_DES.derive(shared, FOR_MAC) == H("F1CB1F1FB5ADF208806B89DC579DC1F8")


CARD_ACCESS = "31143012060A04007F0007020204020202010202010D"
IFD_MAP = (
    "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
    "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D"
)
IC_MAP = (
    "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
    "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54"
)
IFD_AGREE = (
    "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
    "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462"
)
IC_AGREE = (
    "049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
    "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094"
)
PACE = [
    ("0022C1A412800A04007F0007020204020283010184010D", "9000"),
    ("10860000027C0000", "7C12801095A3A016522EE98D01E76CB6B98B42C39000"),
    (f"10860000457C438141{IFD_MAP}00", f"7C438241{IC_MAP}9000"),
    (f"10860000457C438341{IFD_AGREE}00", f"7C438441{IC_AGREE}9000"),
    ("008600000C7C0A8508C2B0BD78D94BA86600", "7C0A86083ABB9674BCE93C089000"),
]


def test_pace_generic_mapping() -> None:
    (info,) = pace.offered(security_infos.parse(H(CARD_ACCESS)))
    assert (info.suite, info.parameter) == (AES_128, 13)
    key = access_key("T22000129,640812,101031", TODAY)
    assert key.mrz == "T22000129364081251010318"
    given = iter(
        [
            0x7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99,
            0xA73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595,
        ]
    )
    talk, link = channel(PACE)
    session = pace.authenticate(talk, info, key, scalars=lambda curve: next(given))
    assert link.played

    # The example's session keys and a counter of zero secure a command to the same bytes.
    expected = SecureMessaging(
        AES_128, H("F5F0E35C0D7161EE6724EE513A0D9A7F"), H("FE251C7858B356B24514B3BD5F4297D1")
    )
    select = Command(0xA4, 0x04, 0x0C, H("A0000002471001"))
    assert session.wrap(select) == expected.wrap(select)


def test_pace_password_key() -> None:
    secret = H("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD")
    assert AES_128.derive(secret, FOR_PACE) == H("89DED1B26624EC1E634C1989302849DD")


def test_the_card_access_number_is_named_as_such() -> None:
    (info,) = pace.offered(security_infos.parse(H(CARD_ACCESS)))
    talk, link = channel([("0022C1A412800A04007F0007020204020283010284010D", "6A80")])
    with pytest.raises(StatusError) as refused:
        pace.authenticate(talk, info, AccessKey(can="500540"))
    assert refused.value.sw == 0x6A80 and link.played


def test_long_keys_come_from_sha_256() -> None:
    assert len(AES_256.derive(b"secret", FOR_ENCRYPTION)) == 32


AES_SECURED = [
    (
        "0CA4020C1D8711011D35E7EB510E21A0DD12380D9AD2B92D8E0828CB68B81D3FAFC000",
        "990290008E08E083EAA61ADABFCE9000",
    ),
    (
        "0CB000000D9701048E084AFC933E0CDBE5F000",
        "871101D8059A9CF835105082CA2B1837E4AEC0990290008E08B36DB56761D706BB9000",
    ),
    (
        "0CB000040D9701168E0811F7EFC907D1F27400",
        "87210142E919C115FAF69350B01813D77A9E8D91912A7F717AFD073F199070E61B79C6990290008E08"
        "3382E3D983F441369000",
    ),
]


def test_secure_messaging_with_aes_256() -> None:
    talk, link = channel(AES_SECURED)
    talk.protection = SecureMessaging(
        AES_256,
        H("74B94F408BBB2CD92571FD5B6370A94CCE7A2FA42AE3EB4DA47B97CE6EAA24C6"),
        H("9E28D5D9FF1D979BE752E8926BF0E1D35A440FC0AEFC4AA3BC5610055AC8B113"),
        0x20,
    )
    assert talk.send(Command(0xA4, 0x02, 0x0C, H("011E"))).must("SELECT") == b""
    assert talk.send(Command(0xB0, 0, 0, le=4)).must("READ") == H("60185F01")
    rest = talk.send(Command(0xB0, 0, 4, le=22)).must("READ")
    assert rest == H("04303130385F36063034303030305C06617563766D6E") and link.played
