"""The record of who did what: hash chains, signed checkpoints, and their verifier."""
