"""Where releases lie, and how one is copied out: complete or absent, never over something else."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from django.conf import settings

from evals.models import Export
from evals.rft.bundle import MANIFEST
from labeling.errors import Conflict, DomainError

FOLDER = "exports"


def place_of(directory: str) -> Path:
    """The path of a directory that an export names; below the storage's root, always."""
    return Path(settings.MEDIA_ROOT) / directory


def is_there(export: Export) -> bool:
    """Whether the files of a finished export are still in the storage."""
    return bool(export.directory) and (place_of(export.directory) / MANIFEST).is_file()


def file_of(export: Export, name: str) -> Path | None:
    """The path of one of the release's own files; None for every other name."""
    known = {each["name"] for each in files_of(export)}
    path = place_of(export.directory) / name
    return path if name in known and path.is_file() else None


def files_of(export: Export) -> list[dict[str, object]]:
    """Every file of a finished export, the manifest last."""
    if not export.manifest:
        return []
    listed = list(export.manifest["files"])
    size = export.bytes - sum(each["bytes"] for each in listed)
    return [*listed, {"name": MANIFEST, "rows": 1, "bytes": size, "sha256": export.sha256}]


def folder_name(export: Export) -> str:
    """What a download of the release is called."""
    return f"{export.project.slug}-release-{export.pk}"


def download_name(export: Export, name: str) -> str:
    """What one of its files is called when it is downloaded alone."""
    return f"{folder_name(export)}-{name}"


def make_way(directory: Path) -> None:
    """Remove what an attempt that was killed has left behind; nobody was ever shown it."""
    for left in [directory, *directory.parent.glob(f".{directory.name}.*")]:
        shutil.rmtree(left, ignore_errors=True)


def copy_out(export: Export, out: Path) -> None:
    """Copy a release's files into `out`, which must be new, empty, or hold exactly these files."""
    out = out.absolute()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        if out.is_dir() and _holds(out, export):
            return
        raise Conflict(f"{out} holds something else already; name a new or an empty directory.")
    if not is_there(export):
        raise DomainError(f"The files of release {export.pk} are gone from the storage.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        waiting = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise DomainError(f"{out.parent} cannot be written to: {error.strerror}.") from error
    try:
        for each in files_of(export):
            _copy(place_of(export.directory) / str(each["name"]), waiting, str(each["sha256"]))
        waiting.chmod(0o755)
        waiting.rename(out)
    except BaseException:
        shutil.rmtree(waiting, ignore_errors=True)
        raise


def sha256_of(path: Path) -> str:
    """The hash of one file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _holds(directory: Path, export: Export) -> bool:
    expected = {each["name"]: each["sha256"] for each in files_of(export)}
    there = {path.name for path in directory.iterdir()}
    return there == expected.keys() and all(
        (directory / str(name)).is_file() and sha256_of(directory / str(name)) == sha256
        for name, sha256 in expected.items()
    )


def _copy(source: Path, target: Path, sha256: str) -> None:
    copied = target / source.name
    try:
        shutil.copyfile(source, copied)
        with copied.open("rb") as file:
            os.fsync(file.fileno())
    except OSError as error:
        raise DomainError(f"{source.name} could not be copied: {error.strerror}.") from error
    if sha256_of(copied) != sha256:
        raise DomainError(f"{source.name} has been changed in the storage; export it anew.")
