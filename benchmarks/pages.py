"""Pages: the time of one request after the other, on a project of 100,000 items."""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from django.test import Client

    from labeling.models import Batch, Project

ITEMS = 100_000
RATED = 2_000
QUEUED = 1_000
RATERS = ("expert-1", "expert-2", "expert-3")
CRITERIA = 6
REQUESTS = 50
TARGET_MS = 50


def run(scale: int = 1) -> Iterable[dict[str, object]]:
    """Median and 95th percentile of each page, the whole of Django included."""
    project, batch = _project(ITEMS * scale)
    client = _client(project)
    items = f"/p/{project.slug}/items/"
    rated = f"{items}?batch={batch.pk}&criterion=c0"
    pages = {
        "desk": _desk(project, client),
        "dashboard": f"/p/{project.slug}/",
        "agreement": f"/p/{project.slug}/agreement/",
        "agreement on a criterion": f"/p/{project.slug}/agreement/c0/",
        "agreement over time": f"/p/{project.slug}/agreement/time",
        "experts side by side": _side_by_side(project, batch),
        "items": items,
        "items, in the middle": f"{items}?after=item-50000",
        "items, one found": f"{items}?q=item-77777",
        "items, none found": f"{items}?q=nowhere",
        "items, disputed": f"{rated}&show=disagreement",
        "item": f"{items}{_rated_item(project)}/",
    }
    for name, address in pages.items():
        yield {"what": name, "n": ITEMS * scale, **_timed(client, address)}


def _side_by_side(project: Project, batch: Batch) -> str:
    """The units behind the numbers of the batch's run, the widest disagreement first."""
    from evals.queries.agreement import latest_run

    run = latest_run(batch)
    assert run is not None
    return f"/p/{project.slug}/agreement/runs/{run.pk}/units?criterion=c0"


def _timed(client: Client, address: str) -> dict[str, object]:
    """Fifty requests after one that warms up."""
    client.get(address)
    took = []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        answer = client.get(address)
        took.append((time.perf_counter() - started) * 1_000)
        if answer.status_code != 200:
            raise AssertionError(f"{address} answers {answer.status_code}")
    median = statistics.median(took)
    return {
        "requests": REQUESTS,
        "median_ms": round(median, 1),
        "p95_ms": round(statistics.quantiles(took, n=20)[-1], 1),
        "target_ms": TARGET_MS,
        "holds": median < TARGET_MS,
    }


def _project(count: int) -> tuple[Project, Batch]:
    """Items with a response each, some of them rated, and agreement measured."""
    from evals import measuring
    from evals.models import AgreementRun
    from labeling import runs
    from labeling.importing import load
    from labeling.models import Batch, Project

    project = Project.objects.create(slug=f"bench-{uuid4().hex}", title="Pages")
    with tempfile.TemporaryDirectory() as folder:
        files = _files(Path(folder), count)
        ratings = {"ratings": files.pop("ratings")}
        load(project, files, by=None)
        _analyze()
        load(project, ratings, by=None)
    batch = Batch.objects.get(project=project)
    run, _ = measuring.start(batch)
    with runs.executing(AgreementRun, run.pk) as attempt:
        if attempt:
            measuring.measure(attempt)
    _analyze()
    return project, batch


def _analyze() -> None:
    """What autovacuum does within a minute of quiet; only the owner may."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def _files(folder: Path, count: int) -> dict[str, Path]:
    names = ("rubric.json", "items.jsonl", "responses.jsonl", "ratings.csv")
    files = {Path(name).stem: folder / name for name in names}
    levels = [{"value": 0, "label": "No"}, {"value": 1, "label": "Yes"}]
    criteria = [
        {
            "key": f"c{k}",
            "name": f"Criterion {k}",
            "criterion": "Says what applies.",
            "points": 1,
            "scale": {"type": "binary", "levels": levels},
        }
        for k in range(CRITERIA)
    ]
    files["rubric"].write_text(json.dumps({"title": "Bench", "criteria": criteria}))
    _write(files["items"], ({"id": f"item-{n:05}", "prompt": f"Case {n}?"} for n in range(count)))
    _write(files["responses"], map(_response, range(count)))
    with files["ratings"].open("w") as stream:
        stream.write("response_id,criterion,rater,value\n")
        stream.writelines(_ratings())
    return files


def _response(number: int) -> dict[str, object]:
    return {
        "id": f"response-{number}",
        "item_id": f"item-{number:05}",
        "generator": {"name": f"model-{number % 3}", "kind": "model"},
        "output": f"Paragraph {number} applies.",
    }


def _ratings() -> Iterator[str]:
    """Experts who mostly see what is there; the first responses are the rated ones."""
    chance = random.Random(0)
    for number in range(RATED):
        for key in range(CRITERIA):
            truth = chance.random() < 0.3
            for rater in RATERS:
                value = truth if chance.random() < 0.9 else not truth
                yield f"response-{number},c{key},{rater},{'Yes' if value else 'No'}\n"


def _write(path: Path, lines: Iterable[dict[str, object]]) -> None:
    with path.open("w") as stream:
        stream.writelines(json.dumps(line) + "\n" for line in lines)


def _client(project: Project) -> Client:
    """Somebody who oversees the project; the requests go through every middleware."""
    from django.test import Client

    from labeling.models import Membership, User

    user = User.objects.create_user(f"bench-{uuid4().hex}")
    Membership.objects.create(project=project, user=user, role="admin")
    Membership.objects.create(project=project, user=user, role="expert")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def _desk(project: Project, client: Client) -> str:
    """A seat of the overseer at the desk, in a batch of other responses than the rated ones."""
    from labeling.assigning import open_batch
    from labeling.models import Response, RubricVersion

    version = RubricVersion.objects.get(project=project)
    some = [f"response-{number}" for number in range(RATED, RATED + QUEUED)]
    chosen = Response.objects.filter(external_id__in=some)
    batch = open_batch(project, version, "Desk", responses=chosen, by=None)
    return client.post(f"/desk/{batch.pk}/").headers["Location"]


def _rated_item(project: Project) -> int:
    from labeling.models import Item

    return Item.objects.get(project=project, external_id="item-00000").pk
