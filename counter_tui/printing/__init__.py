"""Putting a slip on paper: where to, how each printer draws it, and the journal of it.

Everything that draws runs in a child that ends, so a printer that hangs stops no key, and fonts and
picture libraries stay out of the terminal's memory.
"""
