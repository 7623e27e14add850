"""The state folder of one installation: what lies where."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from rubricstudio.stack.accounts import Account
from rubricstudio.stack.refusal import Refusal

LONGEST_SOCKET_FOLDER = 80  # with the server's file name a socket's path must stay under 104
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
        """The log of one service."""
        return self.path / "logs" / f"{name}.log"

    def _prepare(self) -> None:
        fresh = not self.path.exists()
        self._refuse_unreachable(next(folder for folder in self.path.parents if folder.exists()))
        self.path.mkdir(parents=True, exist_ok=True)
        if self.account.dropped and (fresh or self._is_ours()):
            # Services pass through to their own folders; only they and root look inside those.
            self.path.chmod(0o711)
        elif fresh or self._is_ours():
            self.path.chmod(0o700)
        self._refuse_unreachable(self.path)
        for name in OWN_FOLDERS:
            self.own_folder(self.path / name)
        (self.path / "logs").mkdir(mode=0o700, exist_ok=True)
        self.own_folder(self.sockets)

    def _refuse_unreachable(self, folder: Path) -> None:
        if not self.account.can_enter(folder):
            raise Refusal(
                f"The folder {folder} cannot be reached by the user {self.account.name}, who "
                "runs the services; choose another place with --home."
            )

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
