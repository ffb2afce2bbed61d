"""The case being edited: pure state, no Textual, no store.

Intents change the `Draft`; the draft gives `Facts`; the facts give a `Decision`. Screens show the
result and send intents; they decide nothing.
"""
