"""Exporting: a selection written as a dataset whose every row can be recomputed."""

from __future__ import annotations

from evals.exporting.archive import zipped
from evals.exporting.dataset import Dataset
from evals.exporting.starting import TARGETS, start, usual_name
from evals.exporting.storage import (
    FOLDER,
    copy_out,
    download_name,
    file_of,
    files_of,
    folder_name,
    is_there,
    make_way,
    place_of,
)
from evals.leases import kept_alive
from evals.models import Export
from evals.queries.snapshot import snapshot
from labeling import runs

__all__ = [
    "TARGETS",
    "Dataset",
    "copy_out",
    "download_name",
    "file_of",
    "files_of",
    "folder_name",
    "is_there",
    "place_of",
    "start",
    "usual_name",
    "write",
    "zipped",
]


def write(attempt: runs.Attempt[Export]) -> None:
    """Write the release into the storage in one snapshot of the database, then seal it."""
    export = attempt.run
    directory = f"{FOLDER}/{export.input_hash}"
    make_way(place_of(directory))
    with kept_alive(attempt, export.total) as progress:
        dataset = Dataset(export, progress.advance)
        with snapshot():
            records = dataset.write(place_of(directory))
    attempt.finish(
        directory=directory,
        sha256=records[-1].sha256,
        rows=dataset.rows,
        bytes=sum(record.bytes for record in records),
        manifest=dataset.manifest,
        done=export.total,
    )
