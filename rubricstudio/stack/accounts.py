"""Which user the services run as: PostgreSQL refuses root, and the others do not need it."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from rubricstudio.stack.refusal import Refusal


class Drop(TypedDict, total=False):
    """The arguments of Popen that make a child run as somebody else."""

    user: int
    group: int
    extra_groups: list[int]
    umask: int


@dataclass(frozen=True, slots=True)
class Account:
    """The user of the services; `dropped` when it is another one than ours."""

    name: str
    uid: int
    gid: int
    dropped: bool

    def popen(self) -> Drop:
        """Popen's arguments to run as this user."""
        if not self.dropped:
            return {"umask": 0o077}
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077}

    def can_read(self, path: Path) -> bool:
        """Whether this user reaches and reads the path, through every folder above it."""
        return self._test("-r", path) and (not path.is_dir() or self._test("-x", path))

    def can_enter(self, folder: Path) -> bool:
        """Whether this user may pass through the folder to what lies in it."""
        return self._test("-x", folder)

    def owns(self, path: Path) -> Path:
        """Make the path this user's own."""
        if self.dropped:
            os.chown(path, self.uid, self.gid)
        return path

    def _test(self, flag: str, path: Path) -> bool:
        return subprocess.run(["test", flag, str(path)], cwd="/", **self.popen()).returncode == 0


def service_account() -> Account:
    """Ourselves, or for root an ordinary user: RS_USER, else postgres, else nobody."""
    if os.geteuid() != 0:
        return Account(pwd.getpwuid(os.geteuid()).pw_name, os.geteuid(), os.getegid(), False)
    wished = os.environ.get("RS_USER")
    for name in [wished] if wished else ["postgres", "nobody"]:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid, True)
    raise Refusal(
        f"There is no ordinary user {wished or 'postgres or nobody'} to run the services as; "
        "PostgreSQL refuses root. Name one in RS_USER."
    )
