"""Decoding the portrait of an ID card with a vendor's library, in a process of its own."""
