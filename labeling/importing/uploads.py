"""Imports in the browser: uploaded, tried out in full, confirmed by a person, carried out."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from labeling import runs
from labeling.errors import Conflict, DomainError
from labeling.formats.renaming import Renaming
from labeling.importing.loading import load
from labeling.importing.pace import Pace
from labeling.importing.report import KINDS, Report
from labeling.kept import Kept
from labeling.language import Told
from labeling.models import Import, Project, RunState, User
from labeling.runs import Attempt

log = logging.getLogger(__name__)

PROBLEMS_KEPT = 1000
SAMPLE_LINES = 5
SAMPLE_LENGTH = 300
KEPT_FOR = timedelta(days=7)
NOT_CONFIRMED = Kept(
    "Nobody confirmed it within a week, so its files were removed; upload them again."
)
NOT_TAKEN = Kept("Nothing was imported: %(count)s problems have come up.")
NOT_TAKEN_NOW = Kept("Nothing was imported: since the check, %(count)s problems have come up.")


class NotWaiting(Conflict):
    """Somebody confirms an import that is not waiting for it."""


@transaction.atomic
def start(
    project: Project,
    files: Mapping[str, File],
    *,
    key: UUID,
    renaming: Renaming | None = None,
    skip_invalid: bool | None = None,
    by: User,
) -> tuple[Import, bool]:
    """Keep the uploads and note that they wait for a check. Sent twice with one key: one import.

    With `skip_invalid` said beforehand nobody is asked again: it is carried out at once.
    """
    folder = f"imports/{uuid4().hex}"
    stored = {kind: _store(file, folder, kind) for kind, file in files.items()}
    text = f"{project.pk}:{by.pk}:{key}"
    run, new = runs.start(
        Import,
        key={"input_hash": hashlib.sha256(text.encode()).hexdigest()},
        project=project,
        files=stored,
        options={
            "map": _options(renaming),
            "folder": folder,
            "skip_invalid": bool(skip_invalid),
        },
        confirmed=skip_invalid is not None,
        created_by=by,
        total=sum(entry["bytes"] for entry in stored.values()),
    )
    if not new:
        _remove(folder)
    return run, new


@transaction.atomic
def confirm(run: Import, *, skip_invalid: bool, by: User) -> Import:
    """Let the import be carried out. Confirmed twice it is carried out once."""
    run = Import.objects.select_for_update().get(pk=run.pk)
    if run.confirmed and run.state != RunState.WAITING:
        return run
    if run.state == RunState.FAILED:
        raise NotWaiting(_("This import has ended; upload the files again."))
    if run.state != RunState.WAITING:
        raise NotWaiting(_("This import is still being checked; wait for what it would do."))
    preview = run.preview or {}
    if preview["fatal"]:
        raise DomainError(
            _("One of the files cannot be read as a whole; mend it and upload again.")
        )
    if preview["faults"] and not skip_invalid:
        raise DomainError(_("Some lines have problems; leave them out, or mend the file first."))
    run.confirmed, run.state, run.attempt, run.done = True, RunState.PENDING, 0, 0
    run.options = {**run.options, "skip_invalid": skip_invalid}
    run.save(update_fields=["confirmed", "state", "attempt", "done", "options"])
    log.info("import %s confirmed by user %s", run.pk, by.pk)
    return run


def carry_out(attempt: Attempt[Import]) -> None:
    """One attempt at what is next: trying it out, or doing it."""
    if attempt.run.confirmed:
        _apply(attempt)
    else:
        _try_out(attempt)


def _try_out(attempt: Attempt[Import]) -> None:
    run = attempt.run
    with Pace(attempt, run.total or 0) as pace:
        report = load(**_order(run), dry_run=True, tick=pace.tick)
    preview = {
        "counts": report.document(),
        "faults": report.faults.count,
        "fatal": report.fatal,
        "notes": report.notes,
        "said": [one.document() for one in report.notes if isinstance(one, Told)],
        "samples": {kind: _sample(path) for kind, path in paths(run).items()},
    }
    attempt.held().update(
        state=RunState.WAITING,
        preview=preview,
        problems=_kept(report),
        lease_until=None,
        done=pace.done,
    )


def _apply(attempt: Attempt[Import]) -> None:
    run = attempt.run
    skip = bool(run.options.get("skip_invalid"))
    with transaction.atomic():
        with Pace(attempt, run.total or 0) as pace:
            report = load(**_order(run), skip_invalid=skip, tick=pace.tick)
        if report.taken:
            # In one transaction with the rows: done is done exactly once.
            attempt.finish(result=report.document(), problems=_kept(report), done=pace.done)
            transaction.on_commit(lambda: _remove(run.options["folder"]))
    if not report.taken:
        attempt.held().update(problems=_kept(report))
        words = NOT_TAKEN_NOW if run.preview else NOT_TAKEN
        raise DomainError(words(count=report.faults.count))


def clear_away() -> None:
    """Give up imports that nobody confirmed within a week, and drop files no import waits for."""
    Import.objects.filter(state=RunState.WAITING, created_at__lt=Now() - KEPT_FOR).update(
        state=RunState.FAILED, error=NOT_CONFIRMED()
    )
    over = [RunState.FINISHED, RunState.FAILED]
    needed = set(Import.objects.exclude(state__in=over).values_list("options__folder", flat=True))
    # Also what a request left that was cut off before its import was noted.
    for folder in (Path(settings.MEDIA_ROOT) / "imports").glob("*"):
        old = time.time() - folder.stat().st_mtime > KEPT_FOR.total_seconds()
        if old and f"imports/{folder.name}" not in needed:
            _remove(f"imports/{folder.name}")


def paths(run: Import) -> dict[str, Path]:
    """Where the uploads lie, in the order in which they are loaded."""
    root = Path(settings.MEDIA_ROOT)
    return {kind: root / run.files[kind]["path"] for kind in KINDS if kind in run.files}


def _order(run: Import) -> dict[str, Any]:
    renaming = Renaming(**(run.options.get("map") or {}))
    return {
        "project": run.project,
        "files": paths(run),
        "by": run.created_by,
        "renaming": renaming,
    }


def _options(renaming: Renaming | None) -> dict[str, Any] | None:
    return asdict(renaming) if renaming else None


def _store(file: File, folder: str, kind: str) -> dict[str, Any]:
    """Write the upload under a name of ours; the uploader's is only shown."""
    path = Path(settings.MEDIA_ROOT) / folder / kind
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as target:
        for chunk in file.chunks():
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return {
        "name": Path(file.name or kind).name[:200],
        "path": f"{folder}/{kind}",
        "bytes": size,
        "sha256": digest.hexdigest(),
    }


def _remove(folder: str) -> None:
    shutil.rmtree(Path(settings.MEDIA_ROOT) / folder, ignore_errors=True)


def _kept(report: Report) -> list[dict[str, Any]]:
    return [fault._asdict() for fault in islice(report.faults, PROBLEMS_KEPT)]


def _sample(path: Path) -> list[str]:
    """The first lines as they stand, so that people recognise their file."""
    with path.open("rb") as stream:
        lines = [stream.readline(SAMPLE_LENGTH * 4) for _ in range(SAMPLE_LINES)]
    texts = (line.decode(errors="replace").replace("\0", "\ufffd") for line in lines if line)
    return [json.loads(json.dumps(text.rstrip()[:SAMPLE_LENGTH])) for text in texts]
