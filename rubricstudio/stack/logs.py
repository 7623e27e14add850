"""Logs that cannot fill the disk: a long one is put aside, and only one is kept."""

import contextlib
import os
import shutil
from pathlib import Path

MOST_BYTES = 10 * 1024 * 1024


def put_aside(path: Path) -> None:
    """Empty a long log in place, its text kept beside it: services go on writing to its end."""
    if not path.exists() or path.stat().st_size <= MOST_BYTES:
        return
    # On a full disk the old text is lost rather than the service stopped.
    with contextlib.suppress(OSError):
        shutil.copyfile(path, path.with_suffix(".log.1"))
    os.truncate(path, 0)
