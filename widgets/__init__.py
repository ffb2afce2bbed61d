"""Reusable Textual widgets: rows that repaint only what changed, fields, choices, and the seams.

They know the domain's records and Textual; not the store, the network or a device.
"""
