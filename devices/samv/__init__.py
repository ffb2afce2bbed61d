"""Readers with a SAM_V module: second-generation resident ID cards and their relatives (GA 450)."""
