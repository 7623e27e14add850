"""The statements of a move. Each handles all places of a batch at once, a million if need be.

A place is a slot of a response; the seat of its last round that was submitted has judged it.
"""

# What stood under the version before: answered, or replaced now.
END = """
    UPDATE labeling_reask r
    SET ended_at = now(),
        ending = CASE WHEN EXISTS (SELECT FROM labeling_assignment a
            WHERE a.id = r.assignment_id AND a.state = 'submitted') THEN 'answered'
            ELSE 'moved' END
    WHERE r.batch_id = %(batch)s AND r.ended_at IS NULL
"""
# A batch leaves a version once, so what it asked and this move replaces is known by the version.
REPLACED = "r.version_id = %(before)s AND r.ending = 'moved'"
STANDING = """r.ended_at IS NULL AND NOT EXISTS (
    SELECT FROM labeling_assignment a WHERE a.id = r.assignment_id AND a.state = 'submitted')"""
# Adjudications, repeats and gold answer other questions; excluded judgements are asked nothing.
# Who begins to answer goes on; whoever passed a response on is not asked again; nor is who left.
PLACES = """
    place AS MATERIALIZED (
        SELECT DISTINCT ON (a.response_id, a.slot)
            a.id, a.response_id, a.slot, a.rater_id, a.purpose
        FROM labeling_assignment a
        WHERE a.batch_id = %(batch)s AND a.state = 'submitted' AND a.slot IS NOT NULL
            AND a.purpose IN ('fixed', 'adaptive')
        ORDER BY a.response_id, a.slot, a.round DESC
    ), answered AS (
        SELECT a.response_id, a.slot, array_agg(s.lineage_id) AS lineages
        FROM labeling_score s JOIN labeling_assignment a ON a.id = s.assignment_id
        WHERE s.batch_id = %(batch)s AND s.lineage_id = ANY (%(lineages)s::bigint[])
            AND s.superseded_by_id IS NULL AND a.slot IS NOT NULL
            AND a.purpose IN ('fixed', 'adaptive')
        GROUP BY a.response_id, a.slot
    ), replaced AS (
        SELECT r.id, r.response_id, r.slot, r.rater_id, r.assignment_id
        FROM labeling_reask r WHERE r.batch_id = %(batch)s AND {replaced}
    ), asked AS MATERIALIZED (
        SELECT p.id AS judged_id, p.response_id, p.slot, p.purpose, q.key, r.id AS follows_id,
            r.assignment_id,
            CASE WHEN r.assignment_id IS NOT NULL THEN r.rater_id
                WHEN r.id IS NOT NULL AND r.rater_id = ANY (%(experts)s::bigint[]) THEN r.rater_id
                WHEN r.id IS NULL AND p.rater_id = ANY (%(experts)s::bigint[]) THEN p.rater_id
                END AS rater_id,
            CASE WHEN d.lineages IS NULL THEN %(criteria)s::bigint[]
                ELSE ARRAY(SELECT u.criterion
                    FROM unnest(%(criteria)s::bigint[], %(lineages)s::bigint[])
                        WITH ORDINALITY AS u (criterion, lineage, at)
                    WHERE u.lineage <> ALL (d.lineages) ORDER BY u.at) END AS criteria
        FROM place p
        JOIN labeling_queueentry q ON q.batch_id = %(batch)s AND q.response_id = p.response_id
        LEFT JOIN answered d ON d.response_id = p.response_id AND d.slot = p.slot
        LEFT JOIN replaced r ON r.response_id = p.response_id AND r.slot = p.slot
        WHERE p.id NOT IN (
            SELECT t.assignment_id FROM labeling_rating t
            WHERE t.batch_id = %(batch)s AND t.excluded_seq IS NOT NULL
                AND t.superseded_by_id IS NULL)
    )
"""
COUNTS = """
    SELECT 'judged', NULL, count(*) FROM place
    UNION ALL SELECT 'asked', rater_id, count(*) FROM {asked} GROUP BY rater_id
"""
# In the order of the queue: its shuffle holds for what is asked again too.
ASKED_AGAIN = f"""
    WITH {PLACES.format(replaced=REPLACED)}, made AS (
        INSERT INTO labeling_reask (project_id, batch_id, response_id, rater_id, slot, purpose,
            version_id, criteria, judged_id, assignment_id, follows_id)
        SELECT %(project)s, %(batch)s, response_id, rater_id, slot, purpose, %(version)s, criteria,
            judged_id, assignment_id, follows_id
        FROM asked WHERE cardinality(criteria) > 0 ORDER BY key, slot
        RETURNING rater_id
    ) {COUNTS.format(asked="made")}
"""
PREVIEW = f"""
    WITH {PLACES.format(replaced=STANDING)}
    {COUNTS.format(asked="asked WHERE cardinality(criteria) > 0")}
"""
# Seats in work that nothing is asked of any more.
VACATE = f"""
    UPDATE labeling_assignment a SET state = 'expired', slot = NULL, lease_until = NULL
    FROM labeling_reask r
    WHERE r.batch_id = %(batch)s AND {REPLACED}
        AND a.id = r.assignment_id AND a.state = 'leased'
        AND NOT EXISTS (SELECT FROM labeling_reask n
            WHERE n.assignment_id = a.id AND n.ended_at IS NULL)
"""
# The newest thousand say how fast experts are now; asking again takes less than a whole rating.
PACE = """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY active_ms) / 1000 FROM (
        SELECT t.active_ms FROM labeling_rating t
        JOIN labeling_assignment a ON a.id = t.assignment_id AND a.round = 1
        WHERE t.batch_id = %(batch)s AND t.active_ms IS NOT NULL AND NOT t.withdrawn
        ORDER BY t.id DESC LIMIT 1000
    ) newest
"""
