"""Elliptic curves by their number in PACE (ICAO 9303-11 §9.5.1), with the point arithmetic that
generic mapping needs and no library offers: a generator of one's own.

Scalars here live for one session on the reading side, beside a chip whose own timing is in the
same person's hand; no care is taken to hide them from who measures this process.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from devices.chip.faults import BadData

Point = tuple[int, int]
"""Affine coordinates. The point at infinity is None where it can occur."""


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ + ax + b over the prime p, generator of prime order n, cofactor 1."""

    name: str
    p: int
    a: int
    b: int
    generator: Point
    n: int

    @property
    def size(self) -> int:
        """Length of a coordinate in bytes."""
        return (self.p.bit_length() + 7) // 8

    def holds(self, point: Point) -> bool:
        """Whether the point is on the curve."""
        x, y = point
        on_curve = (y * y - (x * x * x + self.a * x + self.b)) % self.p == 0
        return 0 <= x < self.p and 0 <= y < self.p and on_curve

    def encode(self, point: Point) -> bytes:
        """Uncompressed form: 04, x, y."""
        x, y = point
        return b"\x04" + x.to_bytes(self.size) + y.to_bytes(self.size)

    def decode(self, data: bytes) -> Point:
        """A point from its uncompressed form. Raises BadData when it is not on the curve."""
        if len(data) != 1 + 2 * self.size or data[0] != 4:
            raise BadData("not an uncompressed point of this curve")
        point = int.from_bytes(data[1 : 1 + self.size]), int.from_bytes(data[1 + self.size :])
        if not self.holds(point):
            raise BadData("point is not on the curve")
        return point

    def secret(self) -> int:
        """A random scalar, 1 to n-1."""
        return 1 + secrets.randbelow(self.n - 1)

    def multiply(self, scalar: int, point: Point) -> Point:
        """scalar · point. Raises BadData when that is the point at infinity."""
        total, each = _INFINITY, (*point, 1)
        for bit in bin(scalar % self.n)[2:]:
            total = self._double(total)
            if bit == "1":
                total = self._plus(total, each)
        return self._affine(total)

    def add(self, one: Point, other: Point) -> Point:
        """The sum of two points. Raises BadData when that is the point at infinity."""
        return self._affine(self._plus((*one, 1), (*other, 1)))

    # Jacobian coordinates: (X, Y, Z) stands for (X/Z², Y/Z³), Z = 0 for infinity.

    def _double(self, point: "_Jacobian") -> "_Jacobian":
        x, y, z = point
        p = self.p
        if not z or not y:
            return _INFINITY
        square = y * y % p
        s = 4 * x * square % p
        m = (3 * x * x + self.a * pow(z, 4, p)) % p
        new_x = (m * m - 2 * s) % p
        return new_x, (m * (s - new_x) - 8 * square * square) % p, 2 * y * z % p

    def _plus(self, one: "_Jacobian", other: "_Jacobian") -> "_Jacobian":
        x1, y1, z1 = one
        x2, y2, z2 = other
        p = self.p
        if not z1:
            return other
        if not z2:
            return one
        z1z1, z2z2 = z1 * z1 % p, z2 * z2 % p
        u1, u2 = x1 * z2z2 % p, x2 * z1z1 % p
        s1, s2 = y1 * z2 * z2z2 % p, y2 * z1 * z1z1 % p
        if u1 == u2:
            return self._double(one) if s1 == s2 else _INFINITY
        h, r = u2 - u1, s2 - s1
        hh = h * h % p
        hhh, v = h * hh % p, u1 * hh % p
        x = (r * r - hhh - 2 * v) % p
        return x, (r * (v - x) - s1 * hhh) % p, z1 * z2 * h % p

    def _affine(self, point: "_Jacobian") -> Point:
        x, y, z = point
        if not z:
            raise BadData("point at infinity")
        inverse = pow(z, -1, self.p)
        return x * inverse**2 % self.p, y * inverse**3 % self.p


_Jacobian = tuple[int, int, int]
_INFINITY: Final = (1, 1, 0)


def _curve(name: str, p: str, a: str, b: str, x: str, y: str, n: str) -> Curve:
    point = int(x, 16), int(y, 16)
    return Curve(name, int(p, 16), int(a, 16), int(b, 16), point, int(n, 16))


