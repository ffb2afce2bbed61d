"""Byte streams to a reader: a serial line, near or far, and USB bulk pipes."""
