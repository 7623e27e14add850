"""The one error people see from the launcher: a plain sentence, printed alone, exit code 1."""

import errno

NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


class Refusal(Exception):
    """The launcher cannot go on; the text says what is wrong and what to do."""


def in_words(error: OSError) -> str:
    """Say an error of the operating system as a sentence for the person at the shell."""
    where = error.filename or "the state folder"
    if error.errno in NO_SPACE:
        return f"The disk is full ({where}); free some space and start again."
    if error.errno in NOT_ALLOWED:
        return f"No permission for {where}; choose another folder with --home or RS_ENVS."
    return f"{error.strerror or error} ({where})."


def check_output(text: str, *, doing: str, log: str) -> Refusal:
    """The refusal for a programme that failed with this output."""
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return Refusal(f"The disk is full; free some space and start again (while {doing}).")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()] or lines or ["no message"]
    return Refusal(f"Failed while {doing}: {errors[-1]} (everything it said: {log})")
