"""Moving a judged batch forward: what is asked again, in one go, and how fast it is handed out."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import _rated_batch

if TYPE_CHECKING:
    from labeling.models import Batch, RubricVersion

# Five seats each: with --scale 10 a million judged places.
RESPONSES = 20_000
CRITERIA = 5
CLAIMS = 200
QUEUE = """
    INSERT INTO labeling_queueentry (project_id, batch_id, response_id, key, taken, overlap)
    SELECT r.project_id, %(batch)s, r.id, row_number() OVER (ORDER BY hashint8(r.id)), 5, 8
    FROM labeling_response r WHERE r.project_id = %(project)s
"""
EXPERTS = """
    INSERT INTO labeling_membership (project_id, user_id, role)
    SELECT %(project)s, a.rater_id, 'expert' FROM labeling_assignment a
    WHERE a.batch_id = %(batch)s GROUP BY a.rater_id
"""

type Case = dict[str, object]


def run(scale: int = 1) -> Iterable[Case]:
    """Looking, moving, the claims that follow, and moving again before anything is answered."""
    from labeling import asking_again
    from labeling.models import Batch, User

    batch = _judged(RESPONSES * scale)
    by, places = User.objects.latest("pk"), RESPONSES * scale * 5
    second = _published(batch, 2)
    told, seconds = _timed(lambda: asking_again.preview(batch, second))
    _expect(told.total, places)
    yield {"what": "look", "n": places, "seconds": seconds}
    for version in (second, _published(batch, 3)):
        done, seconds = _timed(partial(asking_again.move_forward, batch, version, by=by))
        _expect(done.total, places)
        yield {"what": f"move to version {version.number}", "n": places, "seconds": seconds}
        yield _claims(Batch.objects.get(pk=batch.pk))


def _claims(batch: Batch) -> Case:
    """Single claims of what is asked again, each seat given back as skipped or given in."""
    from labeling import assigning
    from labeling.models import Assignment, User

    raters = User.objects.filter(assignments__batch=batch).distinct().order_by("pk")[:CLAIMS]
    took = []
    for turn in range(CLAIMS):
        rater = raters[turn % len(raters)]
        started = time.perf_counter()
        seat = assigning.claim_next(batch, rater)
        took.append(time.perf_counter() - started)
        if seat is None or seat.round == 1:
            raise AssertionError("nothing was asked again")
        Assignment.objects.filter(pk=seat.pk).update(state="submitted", lease_until=None)
    ordered = sorted(took)
    return {
        "what": "claim what is asked again",
        "n": CLAIMS,
        "p50_ms": round(statistics.median(ordered) * 1_000, 2),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1_000, 2),
    }


def _judged(responses: int) -> Batch:
    from django.db import connections

    from labeling.models import Batch

    batch = Batch.objects.get(pk=_rated_batch.load(responses, CRITERIA))
    about = {"batch": batch.pk, "project": batch.project_id}
    with connections["owner"].cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        for statement in (QUEUE, EXPERTS, "analyze"):
            cursor.execute(statement, about)
    return batch


def _published(batch: Batch, number: int) -> RubricVersion:
    """The next version: one criterion reworded, one of another scale, one new."""
    from dataclasses import replace

    from labeling import authoring
    from labeling.authoring import latest_published, spec_of

    latest = latest_published(batch.rubric_version.rubric)
    spec = spec_of(latest or batch.rubric_version)
    first, second, *rest = spec.criteria
    shorter = replace(second, scale=replace(second.scale, levels=second.scale.levels[:-1]))
    new = replace(first, key=f"new-{number}", name=f"New {number}", criterion=f"Is it {number}?")
    first = replace(first, criterion=f"How good is it really, {number}?")
    made, _ = authoring.publish_spec(
        batch.project, replace(spec, criteria=(first, shorter, *rest, new)), by=None
    )
    return made


def _timed[T](call: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    found = call()
    return found, round(time.perf_counter() - started, 2)


def _expect(found: int, expected: int) -> None:
    if found != expected:
        raise AssertionError(f"{found} places are asked again, {expected} were judged")
