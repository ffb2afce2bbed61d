"""Addresses: type-ahead over all township-level units, and reading the address on a card.

`build` makes the index once, in a process that ends; `book` searches it.
"""
