"""The virtual environment: exactly what the lock names, made once for all homes."""

import fcntl
import hashlib
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from rubricstudio.stack import interpreter
from rubricstudio.stack.accounts import Account
from rubricstudio.stack.home import default_state
from rubricstudio.stack.refusal import Refusal, check_output
from rubricstudio.stack.speech import say
from rubricstudio.stack.supervisor import dies_with_parent

MARKER = ".complete"
NEVER_IMPORTED = r"/(tests?|pip|f2py|sphinxext)/"


@dataclass(frozen=True, slots=True)
class Environment:
    """A finished virtual environment; while its lock file is open, nobody removes it."""

    path: Path
    held: IO[str] | None = field(default=None, compare=False, repr=False)

    @property
    def python(self) -> Path:
        return self.path / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        return next((self.path / "lib").glob("python3.*")) / "site-packages"


def key(lock: bytes, python: str) -> str:
    """The name of an environment: it changes with the lock, the Python and the machine."""
    parts = [lock, python.encode(), sys.version.encode(), platform.machine().encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def ensure(lock: Path, account: Account) -> Environment:
    """The environment of this lock, made when it is not there yet."""
    folder = Path(os.environ.get("RS_ENVS") or default_state() / "envs").expanduser().resolve()
    _prepare(folder, account)
    with _alone(folder / "python.lock"):
        python = interpreter.usable_by(account, folder.parent)
    path = folder / key(lock.read_bytes(), str(python))
    held = path.with_suffix(".lock").open("w")
    fcntl.flock(held, fcntl.LOCK_SH)
    while not (path / MARKER).exists():
        fcntl.flock(held, fcntl.LOCK_EX)
        # Another start may have made it while we waited.
        if not (path / MARKER).exists():
            _make(path, python, lock)
        fcntl.flock(held, fcntl.LOCK_SH)
    _note_use(path / MARKER, lock.name)
    return Environment(path, held)


def remove_old(current: Environment, lock: Path) -> None:
    """Remove environments made from earlier states of this lock, but the last used one of them.

    One that a launcher holds stays, and so does one that does not say of which lock it is, and what
    we may not remove.
    """
    markers = [
        marker
        for marker in current.path.parent.glob(f"*/{MARKER}")
        if marker.parent != current.path and marker.read_text() == lock.name
    ]
    for marker in sorted(markers, key=lambda marker: marker.stat().st_mtime)[:-1]:
        with marker.parent.with_suffix(".lock").open("w") as held, suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # First what says that it is whole: half removed it may not be taken for one.
            marker.unlink()
            shutil.rmtree(marker.parent, ignore_errors=True)
            marker.parent.with_suffix(".log").unlink(missing_ok=True)
            say(f"Removed the environment {marker.parent.name}, which nothing uses any more.")


def _prepare(folder: Path, account: Account) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not account.can_enter(folder):
        raise Refusal(
            f"The folder {folder} cannot be reached by the user {account.name}, who runs the "
            "services; choose another in RS_ENVS."
        )


def _make(path: Path, python: Path, lock: Path) -> None:
    say(f"Making the environment of {lock.name}; this happens once and takes about half a minute.")
    log = path.with_suffix(".log")
    log.unlink(missing_ok=True)
    shutil.rmtree(path, ignore_errors=True)
    try:
        _run([str(python), "-I", "-m", "venv", str(path)], log)
        inside = [str(path / "bin" / "python"), "-I", "-m"]
        install = ["install", "--quiet", "--no-input", "--no-deps", "--require-hashes"]
        _run([*inside, "pip", *install, "--no-compile", "--requirement", str(lock)], log)
        # Compiled here because the services' user may not write; pip would use one core only.
        # A package may carry files for other Pythons, so the exit code says nothing.
        compiling = ["compileall", "-qq", "-j", "0", "-x", NEVER_IMPORTED, str(path / "lib")]
        _run([*inside, *compiling], log, must=False)
        _mark(path, lock.name)
    except BaseException:
        # An environment is complete or absent.
        shutil.rmtree(path, ignore_errors=True)
        raise


def _mark(path: Path, lock: str) -> None:
    """Say that the environment is whole, and of which lock it was made."""
    with (path / MARKER).open("w") as marker:
        marker.write(lock)
        marker.flush()
        os.fsync(marker.fileno())


def _note_use(marker: Path, lock: str) -> None:
    # Somebody else's environment can be used all the same.
    with suppress(PermissionError):
        os.utime(marker)
        # Those made before locks were noted there.
        if not marker.read_text():
            marker.write_text(lock)


def _run(command: list[str], log: Path, *, must: bool = True) -> None:
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        preexec_fn=dies_with_parent(signal.SIGKILL),
    )
    with log.open("a", encoding="utf-8") as file:
        file.write(done.stdout)
    if must and done.returncode:
        raise check_output(done.stdout, doing="installing the packages", log=str(log))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One maker at a time; the lock file goes with the process, however it ends."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
