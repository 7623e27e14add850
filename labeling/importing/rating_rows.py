"""Writing imported ratings: seats, ratings and scores, in front of every watermark."""

from __future__ import annotations

from django.db.models.functions import Now

from labeling import locks, staleness
from labeling.importing import staging
from labeling.importing.context import Loading
from labeling.models import Batch, RubricVersion, Way

NAME = "Imported ratings"

# One row a response and rater: the seat they have in a batch of this rubric, or none yet.
_SEATS = """
    SELECT p.response_id, p.rater_id, p.first, e.id AS assignment_id, e.batch_id,
           NULL::int AS slot
    FROM (SELECT response_id, rater_id, min(line) AS first FROM placed_rating GROUP BY 1, 2) p
    LEFT JOIN LATERAL (
        SELECT a.id, a.batch_id FROM labeling_assignment a WHERE a.batch_id = ANY(%s)
            AND a.response_id = p.response_id AND a.rater_id = p.rater_id
        ORDER BY a.id LIMIT 1
    ) e ON true
"""
_NUMBER_SLOTS = """
    UPDATE rating_seat p SET slot = n.slot, batch_id = %(batch)s FROM (
        SELECT s.response_id, s.rater_id, coalesce(t.top, 0) + row_number() OVER (
            PARTITION BY s.response_id ORDER BY s.first) AS slot
        FROM rating_seat s LEFT JOIN (
            SELECT response_id, max(slot) AS top FROM labeling_assignment
            WHERE batch_id = %(batch)s GROUP BY response_id
        ) t USING (response_id) WHERE s.assignment_id IS NULL
    ) n WHERE n.response_id = p.response_id AND n.rater_id = p.rater_id
"""
_RAISE_OVERLAP = """
    UPDATE labeling_batch b SET overlap = greatest(b.overlap, (SELECT max(slot) FROM rating_seat))
    WHERE b.id = %s
"""
_TAKE_SEATS = """
    WITH made AS (
        INSERT INTO labeling_assignment (project_id, batch_id, response_id, rater_id, round, slot,
            purpose, state, ord, skip_reason)
        SELECT %s, batch_id, response_id, rater_id, 1, slot, 'fixed', 'submitted', 0, ''
        FROM rating_seat WHERE assignment_id IS NULL ORDER BY first
        RETURNING id, response_id, rater_id
    )
    UPDATE rating_seat p SET assignment_id = made.id FROM made
    WHERE made.response_id = p.response_id AND made.rater_id = p.rater_id
"""
# Times that differ within a rating are those of its criteria; equal ones are the whole's.
_RATINGS = """
    SELECT nextval(pg_get_serial_sequence('labeling_rating', 'id')) AS id, n.* FROM (
        SELECT s.assignment_id, s.batch_id, s.response_id, s.rater_id, p.revision,
               min(p.line) AS first, max(i.rated_at) AS rated_at,
               least(CASE WHEN count(DISTINCT i.active_ms) > 1 THEN sum(i.active_ms)
                     ELSE max(i.active_ms) END, 2147483647)::int AS active_ms,
               encode(sha256(convert_to(jsonb_object_agg(p.key,
                   jsonb_build_array(i.answer, i.value, i.rationale))::text, 'UTF8')), 'hex')
                   AS payload_hash
        FROM placed_rating p JOIN incoming_rating i USING (line)
        JOIN rating_seat s ON s.response_id = p.response_id AND s.rater_id = p.rater_id
        GROUP BY 1, 2, 3, 4, 5 ORDER BY p.revision, first
    ) n
"""
# The submission's id follows from what is rated, so that nothing can be written twice.
_WRITE_RATINGS = """
    INSERT INTO labeling_rating (id, project_id, batch_id, assignment_id, rubric_version_id,
        revision, submission_id, payload_hash, withdrawn, active_ms, shown_order, submitted_at)
    SELECT id, %(project)s, batch_id, assignment_id, %(version)s, revision,
        substr(encode(sha256(convert_to(concat_ws(':', 'import', %(project)s::bigint, response_id,
            rater_id, revision, %(rubric)s::bigint), 'UTF8')), 'hex'), 1, 32)::uuid,
        payload_hash, false, active_ms, '[]', coalesce(rated_at, now())
    FROM new_rating ORDER BY id
"""
_SCORES = """
    SELECT t.id AS rating_id, t.assignment_id, t.batch_id, t.response_id, t.rater_id,
           p.criterion_id, p.lineage_id, i.answer, i.value, i.level_id, i.rationale,
           i.confidence,
           lead(t.id) OVER (PARTITION BY t.assignment_id, p.lineage_id ORDER BY t.revision)
               AS superseded_by
    FROM placed_rating p JOIN incoming_rating i USING (line)
    JOIN new_rating t ON t.response_id = p.response_id AND t.rater_id = p.rater_id
        AND t.revision = p.revision
"""
_SUPERSEDE_SCORES = """
    UPDATE labeling_score s SET superseded_by_id = n.rating_id FROM (
        SELECT assignment_id, lineage_id, min(rating_id) AS rating_id FROM new_score GROUP BY 1, 2
    ) n WHERE s.assignment_id = n.assignment_id AND s.lineage_id = n.lineage_id
        AND s.superseded_by_id IS NULL
"""
_WRITE_SCORES = """
    INSERT INTO labeling_score (rating_id, assignment_id, batch_id, response_id, rater_id,
        criterion_id, lineage_id, answer, value, level_id, rationale, evidence, confidence,
        superseded_by_id, counted)
    SELECT n.rating_id, n.assignment_id, n.batch_id, n.response_id, n.rater_id,
        n.criterion_id, n.lineage_id, n.answer, n.value, n.level_id, n.rationale, '[]',
        n.confidence, n.superseded_by, a.purpose = 'fixed'
    FROM new_score n JOIN labeling_assignment a ON a.id = n.assignment_id
    ORDER BY n.rating_id, n.criterion_id
"""
# A rating is superseded once nothing of it stands any more.
_SUPERSEDE_RATINGS = """
    UPDATE labeling_rating t SET superseded_by_id = gone.by_id FROM (
        SELECT s.rating_id, max(s.superseded_by_id) AS by_id FROM labeling_score s
        WHERE s.rating_id IN (SELECT t.id FROM labeling_rating t
                              WHERE t.assignment_id IN (SELECT assignment_id FROM new_rating))
        GROUP BY s.rating_id HAVING bool_and(s.superseded_by_id IS NOT NULL)
    ) gone WHERE t.id = gone.rating_id AND t.superseded_by_id IS NULL
"""


