"""`python -m counter_tui` is the `counter` command."""

from counter_tui.cli import main

main()
