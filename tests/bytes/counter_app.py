"""The real screens over a memory office, as a program: `python -m tests.bytes.counter_app`.

A card is laid on the reader when USR1 arrives.
"""

import asyncio
import gc
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator

from counter_tui import environment


def main() -> None:
    gc.disable()
    environment.prepare()
    from devices.records import ReaderEvent
    from tests.screens.desk_office import Bench, card
    from widgets.resting import rest_between_keys
    from widgets.seams import keep_escape_apart, tolerate_foreign_bytes

    tolerate_foreign_bytes()
    keep_escape_apart()
    rest_between_keys()
    bench = Bench()
    # What the office of the tests would keep of every case is not the program's memory.
    bench.office.accepted = deque(maxlen=1)  # type: ignore[assignment]

    async def events() -> AsyncIterator[ReaderEvent]:
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lambda: bench.lay(card()))
        while True:
            yield await bench.events.get()

    bench.office.readers = events
    app = bench.app
    gc.enable()
    app.run(mouse=False)
    sys.exit(app.return_code or 0)


if __name__ == "__main__":
    main()
