"""Twins of the counter's readers and cards, for the demo, for tests and for trying things by hand.

Each speaks its protocol from the other side and shares no line with the driver it faces, so that
a mistake in one cannot hide in the other. `python -m devices.virtual samv` starts one by hand.
"""
