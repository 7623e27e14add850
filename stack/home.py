"""The state folder of one installation: what lies where, and who may use it at a time."""

import fcntl
import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from stack.accounts import Account
from stack.refusal import Refusal

LONGEST_SOCKET_FOLDER = 80  # with the server's file name a socket's path must stay under 104
LOG_BYTES = 5 * 1024 * 1024
OWN_FOLDERS = ("valkey", "beat", "static", "storage")


def default_state() -> Path:
    """Where state lies when nobody says otherwise."""
    if os.geteuid() == 0:
        return Path("/var/lib/rubricstudio")
    return Path.home() / ".local" / "state" / "rubricstudio"


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one installation."""

    path: Path
    account: Account

    @classmethod
    def at(cls, path: str | os.PathLike[str] | None, account: Account) -> "Home":
        """The home at this path, in RS_HOME, or at the default place; made when absent."""
        chosen = path or os.environ.get("RS_HOME") or default_state()
        home = cls(Path(chosen).expanduser().resolve(), account)
        home._prepare()
        return home

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets.json"

    @property
    def code(self) -> Path:
        return self.path / "code"

    @property
    def sockets(self) -> Path:
        """A private folder with a path short enough for sockets."""
        inside = self.path / "sockets"
        if len(str(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        digest = hashlib.sha256(str(self.path).encode()).hexdigest()[:12]
        return Path("/tmp") / f"rubricstudio-{self.account.uid}-{digest}"

    def log(self, name: str) -> Path:
        """The log of one service; a long one is put aside at the start."""
        path = self.path / "logs" / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path

    def _prepare(self) -> None:
        fresh = not self.path.exists()
        self.path.mkdir(parents=True, exist_ok=True)
        if self.account.dropped and (fresh or self._is_ours()):
            # Services pass through to their own folders; only they and root look inside those.
            self.path.chmod(0o711)
        elif fresh:
            self.path.chmod(0o700)
        if not self.account.can_enter(self.path):
            raise Refusal(
                f"The folder {self.path} cannot be reached by the user {self.account.name}, who "
                "runs the services; choose another with --home."
            )
        for name in OWN_FOLDERS:
            self.own_folder(self.path / name)
        (self.path / "logs").mkdir(exist_ok=True)
        self.own_folder(self.sockets)

    def _is_ours(self) -> bool:
        return self.secrets.exists() or not any(self.path.iterdir())

    def own_folder(self, path: Path) -> Path:
        """A folder that belongs to the services alone."""
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
        if found.st_uid not in (self.account.uid, os.geteuid()) or path.is_symlink():
            raise Refusal(f"The folder {path} belongs to somebody else; remove it or use --home.")
        path.chmod(0o700)
        return self.account.owns(path)


class Occupancy:
    """Who uses a home. Two locks: one dies with us, one lasts until our last child is gone."""

    def __init__(self, home: Home, purpose: str) -> None:
        self.home = home
        self._ours = _open(home.path / "lock")
        self._children = _open(home.path / "lock.children")
        self.purpose = purpose

    def take(self) -> None:
        """Occupy the home or raise the reason why not."""
        if not _try_lock(self._ours):
            raise Refusal(f"{self.home.path} is in use by {self.holder()}; stop that first.")
        self.say("starting")
        # After a kill -9 the children of the dead supervisor need a moment to end.
        deadline = time.monotonic() + 30
        while not _try_lock(self._children):
            if time.monotonic() > deadline:
                raise Refusal(f"Processes of an earlier start still use {self.home.path}.")
            time.sleep(0.1)

    def try_take(self) -> bool:
        """Occupy the home when it is free."""
        if not _try_lock(self._ours):
            return False
        self.take()
        return True

    def say(self, state: str) -> None:
        """Leave word for others of what we do: the purpose, our process and how far it is."""
        self._ours.seek(0)
        self._ours.truncate()
        self._ours.write(f"{self.purpose} (process {os.getpid()}) {state}\n")
        self._ours.flush()

    def holder(self) -> str:
        """What the present occupant left word of."""
        self._ours.seek(0)
        return self._ours.read().strip() or "another process"

    def leave_to_children(self) -> None:
        """In a process that only outlives us to end our children: drop the first lock."""
        self._ours.close()

    def release(self) -> None:
        """Free the home."""
        self._ours.close()
        self._children.close()


def _open(path: Path) -> IO[str]:
    return path.open("a+", encoding="utf-8")


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
