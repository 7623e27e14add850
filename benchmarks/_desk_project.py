"""Batches to rate in, of any length, and the states that are hard for a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from labeling.models import Batch, Project, RubricVersion, User

CRITERIA = 5
OVERLAP = 3
ANSWERS = {f"c{n}": {"value": str(n % 2), "rationale": ""} for n in range(CRITERIA)}
ITEMS = """
    INSERT INTO labeling_item (project_id, external_id, group_key, messages, tags, metadata,
                               content_hash)
    SELECT %(project)s, 'item-' || n, 'item-' || n,
        '[{"role": "user", "content": "May I send the kettle back?"}]', '{}', '{}', md5(n::text)
    FROM generate_series(1, %(count)s) AS n
"""
RESPONSES = """
    INSERT INTO labeling_response (project_id, item_id, generator_id, index, external_id, messages,
                                   output, metadata, content_hash)
    SELECT %(project)s, i.id, %(by)s, 0, i.external_id,
        jsonb_build_array(jsonb_build_object('role', 'assistant', 'content', repeat('Yes. ', 200))),
        repeat('Yes. ', 200), '{}', i.content_hash
    FROM labeling_item i WHERE i.project_id = %(project)s
"""
AHEAD = """
    WITH seen AS (
        UPDATE labeling_queueentry SET taken = taken + 1
        WHERE batch_id = %(batch)s AND key <= %(count)s RETURNING project_id, response_id
    )
    INSERT INTO labeling_assignment (project_id, batch_id, response_id, rater_id, round, slot,
                                     purpose, state, ord, skip_reason)
    SELECT project_id, %(batch)s, response_id, %(rater)s, 1, 1, 'fixed', 'submitted', 0, ''
    FROM seen
"""
# Everybody but a few has skipped 19 of 20 responses that are still open.
SKIPPED = """
    INSERT INTO labeling_assignment (project_id, batch_id, response_id, rater_id, round, slot,
                                     purpose, state, ord, skip_reason)
    SELECT q.project_id, q.batch_id, q.response_id, rater, 1, NULL, 'fixed', 'skipped', 0, 'other'
    FROM labeling_queueentry q, unnest(%(raters)s::bigint[]) AS rater
    WHERE q.batch_id = %(batch)s AND (q.key + rater) %% 20 <> 0
"""
PEOPLE = """
    INSERT INTO labeling_user (password, is_superuser, username, first_name, last_name, email,
                               is_staff, is_active, date_joined)
    SELECT '', false, %(name)s || n, '', '', '', false, true, now()
    FROM generate_series(1, %(count)s) AS n RETURNING id
"""
LEASED = """
    WITH held AS (
        UPDATE labeling_queueentry q SET taken = taken + 1
        FROM unnest(%(raters)s::bigint[]) WITH ORDINALITY AS p (rater, n)
        WHERE q.batch_id = %(batch)s AND q.key = p.n RETURNING q.*, p.rater
    )
    INSERT INTO labeling_assignment (project_id, batch_id, response_id, rater_id, round, slot,
                                     purpose, state, ord, skip_reason, lease_until)
    SELECT project_id, batch_id, response_id, rater, 1, taken, 'fixed', 'leased', 0, '',
           now() - interval '1 second' FROM held
"""
# Counted from the rows: nothing lost, doubled or over, one lease a rater.
TRUTH = """
    SELECT (SELECT count(*) FROM labeling_rating t JOIN labeling_score s ON s.rating_id = t.id
            WHERE t.batch_id = %(batch)s),
        (SELECT count(*) FROM labeling_rating WHERE batch_id = %(batch)s),
        (SELECT count(*) FROM (SELECT 1 FROM labeling_assignment WHERE batch_id = %(batch)s
            GROUP BY response_id, rater_id HAVING count(*) > 1) d),
        (SELECT count(*) FROM (SELECT 1 FROM labeling_queueentry q
            LEFT JOIN labeling_assignment a ON a.batch_id = q.batch_id
                AND a.response_id = q.response_id AND a.slot IS NOT NULL
            WHERE q.batch_id = %(batch)s
            GROUP BY q.id HAVING count(a.id) <> q.taken OR count(a.id) > q.overlap) o),
        (SELECT coalesce(max(n), 0) FROM (SELECT count(*) n FROM labeling_assignment
            WHERE batch_id = %(batch)s AND state = 'leased' GROUP BY rater_id) l)
"""


def make_project(count: int, raters: int) -> tuple[Project, RubricVersion, list[User]]:
    """A project of `count` responses of 1 KB, a rubric of five criteria, and its experts."""
    from labeling import authoring
    from labeling.models import Generator, Membership, Project, User
    from labeling.spec import parse_rubric

    name = uuid4().hex
    project = Project.objects.create(slug=f"bench-{name}", title="Bench")
    by = Generator.objects.create(project=project, name="m", kind="model", params_hash="0" * 64)
    criteria = [
        {"key": f"c{n}", "name": f"C{n}", "criterion": f"Is so, number {n}.", "points": 1}
        for n in range(CRITERIA)
    ]
    version, _ = authoring.publish_spec(
        project, parse_rubric({"title": "Bench", "criteria": criteria}), by=None
    )
    users = [User(username=f"{name[:12]}-{number}") for number in range(raters)]
    people = User.objects.bulk_create(users)
    Membership.objects.bulk_create(
        Membership(project=project, user=user, role="expert") for user in people
    )
    execute(ITEMS, project=project.pk, count=count)
    execute(RESPONSES, project=project.pk, by=by.pk)
    return project, version, people


def open_batch(project: Project, version: RubricVersion) -> Batch:
    from labeling import assigning
    from labeling.models import Response

    chosen = Response.objects.filter(project=project)
    name = f"Bench {uuid4().hex}"
    return assigning.open_batch(project, version, name, responses=chosen, overlap=OVERLAP, by=None)


def execute(statement: str, **names: Any) -> list[tuple[Any, ...]]:
    """Rows of a statement that may take as long as it needs."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(statement, names)
        return cursor.fetchall() if cursor.description else []


def analyze() -> None:
    """Statistics as autovacuum keeps them; only the owner may ask for them at once."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def truth(batch: Batch, before: int, acknowledged: int) -> dict[str, int]:
    """What the database has after `acknowledged` more ratings than `before`; faults end the run."""
    scores, ratings, doubled, over, leases = execute(TRUTH, batch=batch.pk)[0]
    counts = {"lost": before + acknowledged - ratings, "doubled": doubled, "over": over}
    if any(counts.values()) or leases > 1 or scores != CRITERIA * ratings:
        raise AssertionError(f"{counts}, {leases} leases of one rater, {scores} scores")
    return {**counts, "leases_per_rater": leases}


def rated(batch: Batch) -> int:
    """How many ratings the batch has."""
    return execute(TRUTH, batch=batch.pk)[0][1]
