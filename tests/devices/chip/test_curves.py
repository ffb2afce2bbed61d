"""Point arithmetic of our own beside the library's, on every curve both have."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from devices.chip.curves import CURVES
from devices.chip.faults import BadData

LIBRARY = {
    12: ec.SECP256R1, 13: ec.BrainpoolP256R1, 15: ec.SECP384R1, 16: ec.BrainpoolP384R1,
    17: ec.BrainpoolP512R1, 18: ec.SECP521R1,
}  # fmt: skip


@pytest.mark.parametrize("number", sorted(LIBRARY))
def test_multiples_are_the_library_s(number: int) -> None:
    curve = CURVES[number]
    for scalar in (1, 2, 3, curve.n - 1, curve.secret()):
        public = ec.derive_private_key(scalar, LIBRARY[number]()).public_key().public_numbers()
        assert curve.multiply(scalar, curve.generator) == (public.x, public.y)


@pytest.mark.parametrize("number", sorted(CURVES))
def test_adding_follows_multiplying(number: int) -> None:
    curve = CURVES[number]
    two, three = (curve.multiply(times, curve.generator) for times in (2, 3))
    assert curve.add(curve.generator, two) == three
    assert curve.add(curve.generator, curve.generator) == two
    assert curve.decode(curve.encode(three)) == three
    with pytest.raises(BadData):
        curve.multiply(curve.n, curve.generator)


def test_a_point_beside_the_curve_is_refused() -> None:
    curve = CURVES[13]
    encoded = bytearray(curve.encode(curve.generator))
    encoded[-1] ^= 1
    for bad in (bytes(encoded), b"", b"\x04", b"\x02" + bytes(encoded[1:33])):
        with pytest.raises(BadData):
            curve.decode(bad)
