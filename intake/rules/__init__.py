"""How the rows of a pack are applied: one module a question, put together by `intake.decide`."""
