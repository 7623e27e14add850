"""A large rated batch, filled by INSERT .. SELECT as the tables' owner.

What checks row by row is put aside for the filling (triggers disabled, foreign keys and indexes
dropped) and stands again before anything is measured; constraints are proved over all rows then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

RATERS = 5
EXPERTS = 50
LEVELS = 5
# Seats beyond those that are filled, for experts who come later.
SPARE = 6
FILLED = (
    "labeling_item",
    "labeling_response",
    "labeling_assignment",
    "labeling_rating",
    "labeling_score",
)
ITEMS = """
    INSERT INTO labeling_item (project_id, external_id, group_key, messages, tags, metadata,
                               content_hash)
    SELECT %(project)s, 'item-' || n, 'item-' || n,
           jsonb_build_array(jsonb_build_object('role', 'user', 'content',
               'May I send order ' || n || ' back? ' || repeat('Without the box. ', 10))),
           CASE WHEN %(tags)s = 0 THEN '{}'::text[]
                ELSE ARRAY['tag-' || n %% greatest(%(tags)s, 1)] END,
           '{}', md5(n::text)
    FROM generate_series(1, %(items)s) AS n
"""
RESPONSES = """
    INSERT INTO labeling_response (project_id, item_id, generator_id, index, external_id, messages,
                                   output, metadata, content_hash)
    SELECT i.project_id, i.id, generator, 0, i.external_id || '/' || generator, '[]',
           repeat('No, it stays with you. ', 8), '{}', i.content_hash
    FROM labeling_item i, unnest(%(generators)s::bigint[]) AS generator
    WHERE i.project_id = %(project)s ORDER BY i.id, generator LIMIT %(units)s
"""
# As experts work: one response after the other in shuffled order, never all seats of one together.
SEATS = """
    INSERT INTO labeling_assignment (project_id, batch_id, response_id, rater_id, round, slot,
                                     purpose, state, ord, skip_reason)
    SELECT r.project_id, %(batch)s, r.id,
           (%(experts)s::bigint[])[1 + (r.id * 7 + slot * 11) %% %(many)s],
           1, slot, 'fixed', 'submitted', 0, ''
    FROM generate_series(%(first)s, %(last)s) AS slot,
        (SELECT * FROM labeling_response WHERE project_id = %(project)s
         ORDER BY hashint8(id) LIMIT %(responses)s) r
    ORDER BY slot, hashint8(r.id)
"""
RATINGS = """
    INSERT INTO labeling_rating (project_id, batch_id, assignment_id, rubric_version_id, revision,
                                 submission_id, payload_hash, withdrawn, shown_order)
    SELECT a.project_id, a.batch_id, a.id, %(version)s, 1, gen_random_uuid(), '', false, '[]'
    FROM labeling_assignment a WHERE a.batch_id = %(batch)s AND a.slot >= %(first)s ORDER BY a.id
"""
SCORES = """
    INSERT INTO labeling_score (rating_id, assignment_id, batch_id, response_id, rater_id,
                                criterion_id, lineage_id, answer, value, level_id, rationale,
                                evidence)
    SELECT t.id, a.id, a.batch_id, a.response_id, a.rater_id, l.criterion_id, l.criterion_id,
           'scored', l.value, l.id, '', '[]'
    FROM labeling_rating t
    JOIN labeling_assignment a ON a.id = t.assignment_id
    JOIN labeling_criterion c ON c.version_id = t.rubric_version_id
    JOIN labeling_level l ON l.criterion_id = c.id AND l.value = 1 + greatest(0, least(4,
        mod(abs(hashint8(a.response_id * 31 + c.id)::bigint), 5)
        + (ARRAY[0, 0, 0, 0, 0, 1, 1, -1, -1, 2])
            [1 + mod(abs(hashint8(t.id * 17 + c.id)::bigint), 10)]))
    WHERE t.batch_id = %(batch)s AND a.slot >= %(first)s ORDER BY t.id, c.position
