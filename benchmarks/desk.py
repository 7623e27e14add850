"""The desk: seats handed out and ratings taken over a long queue, and what is true afterwards.

One label = one submitted rating of five criteria and the next seat, without think time.
"""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from labeling.models import Batch, Project, RubricVersion, User

RESPONSES = 100_000
AHEAD = 50_000
CRITERIA = 5
RATERS = 16
SECONDS = 8.0
CLAIMS = 200
PAGES = 60

type Case = dict[str, object]


def run(scale: int = 1) -> Iterable[Case]:
    """Opening, single claims of a fresh and of a far rater, a crowd, and the pages."""
    count = RESPONSES * scale
    project, version, raters = _project(count)
    batch, seconds = _opened(project, version)
    yield {"what": "open a batch", "items": count, "seconds": round(seconds, 3)}
    ahead = min(AHEAD, count // 2)
    _rate_ahead(batch, raters[0], ahead)
    _analyze()
    yield _claims("claim, fresh rater", batch, raters[1], count)
    yield _claims(f"claim, rater {ahead:,} ahead", batch, raters[0], count)
    yield from _crowd(batch, raters, count)
    yield from _pages(batch, raters[2], count)


def _claims(what: str, batch: Batch, rater: User, count: int) -> Case:
    """Single claims, each seat given in at once; the first one is told apart."""
    from labeling import assigning
    from labeling.models import Assignment

    took = []
    for _ in range(CLAIMS):
        started = time.perf_counter()
        seat = assigning.claim_next(batch, rater)
        took.append(time.perf_counter() - started)
        if seat is None:
            raise AssertionError("nothing was handed out")
        Assignment.objects.filter(pk=seat.pk).update(state="submitted", lease_until=None)
    first = round(took[0] * 1_000, 2)
    return {"what": what, "items": count, "first_ms": first, **_times(took)}


def _crowd(batch: Batch, raters: list[User], count: int) -> Iterable[Case]:
    """All raters at once through the verbs, then the counts as the database has them."""
    from django.db import connections

    from labeling import assigning, rating

    answers = {f"c{n}": {"value": str(n % 2), "rationale": ""} for n in range(CRITERIA)}
    until = time.perf_counter() + SECONDS
    lock, took = threading.Lock(), []

    def work(rater: User) -> None:
        mine = []
        seat = assigning.claim_next(batch, rater)
        while time.perf_counter() < until and seat is not None:
            started = time.perf_counter()
            rating.submit(seat, answers, submission_id=uuid4(), by=rater)
            seat = assigning.claim_next(batch, rater)
            mine.append(time.perf_counter() - started)
        with lock:
            took.extend(mine)
        connections.close_all()

    with ThreadPoolExecutor(max_workers=len(raters)) as pool:
        list(pool.map(work, raters))
    yield {
        "what": "submit and next, one process",
        "items": count,
        "raters": len(raters),
        "think_s": 0,
        "per_second": round(len(took) / SECONDS, 1),
        **_times(took),
        **_truth(batch, submitted=len(took)),
    }


def _pages(batch: Batch, rater: User, count: int) -> Iterable[Case]:
    """The whole of Django, one request after the other."""
    from django.test import Client

    from labeling import assigning

    client = Client(headers={"host": "localhost"})
    client.force_login(rater)
    seat = assigning.claim_next(batch, rater)
    if seat is None:
        raise AssertionError("nothing was handed out")
    page, address = f"/desk/seat/{seat.pk}/", [f"/desk/seat/{seat.pk}/"]

    def submit() -> int:
        body = {
            "answers": {f"c{n}": {"value": "1", "rationale": ""} for n in range(CRITERIA)},
            "submission_id": str(uuid4()),
            "version": batch.rubric_version_id,
        }
        answer = client.post(
            f"{address[0]}submit",
            json.dumps(body),
            content_type="application/json",
            headers={"accept": "application/json"},
        )
        address[0] = answer.json()["next"].partition("?")[0]
        return answer.status_code

    got = client.get(page)
    yield {
        "what": "page GET",
        "items": count,
        "bytes": len(got.content),
        **_timed(lambda: client.get(page).status_code),
    }
    yield {"what": "page submit and next", "items": count, **_timed(submit)}


def _timed(request: Callable[[], int]) -> Case:
    request()
    took = []
    for _ in range(PAGES):
        started = time.perf_counter()
        status = request()
        took.append(time.perf_counter() - started)
        if status != 200:
            raise AssertionError(f"the desk answers {status}")
    return _times(took)


def _times(took: list[float]) -> Case:
    ordered = sorted(took)
    return {
        "n": len(ordered),
        "p50_ms": round(statistics.median(ordered) * 1_000, 2),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1_000, 2),
    }


