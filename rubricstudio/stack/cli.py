"""The commands of `./run`."""

import os
import signal
from collections.abc import Callable, Sequence
from types import FrameType

from rubricstudio.stack import bench, manage, python, services, testing, up
from rubricstudio.stack.refusal import Refusal, in_words
from rubricstudio.stack.speech import answer, say
from rubricstudio.stack.supervisor import Stopped

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
Command = Callable[[Sequence[str]], int]
COMMANDS: dict[str, Command] = {
    "up": up.main,
    "test": testing.main,
    "bench": bench.main,
    "manage": manage.main,
    "services": services.main,
    "python": python.main,
}
USAGE = """\
./run up [--port 8000] [--home DIR] [--no-demo] [--workers N]   start everything
./run test [pytest arguments]                                   run the tests
./run bench [NAME ...] [--scale N]                              run benchmarks
./run manage [--home DIR] COMMAND ...                           run one of manage.py's commands
./run services [--home DIR]                                     only the database and the queue
./run python [--test]                                           where the Python is"""


def main(arguments: Sequence[str]) -> int:
    """Run one command; a refusal is one sentence on stderr and exit code 1."""
    name = arguments[0] if arguments else ""
    if name in ("-h", "--help", "help"):
        answer(USAGE)
        return 0
    if name not in COMMANDS:
        say(USAGE)
        return 2
    _listen()
    if os.geteuid() == 0:
        # What root makes here, an ordinary user must be able to read.
        os.umask(0o022)
    try:
        return COMMANDS[name](arguments[1:])
    except Refusal as refusal:
        say(f"run: {refusal}")
    except OSError as error:
        say(f"run: {in_words(error)}")
    except Stopped:
        return 130
    return 1


def _listen() -> None:
    for number in STOPPING:
        # nohup has us ignore the terminal's end, and so we do.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    # The way down takes a moment; a second signal must not cut it short half way.
    for ignored in STOPPING:
        signal.signal(ignored, signal.SIG_IGN)
    raise Stopped
