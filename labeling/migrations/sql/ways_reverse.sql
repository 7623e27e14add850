DROP TRIGGER assignment_bond ON labeling_assignment;
DROP FUNCTION labeling_keep_bond();
DROP TRIGGER rating_way ON labeling_rating;
DROP FUNCTION labeling_set_way();
DROP TRIGGER batch_asking_sealed ON labeling_batch;
DROP FUNCTION labeling_seal_asking();
-- As it was before there was more to a rating than its scores.
-- Write a rating and its scores as the next revision on a seat, supersede the one before, drop the
-- draft, mark the batch. Call it with the batch's lock and the seat's row held. `p_rating` has
-- version, submission_id, payload_hash, active_ms, shown_order and scores: a list of criterion,
-- lineage, answer, value, level, rationale, evidence. Null where the submission was received before.
CREATE OR REPLACE FUNCTION labeling_record(p_seat bigint, p_rating jsonb,
    OUT rating bigint, OUT revision integer, OUT purpose text, OUT submitted_at timestamptz,
    OUT stale boolean)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    seat labeling_assignment;
    before labeling_rating;
BEGIN
    SELECT * INTO STRICT seat FROM labeling_assignment WHERE id = p_seat;
    SELECT * INTO before FROM labeling_rating r
        WHERE r.assignment_id = p_seat AND r.superseded_by_id IS NULL;
    INSERT INTO labeling_rating AS r (project_id, batch_id, assignment_id, rubric_version_id,
            revision, submission_id, payload_hash, withdrawn, active_ms, shown_order)
        VALUES (seat.project_id, seat.batch_id, p_seat, (p_rating ->> 'version')::bigint,
            coalesce(before.revision, 0) + 1, (p_rating ->> 'submission_id')::uuid,
            p_rating ->> 'payload_hash', false, (p_rating ->> 'active_ms')::integer,
            p_rating -> 'shown_order')
        ON CONFLICT (submission_id) DO NOTHING
        RETURNING r.id, r.revision, r.purpose, r.submitted_at
        INTO rating, revision, purpose, submitted_at;
    IF rating IS NULL THEN RETURN; END IF;
    IF before.id IS NOT NULL THEN
        -- Scores first, so that the new ones can become the current ones.
        UPDATE labeling_score s SET superseded_by_id = rating
            WHERE s.assignment_id = p_seat AND s.superseded_by_id IS NULL;
        UPDATE labeling_rating r SET superseded_by_id = rating WHERE r.id = before.id;
    END IF;
    INSERT INTO labeling_score (rating_id, assignment_id, batch_id, response_id, rater_id,
            criterion_id, lineage_id, answer, value, level_id, rationale, evidence, counted)
        SELECT rating, p_seat, seat.batch_id, seat.response_id, seat.rater_id,
            s.criterion, s.lineage, s.answer, s.value, s.level, s.rationale, s.evidence,
            purpose = 'fixed'
        FROM jsonb_to_recordset(p_rating -> 'scores') AS s (criterion bigint, lineage bigint,
            answer text, value numeric, level bigint, rationale text, evidence jsonb);
    DELETE FROM labeling_ratingdraft d WHERE d.assignment_id = p_seat;
    UPDATE labeling_batch b SET stale_since = now()
        WHERE b.id = seat.batch_id AND b.stale_since IS NULL;
    stale := FOUND;
END $$;

-- The plain case of a submit: the expert's own seat in work, in its place, rated for the first time
-- by the version the batch stands under. No row for any other case, and then nothing was written:
-- `labeling.rating.submitting` knows the rest. With `p_next` the expert's next seat is handed out in
-- the same transaction; `told` is null when nothing is left.
CREATE OR REPLACE FUNCTION labeling_submit(p_seat bigint, p_rater bigint, p_rating jsonb, p_next boolean)
RETURNS TABLE (batch bigint, rating bigint, revision integer, purpose text,
    submitted_at timestamptz, stale boolean, told jsonb)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
BEGIN
    SELECT a.batch_id INTO batch FROM labeling_assignment a
        WHERE a.id = p_seat AND a.rater_id = p_rater AND a.state = 'leased';
    IF NOT FOUND THEN RETURN; END IF;
    -- In the order in which everybody locks: the batch, the expert's cursor, the seat.
    PERFORM pg_advisory_xact_lock_shared(7201, batch::int);
    PERFORM 1 FROM labeling_ratercursor c
        WHERE c.batch_id = batch AND c.rater_id = p_rater AND c.lane = 0 FOR NO KEY UPDATE;
    PERFORM 1 FROM labeling_assignment a
        WHERE a.id = p_seat AND a.state = 'leased' AND a.slot IS NOT NULL
            AND NOT (a.round > 1 AND a.purpose IN ('fixed', 'adaptive'))
            AND (SELECT 1 FROM labeling_rating r WHERE r.assignment_id = a.id LIMIT 1) IS NULL
        FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    PERFORM 1 FROM labeling_batch b
        JOIN labeling_rubricversion v ON v.id = b.rubric_version_id
        JOIN labeling_membership m ON m.project_id = b.project_id AND m.user_id = p_rater
            AND m.role = 'expert'
        WHERE b.id = batch AND b.state <> 'closed' AND v.id = (p_rating ->> 'version')::bigint
            AND v.published_at = (p_rating ->> 'published_at')::timestamptz;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT r.rating, r.revision, r.purpose, r.submitted_at, r.stale
        INTO rating, revision, purpose, submitted_at, stale
        FROM labeling_record(p_seat, p_rating) r;
    IF rating IS NULL THEN RETURN; END IF;
    UPDATE labeling_assignment a SET state = 'submitted', lease_until = NULL WHERE a.id = p_seat;
    IF p_next THEN
        told := labeling_seat_told(labeling_claim_next(batch, p_rater));
    END IF;
    RETURN NEXT;
END $$;