# RFC 5639 and SEC 2, as OpenSSL prints them.
_CURVES: Final = {
    12: _curve(
        "secp256r1",
        p="FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
        a="FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC",
        b="5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B",
        x="6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296",
        y="4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5",
        n="FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
    ),
    13: _curve(
        "brainpoolP256r1",
        p="A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377",
        a="7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9",
        b="26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6",
        x="8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262",
        y="547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997",
        n="A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7",
    ),
    14: _curve(
        "brainpoolP320r1",
        p="D35E472036BC4FB7E13C785ED201E065F98FCFA6F6F40DEF4F92B9EC7893EC28FCD412B1F1B32E27",
        a="3EE30B568FBAB0F883CCEBD46D3F3BB8A2A73513F5EB79DA66190EB085FFA9F492F375A97D860EB4",
        b="520883949DFDBC42D3AD198640688A6FE13F41349554B49ACC31DCCD884539816F5EB4AC8FB1F1A6",
        x="43BD7E9AFB53D8B85289BCC48EE5BFE6F20137D10A087EB6E7871E2A10A599C710AF8D0D39E20611",
        y="14FDD05545EC1CC8AB4093247F77275E0743FFED117182EAA9C77877AAAC6AC7D35245D1692E8EE1",
        n="D35E472036BC4FB7E13C785ED201E065F98FCFA5B68F12A32D482EC7EE8658E98691555B44C59311",
    ),
    15: _curve(
        "secp384r1",
        p="FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE"
        "FFFFFFFF0000000000000000FFFFFFFF",
        a="FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE"
        "FFFFFFFF0000000000000000FFFFFFFC",
        b="B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875A"
        "C656398D8A2ED19D2A85C8EDD3EC2AEF",
        x="AA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A38"
        "5502F25DBF55296C3A545E3872760AB7",
        y="3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C0"
        "0A60B1CE1D7E819D7A431D7C90EA0E5F",
        n="FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF"
        "581A0DB248B0A77AECEC196ACCC52973",
    ),
    16: _curve(
        "brainpoolP384r1",
        p="8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B412B1DA197FB71123"
        "ACD3A729901D1A71874700133107EC53",
        a="7BC382C63D8C150C3C72080ACE05AFA0C2BEA28E4FB22787139165EFBA91F90F"
        "8AA5814A503AD4EB04A8C7DD22CE2826",
        b="04A8C7DD22CE28268B39B55416F0447C2FB77DE107DCD2A62E880EA53EEB62D5"
        "7CB4390295DBC9943AB78696FA504C11",
        x="1D1C64F068CF45FFA2A63A81B7C13F6B8847A3E77EF14FE3DB7FCAFE0CBD10E8"
        "E826E03436D646AAEF87B2E247D4AF1E",
        y="8ABE1D7520F9C2A45CB1EB8E95CFD55262B70B29FEEC5864E19C054FF9912928"
        "0E4646217791811142820341263C5315",
        n="8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B31F166E6CAC0425A7"
        "CF3AB6AF6B7FC3103B883202E9046565",
    ),
    17: _curve(
        "brainpoolP512r1",
        p="AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA70330871"
        "7D4D9B009BC66842AECDA12AE6A380E62881FF2F2D82C68528AA6056583A48F3",
        a="7830A3318B603B89E2327145AC234CC594CBDD8D3DF91610A83441CAEA9863BC"
        "2DED5D5AA8253AA10A2EF1C98B9AC8B57F1117A72BF2C7B9E7C1AC4D77FC94CA",
        b="3DF91610A83441CAEA9863BC2DED5D5AA8253AA10A2EF1C98B9AC8B57F1117A7"
        "2BF2C7B9E7C1AC4D77FC94CADC083E67984050B75EBAE5DD2809BD638016F723",
        x="81AEE4BDD82ED9645A21322E9C4C6A9385ED9F70B5D916C1B43B62EEF4D0098E"
        "FF3B1F78E2D0D48D50D1687B93B97D5F7C6D5047406A5E688B352209BCB9F822",
        y="7DDE385D566332ECC0EABFA9CF7822FDF209F70024A57B1AA000C55B881F8111"
        "B2DCDE494A5F485E5BCA4BD88A2763AED1CA2B2FA8F0540678CD1E0F3AD80892",
        n="AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA70330870"
        "553E5C414CA92619418661197FAC10471DB1D381085DDADDB58796829CA90069",
    ),
    18: _curve(
        "secp521r1",
        p="01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "FFFF",
        a="01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "FFFC",
        b="0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF1"
        "09E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B50"
        "3F00",
        x="00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D"
        "3DBAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5"
        "BD66",
        y="011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E"
        "662C97EE72995EF42640C550B9013FAD0761353C7086A272C24088BE94769FD1"
        "6650",
        n="01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "FFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E9138"
        "6409",
    ),
}

CURVES: Final[Mapping[int, Curve]] = MappingProxyType(_CURVES)
"""Standardised domain parameters by their number."""
