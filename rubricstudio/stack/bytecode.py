"""The source compiled once, beside itself: services may not write there, so each would do it again.

Runs as whoever owns the source, so that no file of another user appears in it.
"""

import importlib.util
import os
import signal
import struct
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from rubricstudio.stack.accounts import Drop
from rubricstudio.stack.supervisor import dies_with_parent

PACKAGES = ("rubricstudio", "labeling", "evals")


def start_compiling(code: Path, python: Path) -> subprocess.Popen[bytes] | None:
    """Start to compile what has changed; None where nothing has, or where we may not write."""
    folders = [code / name for name in PACKAGES]
    changed = [str(path) for path in stale(folders)]
    if not changed or not all(os.access(folder, os.W_OK) for folder in folders):
        return None
    return subprocess.Popen(
        # Forced: left to itself it would take a file of the same second for the same.
        [str(python), "-I", "-m", "compileall", "-f", "-qq", "-j", "0", *changed],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=dies_with_parent(signal.SIGTERM),
        **_as_owner(code),
    )


def stale(folders: list[Path]) -> Iterator[Path]:
    """Source files whose compiled form is missing or another one's."""
    for folder in folders:
        for path in folder.rglob("*.py"):
            compiled = Path(importlib.util.cache_from_source(str(path)))
            # An editor's file may be gone again.
            with suppress(FileNotFoundError):
                if _head(compiled) != _expected(path):
                    yield path


def _head(compiled: Path) -> bytes:
    try:
        with compiled.open("rb") as file:
            return file.read(16)
    except OSError:
        return b""


def _expected(path: Path) -> bytes:
    """What Python looks for at the beginning of a compiled file: version, time and size."""
    found = path.stat()
    when, size = int(found.st_mtime) & 0xFFFFFFFF, found.st_size & 0xFFFFFFFF
    return importlib.util.MAGIC_NUMBER + struct.pack("<III", 0, when, size)


def _as_owner(code: Path) -> Drop:
    """Popen's arguments to write files that are the source's owner's and that all may read."""
    found = code.stat()
    if os.geteuid() != 0 or found.st_uid == 0:
        return {"umask": 0o022}
    return {"user": found.st_uid, "group": found.st_gid, "extra_groups": [], "umask": 0o022}
