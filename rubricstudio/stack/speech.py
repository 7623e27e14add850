"""How the launcher speaks: its own words on stderr, answers that scripts read on stdout."""

import contextlib
import sys
from typing import TextIO


def say(text: str) -> None:
    """Tell the person at the shell; stdout belongs to the command's own output."""
    _write(sys.stderr, text)


def answer(text: str) -> None:
    """Print what scripts wait for, at once."""
    _write(sys.stdout, text)


def _write(stream: TextIO, text: str) -> None:
    # Whoever started us may have gone; the services go on.
    with contextlib.suppress(BrokenPipeError):
        stream.write(text + "\n")
        stream.flush()
