"""The status line: how many wait for the centre, how old the oldest is, what came back."""

from counter_tui.office import OutboxGlance
from counter_tui.words import N_, Words


def status_line(outbox: OutboxGlance, reader: str, words: Words) -> str:
    """One line: outbox, tasks, reader."""
    pieces = []
    if outbox.space_is_low:
        pieces.append(words(N_("disk full: finish this case, then free space")))
    if outbox.waiting:
        pieces.append(
            words(
                N_("waiting for the centre: {count}, oldest {age}"),
                count=outbox.waiting,
                age=age_text(outbox.oldest_seconds, words),
            )
        )
    else:
        pieces.append(words(N_("nothing waits for the centre")))
    if outbox.last_number:
        text = N_("{number} receipted") if outbox.last_receipted else N_("{number} on its way")
        pieces.append(words(text, number=outbox.last_number))
    if outbox.tasks:
        pieces.append(words(N_("tasks: {count}"), count=outbox.tasks))
    if outbox.needs_login:
        pieces.append(words(N_("sign in again to send")))
    if reader:
        pieces.append(reader)
    return " " + "  |  ".join(pieces)


def age_text(seconds: int, words: Words) -> str:
    """An age in its largest fitting unit."""
    if seconds < 60:
        return words(N_("{n} s"), n=seconds)
    if seconds < 3600:
        return words(N_("{n} min"), n=seconds // 60)
    if seconds < 86400:
        return words(N_("{n} h"), n=seconds // 3600)
    return words(N_("{n} d"), n=seconds // 86400)
