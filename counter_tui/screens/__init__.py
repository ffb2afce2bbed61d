"""The screens: they show state and send intents; they decide nothing.

Nothing imported at the top of `frame` or `signin` may bring in pydantic, the store or a device:
the first frame comes before them.
"""
