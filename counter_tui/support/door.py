#!/usr/bin/python3 -I
"""The only program a supporter's login runs (sshd's ForceCommand). Standard library alone.

    ssh counter-support@station                     watch
    echo 'text' | ssh ... point ROW COLUMN          show the clerk a place on the screen
    echo 'value' | ssh ... propose FIELD            suggest a value; the clerk takes it or not

FIELD is what stands before the field on the screen; of a choice the value is one of its answers.

Values come on standard input: a command line stands in process lists.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import termios
from pathlib import Path

USAGE = "usage: point ROW COLUMN < TEXT | propose FIELD < VALUE | (nothing: watch)"
LONGEST = 1000
FIELD = re.compile(r"\w[\w .,]{0,39}")
NOBODY_IN = """\
现在不能观看：受理终端没有运行，或者没有允许观看。请对方按 Ctrl+E，再连接。
Nothing to see now: the terminal does not run, or the clerk has let nobody in.
Ask the clerk to press Ctrl+E, then connect again."""
OVER = """\
观看已结束：对方已结束、时间已到，或者受理终端已停止。
要再观看，请对方按 Ctrl+E。
Watching is over: the clerk ended it, the time is up, or the terminal stopped.
To watch again, ask the clerk to press Ctrl+E."""
CLEAR = "\x1b[?1049l\x1b[?2004l\x1b[?1l\x1b>\x1b[m\x1b[?25h\x1b[H\x1b[2J"
"""Back from tmux's screen to an empty one: a killed tmux tidies nothing up."""


def visitor(environment):
    """The name in the certificate this login was proved with; '' when there is none."""
    try:
        text = Path(environment["SSH_USER_AUTH"]).read_text("ascii")
    except (KeyError, OSError, ValueError):
        return ""
    proof = re.search(r"publickey (\S+-cert-v01@openssh\.com \S+)", text)
    keygen = shutil.which("ssh-keygen")
    if proof is None or keygen is None:
        return ""
    told = subprocess.run(  # noqa: S603 - a fixed program, arguments of our own
        [keygen, "-L", "-f", "-"], input=proof[1], capture_output=True, text=True, check=False
    )
    name = re.search(r'Key ID: "(.*)"', told.stdout)
    return name[1] if name else ""


def message(words, read_text):
    """What the words ask to be sent, or None."""
    if words[0] == "point" and len(words) == 3 and words[1].isdecimal() and words[2].isdecimal():
        row, column = int(words[1]), int(words[2])
        return {"do": "point", "row": row, "column": column, "text": read_text()}
    field = " ".join(words[1:])
    if words[0] == "propose" and FIELD.fullmatch(field):
        return {"do": "propose", "field": field, "value": read_text()}
    return None


def send(folder, value):
    """Hand one message to the terminal; True when it took it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as end:
        try:
            end.sendto(json.dumps(value).encode(), str(Path(folder) / "pointer.sock"))
        except OSError:
            return False
    return True


def is_open(folder):
    """Whether the screen's socket lets this user in."""
    with socket.socket(socket.AF_UNIX) as end:
        try:
            end.connect(str(Path(folder) / "screen.sock"))
        except OSError:
            return False
    return True


def watch(folder):
    """Look, through a tmux client, until it is over."""
    tmux = shutil.which("tmux") or "/usr/bin/tmux"
    arguments = ["-N", "-u", "-S", str(Path(folder) / "screen.sock")]
    clean = {"TERM": os.environ.get("TERM", "xterm"), "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    words = [tmux, *arguments, "attach-session", "-r", "-E", "-t", "=counter"]
    before = termios.tcgetattr(0) if sys.stdin.isatty() else None
    subprocess.run(words, env=clean, check=False)  # noqa: S603 - arguments of our own
    if before is not None:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
        print(CLEAR + OVER)  # noqa: T201 - tmux's last words do not tell what to do


def main(folder):
    words = os.environ.get("SSH_ORIGINAL_COMMAND", "").split()
    if not words:
        if not is_open(folder):
            sys.exit(NOBODY_IN)
        send(folder, {"do": "arrive", "who": visitor(os.environ)})
        watch(folder)
        return
    value = message(words, lambda: sys.stdin.read(LONGEST).strip())
    if value is None:
        sys.exit(USAGE)
    if not send(folder, value):
        sys.exit("nobody listens: the clerk has not let anybody in")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1])
