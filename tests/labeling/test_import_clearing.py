"""Imports that nobody confirms: they end after a week, and no file of theirs stays."""

import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from labeling.errors import Conflict
from labeling.importing import uploads
from labeling.models import Import, Project, RunState, User
from labeling.tasks import run_import, tidy

pytestmark = pytest.mark.django_db
DAY = 24 * 3600


@pytest.fixture(autouse=True)
def storage(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def waiting(project: Project, carol: User) -> Import:
    """An import that has been checked and waits for its confirmation."""
    file = ContentFile(b'{"id": "case-8", "prompt": "And the lid?"}\n', "items.jsonl")
    made, _ = uploads.start(project, {"items": file}, key=uuid4(), by=carol)
    run_import(made.pk)
    made.refresh_from_db()
    assert made.state == RunState.WAITING
    return made


def age(run: Import, days: float) -> Path:
    """Make the import so many days old; its file."""
    Import.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(days=days))
    (path,) = uploads.paths(run).values()
    put_back(path.parent, days)
    return path


def put_back(folder: Path, days: float) -> None:
    then = time.time() - days * DAY
    os.utime(folder, (then, then))


def test_after_a_week_it_says_that_nobody_confirmed_it(waiting: Import, carol: User):
    path = age(waiting, 7.1)
    tidy()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == (RunState.FAILED, uploads.NOT_CONFIRMED())
    assert not path.parent.exists()
    with pytest.raises(Conflict, match="upload the files again"):
        uploads.confirm(waiting, skip_invalid=False, by=carol)


def test_before_that_it_waits(waiting: Import):
    path = age(waiting, 6.9)
    tidy()
    waiting.refresh_from_db()
    assert waiting.state == RunState.WAITING
    assert path.exists()


def test_what_a_worker_still_needs_stays_however_old(waiting: Import, carol: User):
    path = age(waiting, 30)
    uploads.confirm(waiting, skip_invalid=False, by=carol)
    tidy()
    assert path.exists()
    run_import(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == RunState.FINISHED


def test_uploads_that_no_import_knows_go_too(storage: Path):
    for name, days in (("old", 8), ("new", 1)):
        (storage / "imports" / name).mkdir(parents=True)
        put_back(storage / "imports" / name, days)
    tidy()
    assert [path.name for path in (storage / "imports").iterdir()] == ["new"]
