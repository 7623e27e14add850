"""Writing a release: every file hashed line by line, the whole directory there or not at all.

Lines go to a hidden directory beside the final one, in constant memory; when the manifest is in
and everything is on disk, one rename makes the release appear.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labeling.errors import Conflict, Problem
from labeling.strict_json import InvalidJson, loads

MANIFEST = "manifest.json"
MANIFEST_BYTES_MAX = 64 << 20
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the manifest says of one file."""

    name: str
    rows: int
    bytes: int
    sha256: str

    def to_json(self) -> dict[str, object]:
        """The file's entry in manifest and command output."""
        return {
            "name": self.name,
            "rows": self.rows,
            "bytes": self.bytes,
            "sha256": self.sha256,
        }


def write_bundle(
    directory: Path,
    files: Mapping[str, Iterable[bytes]],
    manifest: Callable[[Sequence[FileRecord]], bytes],
) -> list[FileRecord]:
    """Write files of lines and their manifest; Conflict when the directory is there already.

    `files` are consumed in their order, and `manifest` is asked once all are written.
    """
    if directory.exists():
        raise Conflict(f"{directory.name} exists already; a release is never written over.")
    directory.parent.mkdir(parents=True, exist_ok=True)
    waiting = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    try:
        records = [_write(waiting / name, lines) for name, lines in files.items()]
        records.append(_write(waiting / MANIFEST, [manifest(records)]))
        # mkdtemp is private to its owner; a release is read like any other file.
        waiting.chmod(0o755)
        _sync(waiting)
        waiting.rename(directory)
    except BaseException:
        shutil.rmtree(waiting, ignore_errors=True)
        raise
    _sync(directory.parent)
    return records


def verify_files(directory: Path, manifest: object) -> list[Problem]:
    """Everything in which the files differ from what the manifest says; empty when they agree."""
    recorded = _recorded(manifest)
    if recorded is None:
        return [Problem(MANIFEST, "It does not list its files.")]
    there = {path.name for path in directory.iterdir()}
    expected = {record.name for record in recorded} | {MANIFEST}
    problems = [Problem(name, "The manifest knows no such file.") for name in there - expected]
    for record in recorded:
        if record.name not in there:
            problems.append(Problem(record.name, "The file is missing."))
        elif (found := _measure(directory / record.name)) != record:
            problems.append(Problem(record.name, _difference(record, found)))
    return sorted(problems, key=lambda problem: problem.where)


def read_manifest(directory: Path) -> object:
    """The manifest of a release as JSON, None when it is missing or not JSON."""
    try:
        return loads((directory / MANIFEST).read_bytes(), max_bytes=MANIFEST_BYTES_MAX)
    except (OSError, InvalidJson):
        return None


def _write(path: Path, lines: Iterable[bytes]) -> FileRecord:
    digest, rows, size = hashlib.sha256(), 0, 0
    with path.open("xb") as file:
        for line in lines:
            file.write(line)
            digest.update(line)
            rows += 1
            size += len(line)
        file.flush()
        os.fsync(file.fileno())
    return FileRecord(path.name, rows, size, digest.hexdigest())


def _measure(path: Path) -> FileRecord:
    digest, rows, size = hashlib.sha256(), 0, 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            rows += block.count(b"\n")
            size += len(block)
    return FileRecord(path.name, rows, size, digest.hexdigest())


def _difference(record: FileRecord, found: FileRecord) -> str:
    if found.bytes != record.bytes:
        return f"It has {found.bytes:,} bytes, the manifest says {record.bytes:,}."
    if found.sha256 != record.sha256:
        return f"Its sha256 is {found.sha256}, the manifest says {record.sha256}."
    return f"It has {found.rows:,} rows, the manifest says {record.rows:,}."


def _recorded(manifest: object) -> list[FileRecord] | None:
    files = manifest.get("files") if isinstance(manifest, Mapping) else None
    if not isinstance(files, list):
        return None
    try:
        return [
            FileRecord(str(f["name"]), int(f["rows"]), int(f["bytes"]), str(f["sha256"]))
            for f in files
        ]
    except (KeyError, TypeError, ValueError):
        return None


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
