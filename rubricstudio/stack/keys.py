"""The installation's own secrets: made once, kept in one file that only its owner can read."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Keys:
    """Passwords of the two database roles, Django's key and the demo's first log-ins."""

    owner_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    app_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(50))
    demo_logins: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, path: Path) -> "Keys":
        """The keys in this file; new ones are written when it is absent."""
        if path.exists():
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        keys = cls()
        keys.save(path)
        return keys

    def save(self, path: Path) -> None:
        """Write the file whole, never readable by others, not even for a moment."""
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
