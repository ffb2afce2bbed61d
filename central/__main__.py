"""`python -m central`: the same as `counter-central`."""

from central.cli import main

main()
