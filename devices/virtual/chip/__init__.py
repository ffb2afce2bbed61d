"""A travel document's chip (ICAO 9303) that plugs into a real pcscd through vpcd.

document = passport(issuer)
with VirtualChip(ChipCard(document), port=35963) as chip:   # inserted
    chip.remove()
    chip.insert(another)
"""
