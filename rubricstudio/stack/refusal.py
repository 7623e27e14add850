"""The one error people see from the launcher: a plain sentence, printed alone, exit code 1."""

import errno
import re

NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
DISK_FULL = ("No space left on device", "Disk quota exceeded", "Check free disk space")
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


class Refusal(Exception):
    """The launcher cannot go on; the text says what is wrong and what to do."""


def in_words(error: OSError) -> str:
    """Say an error of the operating system as a sentence for the person at the shell."""
    where = error.filename or "the state folder"
    # A copy of many files ends with one error that lists the others.
    if error.errno in NO_SPACE or any(sign in str(error) for sign in DISK_FULL):
        return f"The disk is full ({where}); free some space and start again."
    if error.errno in NOT_ALLOWED:
        return f"No permission for {where}; choose another folder with --home or RS_ENVS."
    return f"{error.strerror or str(error)[:300]} ({where})."


def check_output(text: str, *, doing: str, log: str) -> Refusal:
    """The refusal for a programme that failed with this output."""
    if any(sign in text for sign in DISK_FULL):
        return Refusal(f"The disk is full; free some space and start again (while {doing}).")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"\b(ERROR|FATAL|PANIC|error):", line)]
    last = (errors or lines or ["no message"])[-1]
    return Refusal(f"Failed while {doing}: {last[:300]} (everything it said: {log})")
