"""A command in the foreground: it has the terminal, while the services run beside it."""

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rubricstudio.stack.supervisor import TICK_SECONDS, Stopped, Supervisor, dies_with_parent

SECONDS_TO_END = 15.0


def run(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    supervisor: Supervisor | None = None,
) -> int:
    """Run the command to its end and return its exit code; the services are watched meanwhile."""
    if supervisor:
        supervisor.settled = True
    process = subprocess.Popen(
        list(command), env=dict(env), cwd=cwd, preexec_fn=dies_with_parent(signal.SIGTERM)
    )
    try:
        while process.poll() is None:
            if supervisor:
                supervisor.tick()
            time.sleep(TICK_SECONDS)
    except Stopped:
        _end(process)
        raise
    # A command that a signal ended gets the exit code a shell would give it.
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _end(process: subprocess.Popen[bytes]) -> None:
    """The terminal has told the command already when it was Ctrl-C; TERM comes to us alone."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
