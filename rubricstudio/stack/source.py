"""The source the services run from, and a digest that tells when it changed."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from rubricstudio.stack.home import Home
from rubricstudio.stack.places import ROOT

# Says, in a copy, of which source it is one.
COPIED = ".copied"
LEFT_OUT = {".git", "var", "__pycache__", "node_modules"}
# What decides whether the database, and the static files, must be prepared again.
FOR_DATABASE = (".py", ".sql", ".lock")
FOR_STATIC_FILES = (
    *(".css", ".js", ".mjs", ".svg", ".png", ".woff2", ".lock"),
    *("settings.py", "statics.py", "joining.py"),
)


def reachable(home: Home) -> Path:
    """The checkout, or a copy of it in the home when the services' user cannot read it."""
    if home.account.can_read(ROOT / "manage.py") or not home.account.dropped:
        return ROOT
    wanted, copied = digest(("",)), home.code / COPIED
    if not copied.exists() or copied.read_text(encoding="ascii") != wanted:
        _copy(home, wanted)
    return home.code


def _copy(home: Home, wanted: str) -> None:
    part, old = home.path / "code.part", home.path / "code.old"
    for leftover in (part, old):
        shutil.rmtree(leftover, ignore_errors=True)
    for name in files():
        target = part / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    (part / COPIED).write_text(wanted, encoding="ascii")
    _open_to_all(part)
    if home.code.exists():
        home.code.rename(old)
    part.rename(home.code)
    shutil.rmtree(old, ignore_errors=True)


def digest(endings: tuple[str, ...]) -> str:
    """A hash of every source file of the product whose name ends like this."""
    seen = hashlib.sha256()
    for name in files():
        if name.name.endswith(endings) and name.parts[0] not in ("tests", "docs", "benchmarks"):
            seen.update(f"{name}\0".encode() + (ROOT / name).read_bytes())
    return seen.hexdigest()


def files() -> list[Path]:
    """The files of the source, relative: what git lists, else all but git's and built ones."""
    listed = _listed_by_git()
    if listed is None:
        listed = [path.relative_to(ROOT) for path in sorted(ROOT.rglob("*"))]
        listed = [path for path in listed if not LEFT_OUT & set(path.parts)]
    return [path for path in listed if (ROOT / path).is_file()]


def _listed_by_git() -> list[Path] | None:
    command = ["git", "-C", str(ROOT), "ls-files", "-coz", "--exclude-standard"]
    try:
        done = subprocess.run(command, capture_output=True)
    except FileNotFoundError:
        return None
    # Also when the folder is no checkout, or another user's.
    if done.returncode or not done.stdout:
        return None
    return sorted(Path(os.fsdecode(name)) for name in done.stdout.split(b"\0") if name)


def _open_to_all(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