"""


def load(units: int, criteria: int, generators: int = 1, tags: int = 0) -> int:
    """A batch of so many responses, each rated by five of fifty experts; its id.

    Every item has a response of each generator, the last of which is an expert where there are
    several, and one of so many tags.
    """
    names = _made(criteria, generators) | {
        "units": units,
        "items": -(-units // generators),
        "tags": tags,
        "many": EXPERTS,
        "first": 1,
        "last": RATERS,
        "responses": units,
    }
    with _bare_tables() as execute:
        for statement in (ITEMS, RESPONSES, SEATS, RATINGS, SCORES):
            execute(statement, names)
    return names["batch"]


def _made(criteria: int, generators: int) -> dict[str, Any]:
    from labeling import authoring
    from labeling.models import Batch, Generator, Project, User
    from labeling.spec import parse_rubric

    project = Project.objects.create(slug=f"bench-{uuid4().hex}", title="Agreement")
    levels = [{"value": value, "label": f"Level {value}"} for value in range(1, LEVELS + 1)]
    keys = [f"c{number}" for number in range(criteria)]
    scale = {"type": "ordinal", "levels": levels}
    asked = [
        {"key": key, "criterion": "How good is it?", "points": 1, "scale": scale} for key in keys
    ]
    spec = parse_rubric({"title": "Bench", "criteria": asked})
    version, _ = authoring.publish_spec(project, spec, by=None)
    batch = Batch.objects.create(
        project=project, rubric_version=version, name="Rated", overlap=RATERS + SPARE
    )
    kinds = ["model"] * max(generators - 1, 1) + ["expert"] * (generators > 1)
    authors = [
        Generator.objects.create(project=project, name=f"author-{n}", kind=kind, params_hash="")
        for n, kind in enumerate(kinds)
    ]
    experts = [User.objects.create(username=f"{project.slug}-{n}").pk for n in range(EXPERTS)]
    return {
        "project": project.pk,
        "version": version.pk,
        "batch": batch.pk,
        "generators": [one.pk for one in authors],
        "experts": experts,
    }


def rate_more(batch: int, responses: int) -> None:
    """One more expert for so many responses, with every check in force."""
    from django.db import connection, transaction
    from django.db.models import Max

    from labeling.models import Assignment, Batch, User

    found = Batch.objects.get(pk=batch)
    slot = Assignment.objects.filter(batch=batch).aggregate(top=Max("slot"))["top"] + 1
    expert = User.objects.create(username=f"late-{uuid4().hex}")
    names = {
        "project": found.project_id,
        "version": found.rubric_version_id,
        "batch": batch,
        "experts": [expert.pk],
        "many": 1,
        "first": slot,
        "last": slot,
        "responses": responses,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock_shared(7201, %s)", [batch])
        for statement in (SEATS, RATINGS, SCORES):
            cursor.execute(statement, names)


@contextmanager
def _bare_tables() -> Iterator[Callable[..., None]]:
    """The tables without what checks row by row; it is built again over all rows at the end."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(
            "SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),"
            " format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,"
            "        pg_get_constraintdef(oid))"
            " FROM pg_constraint WHERE contype IN ('f', 'u')"
            " AND (conrelid = ANY (%(t)s::regclass[]) OR confrelid = ANY (%(t)s::regclass[]))"
            " ORDER BY contype",
            {"t": list(FILLED)},
        )
        constraints = cursor.fetchall()
        for drop, _ in constraints:
            cursor.execute(drop)
        cursor.execute(
            "SELECT format('DROP INDEX %%I', i.indexname), i.indexdef FROM pg_indexes i"
            " JOIN pg_index x ON x.indexrelid = i.indexname::regclass"
            " WHERE i.tablename = ANY (%s) AND NOT x.indisprimary",
            [list(FILLED)],
        )
        indexes = cursor.fetchall()
        for drop, _ in indexes:
            cursor.execute(drop)
        for table in FILLED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor.execute
        for _, create in (*indexes, *reversed(constraints)):
            cursor.execute(create)
        for table in FILLED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"VACUUM ANALYZE {table}")
