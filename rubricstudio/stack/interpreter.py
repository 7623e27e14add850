"""A Python that the services' user can run too.

For root that is not a given: root's own Pythons often lie in root's private folder. Such a one is
copied once, with its library, into the state folder.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from rubricstudio.stack.accounts import Account
from rubricstudio.stack.refusal import Refusal

NOT_NEEDED = (
    *("__pycache__", "test", "tests", "site-packages", "idlelib", "tkinter", "turtledemo"),
    *("config-*", "*.a"),
)
RELATIVE_RUNPATH = b"$ORIGIN/../lib"
NEEDS = "import ctypes, hashlib, sqlite3, ssl, sysconfig, venv, zlib"


def usable_by(account: Account, state: Path) -> Path:
    """This Python, or a copy of it where it cannot be reached by the account."""
    own = Path(sys.base_prefix) / "bin" / f"python{_version()}"
    own = own if own.exists() else Path(getattr(sys, "_base_executable", sys.executable))
    if not account.dropped or _runs(own, account):
        return own
    copy = state / "python" / f"{_full_version()}"
    python = copy / "bin" / f"python{_version()}"
    if not (copy / ".complete").exists():
        _copy(copy)
    if not _runs(python, account):
        raise Refusal(
            f"The user {account.name}, who runs the services, cannot run {own}; name a Python "
            "that everybody can run in RS_PYTHON."
        )
    return python


def _runs(python: Path, account: Account) -> bool:
    command = [str(python), "-I", "-c", NEEDS]
    try:
        return (
            subprocess.run(
                command, cwd="/", env={}, capture_output=True, **account.popen()
            ).returncode
            == 0
        )
    except PermissionError:
        return False


def _copy(target: Path) -> None:
    """Copy the interpreter, its shared library and its standard library; the marker comes last."""
    shutil.rmtree(target, ignore_errors=True)
    base = Path(sys.base_prefix)
    name = f"python{_version()}"
    try:
        (target / "bin").mkdir(parents=True)
        _copy_programme(base / "bin" / name, target / "bin" / name)
        shutil.copytree(
            sysconfig.get_path("stdlib"),
            target / "lib" / name,
            ignore=shutil.ignore_patterns(*NOT_NEEDED),
        )
        for library in sorted((base / "lib").glob("libpython*.so*")):
            shutil.copy2(library, target / "lib" / library.name, follow_symlinks=False)
        (target / ".complete").touch()
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def _copy_programme(source: Path, target: Path) -> None:
    """Copy the executable so that it finds the library beside it, not the one it was built with.

    The search path is cut in place, which works because the relative one is the shorter.
    """
    built_with = os.fsencode(str(Path(sys.base_prefix) / "lib")) + b"\0"
    relative = RELATIVE_RUNPATH + b"\0"
    code = source.read_bytes()
    if len(relative) <= len(built_with):
        code = code.replace(built_with, relative.ljust(len(built_with), b"\0"))
    target.write_bytes(code)
    target.chmod(0o755)


def _version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _full_version() -> str:
    return ".".join(str(part) for part in sys.version_info[:3])
