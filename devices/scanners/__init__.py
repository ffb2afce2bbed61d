"""Scanners: told from typing, framed on a serial line, and what a scanned text is."""