def _truth(batch: Batch, *, submitted: int) -> Case:
    """Counted from the rows: nothing lost, doubled or over, one lease a rater."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select (select count(*) from labeling_rating where batch_id = %(batch)s),"
            " (select count(*) from (select 1 from labeling_assignment where batch_id = %(batch)s"
            "  group by response_id, rater_id having count(*) > 1) d),"
            " (select count(*) from (select 1 from labeling_assignment a"
            "  join labeling_queueentry q using (batch_id, response_id)"
            "  where batch_id = %(batch)s and a.slot is not null"
            "  group by q.id having count(*) <> q.taken or count(*) > q.overlap) o),"
            " (select coalesce(max(n), 0) from (select count(*) n from labeling_assignment"
            "  where batch_id = %(batch)s and state = 'leased' group by rater_id) l)",
            {"batch": batch.pk},
        )
        kept, doubled, over, leases = cursor.fetchone()
    counts = {"lost": submitted - kept, "doubled": doubled, "over": over}
    if any(counts.values()) or leases > 1:
        raise AssertionError(f"{counts}, {leases} leases of one rater")
    return {**counts, "leases_per_rater": leases}


def _opened(project: Project, version: RubricVersion) -> tuple[Batch, float]:
    from labeling import assigning
    from labeling.models import Response

    started = time.perf_counter()
    chosen = Response.objects.filter(project=project)
    batch = assigning.open_batch(project, version, "Bench", responses=chosen, overlap=3, by=None)
    return batch, time.perf_counter() - started


def _project(count: int) -> tuple[Project, RubricVersion, list[User]]:
    """A project of `count` responses of 1 KB, a rubric of five criteria, sixteen experts."""
    from django.db import connection

    from labeling import authoring
    from labeling.models import Generator, Membership, Project, User
    from labeling.spec import parse_rubric

    name = uuid4().hex
    project = Project.objects.create(slug=f"bench-{name}", title="Bench")
    by = Generator.objects.create(project=project, name="m", kind="model", params_hash="0" * 64)
    criteria = [
        {"key": f"c{n}", "name": f"C{n}", "criterion": "Is so.", "points": 1}
        for n in range(CRITERIA)
    ]
    spec = parse_rubric({"title": "Bench", "criteria": criteria})
    version, _ = authoring.publish_spec(project, spec, by=None)
    users = [User(username=f"{name[:12]}-{number}") for number in range(RATERS)]
    raters = User.objects.bulk_create(users)
    Membership.objects.bulk_create(
        Membership(project=project, user=user, role="expert") for user in raters
    )
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        cursor.execute(_ITEMS, {"project": project.pk, "count": count})
        cursor.execute(_RESPONSES, {"project": project.pk, "by": by.pk})
    return project, version, raters


_ITEMS = """
insert into labeling_item (project_id, external_id, group_key, messages, tags, metadata,
                           content_hash)
select %(project)s, 'item-' || n, 'item-' || n,
    '[{"role": "user", "content": "May I send the kettle back?"}]', '{}', '{}', md5(n::text)
from generate_series(1, %(count)s) as n
"""
_RESPONSES = """
insert into labeling_response (project_id, item_id, generator_id, index, external_id, messages,
                               output, metadata, content_hash)
select %(project)s, i.id, %(by)s, 0, i.external_id,
    jsonb_build_array(jsonb_build_object('role', 'assistant', 'content', repeat('Yes. ', 200))),
    repeat('Yes. ', 200), '{}', i.content_hash
from labeling_item i where i.project_id = %(project)s
"""
_AHEAD = """
with seen as (
    update labeling_queueentry set taken = taken + 1
    where batch_id = %(batch)s and key <= %(ahead)s returning project_id, response_id
)
insert into labeling_assignment (project_id, batch_id, response_id, rater_id, round, slot,
                                 purpose, state, ord, skip_reason)
select project_id, %(batch)s, response_id, %(rater)s, 1, 1, 'fixed', 'submitted', 0, '' from seen
"""


def _rate_ahead(batch: Batch, rater: User, ahead: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_AHEAD, {"batch": batch.pk, "ahead": ahead, "rater": rater.pk})


def _analyze() -> None:
    """Statistics as autovacuum keeps them; only the owner may ask for them at once."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze")
