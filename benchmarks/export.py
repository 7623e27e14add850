"""From ratings to a proven dataset: 100,000 items measured, selected, exported and verified."""

from __future__ import annotations

import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import uuid4

ITEMS = 100_000
RATERS = 3
KEYS = ("cites_policy", "polite")
SEATS = """
    INSERT INTO labeling_assignment (project_id, batch_id, response_id, rater_id, round, slot,
                                     purpose, state, ord, skip_reason)
    SELECT b.project_id, b.id, r.id, %(rater)s, 1, %(slot)s, 'fixed', 'submitted',
           r.id, ''
    FROM labeling_batch b JOIN labeling_response r USING (project_id) WHERE b.id = %(batch)s
"""
RATINGS = """
    INSERT INTO labeling_rating (project_id, batch_id, assignment_id, rubric_version_id, revision,
                                 submission_id, payload_hash, withdrawn, shown_order)
    SELECT a.project_id, a.batch_id, a.id, b.rubric_version_id, 1, gen_random_uuid(), '', false,
           '[]'
    FROM labeling_assignment a JOIN labeling_batch b ON b.id = a.batch_id
    WHERE a.batch_id = %(batch)s AND a.rater_id = %(rater)s
"""
SCORES = """
    INSERT INTO labeling_score (rating_id, assignment_id, batch_id, response_id, rater_id,
                                criterion_id, lineage_id, answer, value, level_id, rationale,
                                evidence)
    SELECT t.id, a.id, a.batch_id, a.response_id, a.rater_id, c.id, c.lineage_id, 'scored',
           l.value, l.id, '', '[]'
    FROM labeling_assignment a
    JOIN labeling_rating t ON t.assignment_id = a.id
    JOIN labeling_criterion c ON c.version_id = t.rubric_version_id
    JOIN labeling_level l ON l.criterion_id = c.id AND l.value =
        (c.key = 'polite' AND NOT (a.slot = 1 AND a.response_id %% 7 = 0))::int
    WHERE a.batch_id = %(batch)s AND a.rater_id = %(rater)s
"""


def run(scale: int = 1) -> Iterable[dict[str, object]]:
    """Each stage in a fresh process, so that no stage hides in the memory of the one before."""
    count = ITEMS * scale
    slug = f"bench-{uuid4().hex}"
    with tempfile.TemporaryDirectory() as folder:
        for stage in (_load, _measure, _select, _export, _verify):
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
                measured = fresh.submit(_watched, stage, slug, count, folder).result()
            if stage is not _load:
                yield {"what": stage.__name__.strip("_"), "n": count, **measured}


def _watched(
    stage: Callable[[str, int, Path], dict[str, object]], slug: str, count: int, folder: str
) -> dict[str, object]:
    import django

    django.setup()
    # What is loaded only once, such as compiled modules, is no part of the growth.
    import evals.tasks  # noqa: F401

    before, started = _peak_mb(), time.perf_counter()
    told = stage(slug, count, Path(folder))
    seconds = time.perf_counter() - started
    return {
        "seconds": round(seconds, 3),
        "per_second": round(count / seconds),
        "peak_rss_mb": round(_peak_mb(), 1),
        "growth_mb": round(_peak_mb() - before, 1),
        **told,
    }


def _load(slug: str, count: int, folder: Path) -> dict[str, object]:
    from labeling.importing import load
    from labeling.models import Batch, Project, RubricVersion, User

    files = {
        "rubric": _written(folder / "rubric.json", [json.dumps(_rubric())]),
        "items": _written(folder / "items.jsonl", map(_item, range(count))),
        "responses": _written(folder / "responses.jsonl", map(_response, range(count))),
    }
    project = Project.objects.create(slug=slug)
    if not load(project, files, by=None).taken:
        raise AssertionError("the items were not taken")
    batch = Batch.objects.create(
        project=project,
        rubric_version=RubricVersion.objects.get(project=project),
        name="Rated",
        overlap=RATERS,
    )
    for slot in range(1, RATERS + 1):
        rater = User.objects.create(username=f"{slug}-{slot}")
        _rate(batch.pk, rater.pk, slot)
    return {}


def _rate(batch: int, rater: int, slot: int) -> None:
    """One rater answers every response; every seventh time the first finds it impolite."""
    from django.db import connection, transaction

    names = {"batch": batch, "rater": rater, "slot": slot}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock_shared(7201, %(batch)s)", names)
        for statement in (SEATS, RATINGS, SCORES):
            cursor.execute(statement, names)
        for table in ("assignment", "rating", "score"):
            cursor.execute(f"ANALYZE labeling_{table}")


def _measure(slug: str, count: int, folder: Path) -> dict[str, object]:
    from evals import measuring
    from evals.models import AgreementRun
    from labeling.models import Batch

    run, _ = measuring.start(Batch.objects.get(project__slug=slug))
    _carried_out(AgreementRun, run, measuring.measure)
    return {"ratings": run.ratings_through}


def _select(slug: str, count: int, folder: Path) -> dict[str, object]:
    from evals import selecting
    from evals.gaps.rule import Rule
    from evals.models import Selection
    from labeling.models import Project

    run, _ = selecting.start(Project.objects.get(slug=slug), Rule())
    _carried_out(Selection, run, selecting.select)
    return {"items_in": run.funnel[-1]["count"]}


def _export(slug: str, count: int, folder: Path) -> dict[str, object]:
    from evals import exporting
    from evals.models import Export, Selection

    run, _ = exporting.start(Selection.objects.get(project__slug=slug))
    _carried_out(Export, run, exporting.write)
    return {"rows": run.rows, "bytes": run.bytes}


def _verify(slug: str, count: int, folder: Path) -> dict[str, object]:
    from evals import exporting, verifying
    from evals.models import Export

    export = Export.objects.get(project__slug=slug)
    checked = verifying.verify(exporting.place_of(export.directory))
    return {"rows": checked.rows, "verdicts": checked.verdicts}


def _carried_out(model: Any, run: Any, verb: Callable[..., None]) -> None:
    """What a worker does with a run, in this process."""
    from labeling import runs

    with runs.executing(model, run.pk) as attempt:
        if attempt:
            verb(attempt)
    run.refresh_from_db()
    if run.state != "finished":
        raise AssertionError(f"{run}: {run.error}")


def _rubric() -> dict[str, object]:
    criteria = [
        {"key": key, "name": key, "criterion": f"It is {key}.", "points": 1} for key in KEYS
    ]
    return {"title": "Answers", "criteria": criteria}


def _item(number: int) -> str:
    text = f"May I send order {number} back after 30 days? " + "Without the box. " * 50
    return json.dumps({"id": f"item-{number:07}", "prompt": text, "group": f"g-{number // 10}"})


def _response(number: int) -> str:
    return json.dumps(
        {
            "id": f"response-{number:07}",
            "item_id": f"item-{number:07}",
            "generator": "model-a",
            "output": f"No, order {number} stays with you.",
        }
    )


def _written(path: Path, lines: Iterable[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(f"{line}\n" for line in lines)
    return path


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