def write(loading: Loading, placed: str) -> int:
    """Write the lines left in `placed` as ratings; how many scores were made."""
    cursor, version = loading.cursor, loading.version
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {placed})")
    if version is None or not cursor.fetchone()[0]:
        return 0
    batches = _locked_batches(loading, version)
    staging.fresh_from(cursor, "rating_seat", _SEATS, [batches])
    _take_seats(loading, batches[0])
    staging.fresh_from(cursor, "new_rating", _RATINGS, [])
    keys = {"project": loading.project.pk, "version": version.pk, "rubric": version.rubric_id}
    cursor.execute(_WRITE_RATINGS, keys)
    staging.fresh_from(cursor, "new_score", _SCORES, [])
    written = _write_scores(loading)
    cursor.execute("SELECT DISTINCT batch_id FROM new_rating")
    staleness.mark(pk for (pk,) in cursor.fetchall())
    return written


def _write_scores(loading: Loading) -> int:
    """Each replaces what the same person said of the same unit before."""
    cursor = loading.cursor
    cursor.execute(_SUPERSEDE_SCORES)
    corrected = cursor.rowcount > 0
    cursor.execute(_WRITE_SCORES)
    written = cursor.rowcount
    cursor.execute("SELECT EXISTS (SELECT 1 FROM new_score WHERE superseded_by IS NOT NULL)")
    if cursor.fetchone()[0] or corrected:
        cursor.execute(_SUPERSEDE_RATINGS)
    return written


def _locked_batches(loading: Loading, version: RubricVersion) -> list[int]:
    """The batch for this version, then those of earlier versions; all held off watermarks.

    The locks come before any rating's id is drawn, so no run can freeze ids behind which ours
    would land.
    """
    batch = _batch_for(loading, version)
    others = Batch.objects.filter(
        project=loading.project, kind=Batch.Kind.IMPORTED, rubric_version__rubric=version.rubric
    ).exclude(pk=batch.pk)
    batches = [batch.pk, *others.order_by("pk").values_list("pk", flat=True)]
    for pk in sorted(batches):
        loading.cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [locks.BATCH, pk])
    return batches


def _batch_for(loading: Loading, version: RubricVersion) -> Batch:
    """The one batch of imported ratings under this version, closed to the desk."""
    batches = Batch.objects.filter(project=loading.project)
    if batch := batches.filter(kind=Batch.Kind.IMPORTED, rubric_version=version).first():
        return batch
    name = NAME
    if batches.filter(name=name).exists():
        name = f"{NAME} ({version.rubric.slug} v{version.number})"
    return Batch.objects.create(
        project=loading.project,
        rubric_version=version,
        name=name,
        kind=Batch.Kind.IMPORTED,
        way=Way.UNKNOWN,
        state=Batch.State.CLOSED,
        overlap=1,
        created_by=loading.by,
        closed_at=Now(),
    )


def _take_seats(loading: Loading, batch: int) -> None:
    cursor = loading.cursor
    cursor.execute(_NUMBER_SLOTS, {"batch": batch})
    cursor.execute(_RAISE_OVERLAP, [batch])
    cursor.execute(_TAKE_SEATS, [loading.project.pk])
