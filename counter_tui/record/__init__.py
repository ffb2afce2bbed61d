"""A session's record: keys and decisions as text, without people; replayed, it is a test.

`standins` makes the people of the record, `recorder` writes it, `replay` works it again on the real
screens.
"""
