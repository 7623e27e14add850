"""All files of a release as one zip, made while it is sent: it is never whole in memory or on disk.

The same release gives the same bytes, whenever and wherever it is packed.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

from evals.exporting.storage import files_of, folder_name, place_of
from evals.models import Export

BLOCK = 256 * 1024
# The earliest time a zip can name: when it was packed is nobody's business.
NO_TIME = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16


class _Sink:
    """What the zip writes, until it is taken away; a zip can be written to what cannot seek."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, data: bytes) -> int:
        self.waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def take(self) -> bytes:
        taken = bytes(self.waiting)
        self.waiting.clear()
        return taken


def zipped(export: Export) -> Iterator[bytes]:
    """The zip's bytes: one folder, in it every file under its own name, as verifying wants it."""
    sink, folder = _Sink(), folder_name(export)
    with zipfile.ZipFile(sink, "w") as archive:  # type: ignore[call-overload]
        for each in files_of(export):
            name = str(each["name"])
            entry = zipfile.ZipInfo(f"{folder}/{name}", NO_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, READABLE
            with (
                (place_of(export.directory) / name).open("rb") as source,
                archive.open(entry, "w", force_zip64=True) as target,
            ):
                while block := source.read(BLOCK):
                    target.write(block)
                    yield sink.take()
            yield sink.take()
    yield sink.take()
