"""Help from outside: a bundle for the help desk, and a supporter who watches without seeing people.

`watch` is what the screens look at, `mask` what they show instead of a person, `pointer` what the
supporter points at; `visit` lets one in and out; `setup` prepares the machine.
"""
