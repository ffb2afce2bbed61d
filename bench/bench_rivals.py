"""The first frame beside those of two well-known Textual programs, each in an environment of its own."""
