"""Chip documents (ICAO 9303 parts 10 and 11): access, secure messaging, files, authenticity."""
