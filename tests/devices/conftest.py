"""Fixtures every device test may ask for."""

from tests.devices.pcscd import pcscd

__all__ = ["pcscd"]
