"""Loads at the same time: one set of rows; a worker that died: the import is carried out once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from labeling import runs
from labeling.importing import Report, load, uploads
from labeling.models import Import, Item, Project, Rating, Response, Score, User
from labeling.tasks import run_import
from tests import factories
from tests.labeling.loading import write_lines

pytestmark = pytest.mark.django_db(transaction=True)

PARALLEL = 50
CONNECTIONS = 20


def in_parallel(work: Callable[[], Report]) -> list[Report]:
    def one(_: int) -> Report:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return list(pool.map(one, range(PARALLEL)))


def test_fifty_identical_loads_make_one_set_of_rows(project: Project, tmp_path: Path) -> None:
    factories.published(project)
    items = [{"id": f"i{n}", "prompt": "May I?"} for n in range(3)]
    responses = [{"item_id": f"i{n}", "generator": "a", "output": "Yes."} for n in range(3)]
    ratings = [
        {"response_id": f"i{n}/a/0", "rater": rater, "criterion": "polite", "value": "Met"}
        for n in range(3)
        for rater in ("eve", "max")
    ]
    files = {
        "items": write_lines(tmp_path / "items", items),
        "responses": write_lines(tmp_path / "responses", responses),
        "ratings": write_lines(tmp_path / "ratings", ratings),
    }
    reports = in_parallel(lambda: load(project, files, by=None))
    assert all(report.taken for report in reports)
    assert sum(report.counts["ratings"].new for report in reports) == 6
    assert sum(report.counts["ratings"].same for report in reports) == 6 * (PARALLEL - 1)
    counts = [model.objects.count() for model in (Item, Response, Rating, Score)]
    assert counts == [3, 3, 6, 6]
    assert User.objects.filter(username__in=["eve", "max"]).count() == 2


@pytest.fixture
def confirmed(
    project: Project, carol: User, settings: pytest.FixtureRequest, tmp_path: Path
) -> Import:
    settings.MEDIA_ROOT = tmp_path
    file = ContentFile(b'{"id": "kettle", "prompt": "May I?"}\n', name="items.jsonl")
    run, _ = uploads.start(project, {"items": file}, key=uuid4(), by=carol)
    run_import(run.pk)
    return uploads.confirm(run, skip_invalid=False, by=carol)


def test_an_import_whose_worker_died_is_taken_up_again(confirmed: Import) -> None:
    with runs.executing(Import, confirmed.pk) as attempt:
        assert attempt is not None
    # The worker is gone without a word; its lease ends.
    Import.objects.filter(pk=confirmed.pk).update(lease_until="2020-01-01T00:00:00Z")
    woken: list[int] = []
    runs.sweep(Import, woken.append)
    assert woken == [confirmed.pk]
    run_import(confirmed.pk)
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.attempt, Item.objects.count()) == ("finished", 2, 1)


def test_a_worker_thought_dead_can_write_nothing(confirmed: Import) -> None:
    with runs.executing(Import, confirmed.pk) as stale:
        assert stale is not None
        Import.objects.filter(pk=confirmed.pk).update(lease_until="2020-01-01T00:00:00Z")
        with runs.executing(Import, confirmed.pk) as fresh:
            assert fresh is not None
            # The stale one wakes up and tries; its rows go with its transaction.
            with pytest.raises(runs.Superseded):
                uploads.carry_out(stale)
            assert Item.objects.count() == 0
            uploads.carry_out(fresh)
    assert Item.objects.count() == 1
