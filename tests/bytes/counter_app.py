"""The real screens over a memory office, as a program: `python -m tests.bytes.counter_app`.

A card is laid on the reader when USR1 arrives.
"""

import asyncio
import gc
import signal
import sys

from counter_tui import environment


def main() -> None:
    gc.disable()
    environment.prepare()
    from tests.screens.desk_office import Bench, card
    from widgets.seams import tolerate_foreign_bytes

    tolerate_foreign_bytes()
    bench = Bench()
    app = bench.app
    mounted = app.on_mount

    def on_mount() -> None:
        mounted()
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lambda: bench.lay(card()))

    app.on_mount = on_mount  # type: ignore[method-assign]
    gc.enable()
    app.run(mouse=False)
    sys.exit(app.return_code or 0)


if __name__ == "__main__":
    main()
