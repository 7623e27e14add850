CREATE OR REPLACE FUNCTION labeling_mixed_in(p_batch bigint, p_rater bigint, p_ord integer)
RETURNS bigint LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    batch labeling_batch;
    lease timestamptz;
    drawn double precision;
    chosen bigint;
    what text;
    seat bigint;
    own bigint;
BEGIN
    SELECT * INTO batch FROM labeling_batch WHERE id = p_batch AND state = 'open'
        AND kind <> 'practice' AND gold_percent + repeat_percent > 0;
    IF NOT FOUND THEN RETURN NULL; END IF;
    lease := clock_timestamp() + make_interval(mins => batch.lease_minutes);

    -- One's own unfinished check, as other unfinished work.
    SELECT a.id, a.response_id INTO seat, chosen FROM labeling_assignment a
        WHERE a.batch_id = p_batch AND a.rater_id = p_rater AND a.state = 'expired'
            AND a.purpose IN ('gold', 'repeat') AND a.round > 1
        ORDER BY a.id + 0 DESC LIMIT 1;
    IF FOUND THEN
        UPDATE labeling_assignment SET state = 'leased', lease_until = lease,
            slot = labeling_aside_slot(p_batch, chosen) WHERE id = seat;
        RETURN seat;
    END IF;

    drawn := 100 * random();
    IF drawn >= batch.gold_percent + batch.repeat_percent THEN RETURN NULL; END IF;
    -- Where nothing else is left, a check would stand out.
    IF NOT labeling_something_left(p_batch, p_rater) THEN RETURN NULL; END IF;

    IF drawn < batch.gold_percent THEN
        what := 'gold';
        -- Whoever writes the rubric can read what is known.
        IF EXISTS (SELECT 1 FROM labeling_membership m WHERE m.project_id = batch.project_id
                AND m.user_id = p_rater AND m.role IN ('admin', 'author')) THEN
            RETURN NULL;
        END IF;
        SELECT v.rubric_id INTO own FROM labeling_rubricversion v
            WHERE v.id = batch.rubric_version_id;
        -- Never seen by this rater in any batch, nor shown as an example, nor waiting here.
        SELECT g.response_id INTO chosen
            FROM labeling_criterion c
            JOIN labeling_goldanswer g ON g.lineage_id = c.lineage_id
            WHERE c.version_id = batch.rubric_version_id AND g.value IS NOT NULL
                AND (SELECT 1 FROM labeling_goldanswer n
                     WHERE n.response_id = g.response_id AND n.lineage_id = g.lineage_id
                         AND n.revision > g.revision LIMIT 1) IS NULL
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.response_id = g.response_id AND a.rater_id = p_rater LIMIT 1) IS NULL
                AND (SELECT 1 FROM labeling_queueentry q
                     WHERE q.batch_id = p_batch AND q.response_id = g.response_id
                     LIMIT 1) IS NULL
                AND (SELECT 1 FROM labeling_workedexample e
                     JOIN labeling_rubricversion v ON v.id = e.version_id
                     WHERE e.response_id = g.response_id AND v.rubric_id = own LIMIT 1) IS NULL
            ORDER BY random() LIMIT 1;
    ELSE
        what := 'repeat';
        -- From a stretch of the rater's seats, which may be many: a whole judgement that stands, by
        -- the version that is asked now, old enough, and not repeated yet.
        SELECT s.response_id INTO chosen
            FROM (SELECT a.id, a.response_id, a.purpose FROM labeling_assignment a
                  WHERE a.batch_id = p_batch AND a.rater_id = p_rater AND a.state = 'submitted'
                  OFFSET floor(random() * greatest(p_ord - 64, 0)) LIMIT 64) s
            JOIN labeling_rating t ON t.assignment_id = s.id AND t.superseded_by_id IS NULL
            WHERE s.purpose IN ('fixed', 'adaptive') AND NOT t.withdrawn
                AND t.excluded_seq IS NULL AND t.rubric_version_id = batch.rubric_version_id
                AND t.submitted_at < clock_timestamp() - make_interval(days => batch.repeat_days)
                AND (SELECT 1 FROM labeling_assignment b
                     WHERE b.batch_id = p_batch AND b.response_id = s.response_id
                         AND b.rater_id = p_rater AND b.round > 1 LIMIT 1) IS NULL
            ORDER BY random() LIMIT 1;
    END IF;
    IF chosen IS NULL THEN RETURN NULL; END IF;

    INSERT INTO labeling_assignment
        (project_id, batch_id, response_id, rater_id, round, slot, purpose, state, lease_until,
         ord, skip_reason)
        VALUES (batch.project_id, p_batch, chosen, p_rater, 2,
            labeling_aside_slot(p_batch, chosen), what, 'leased', lease, p_ord, '')
        RETURNING id INTO seat;
    RETURN seat;
END $$;
DROP FUNCTION labeling_gold_for(labeling_batch, bigint);
