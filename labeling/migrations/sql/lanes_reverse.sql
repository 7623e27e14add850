CREATE OR REPLACE FUNCTION labeling_claim_next(p_batch bigint, p_rater bigint)
RETURNS bigint LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    batch labeling_batch;
    lease timestamptz;
    place labeling_ratercursor;
    entry labeling_queueentry;
    again labeling_reask;
    first_key integer;
    start integer;
    top integer;
    seat bigint;
BEGIN
    -- Taken first, before any row: a batch that moves to another version moves between two claims.
    PERFORM pg_advisory_xact_lock_shared(7201, p_batch::int);
    SELECT * INTO batch FROM labeling_batch WHERE id = p_batch AND state = 'open';
    IF NOT FOUND THEN RETURN NULL; END IF;
    lease := clock_timestamp() + make_interval(mins => batch.lease_minutes);

    -- The row lock lets one tab of a rater in at a time.
    UPDATE labeling_ratercursor SET ord = ord + 1
        WHERE batch_id = p_batch AND rater_id = p_rater RETURNING * INTO place;
    IF NOT FOUND THEN
        INSERT INTO labeling_ratercursor (batch_id, rater_id, cur, ord)
            VALUES (p_batch, p_rater, 0, 1)
            ON CONFLICT (batch_id, rater_id) DO UPDATE SET ord = labeling_ratercursor.ord + 1
            RETURNING * INTO place;
    END IF;

    UPDATE labeling_assignment SET lease_until = lease
        WHERE batch_id = p_batch AND rater_id = p_rater AND state = 'leased'
        RETURNING id INTO seat;
    IF FOUND THEN RETURN seat; END IF;

    -- The rater's own unfinished work, the latest first (+ 0: not by walking the primary key).
    FOR seat IN
        SELECT a.id FROM labeling_assignment a
        WHERE a.batch_id = p_batch AND a.rater_id = p_rater AND a.state = 'expired'
            AND (a.round = 1 OR (SELECT 1 FROM labeling_reask r
                 WHERE r.assignment_id = a.id AND r.ended_at IS NULL LIMIT 1) = 1)
        ORDER BY a.id + 0 DESC LIMIT 16
    LOOP
        IF labeling_retake(seat, 'leased', lease) THEN RETURN seat; END IF;
    END LOOP;

    -- What this rater judged and is asked again; then what others passed on, of responses that this
    -- rater has not seen.
    SELECT r.* INTO again FROM labeling_reask r
        WHERE r.batch_id = p_batch AND r.rater_id = p_rater
            AND r.assignment_id IS NULL AND r.ended_at IS NULL
        ORDER BY r.id LIMIT 1
        FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        SELECT r.* INTO again FROM labeling_reask r
            WHERE r.batch_id = p_batch AND r.rater_id IS NULL
                AND r.assignment_id IS NULL AND r.ended_at IS NULL
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.batch_id = r.batch_id AND a.response_id = r.response_id
                         AND a.rater_id = p_rater AND a.round >= 1 LIMIT 1) IS NULL
            ORDER BY r.id LIMIT 1
            FOR UPDATE SKIP LOCKED;
    END IF;
    IF again.id IS NOT NULL THEN
        INSERT INTO labeling_assignment
            (project_id, batch_id, response_id, rater_id, round, slot, purpose, state, lease_until,
             ord, skip_reason)
            SELECT batch.project_id, p_batch, again.response_id, p_rater,
                1 + max(a.round), again.slot, again.purpose, 'leased', lease, place.ord, ''
            FROM labeling_assignment a
            WHERE a.batch_id = p_batch AND a.response_id = again.response_id
                AND (a.rater_id = p_rater OR a.slot = again.slot)
            RETURNING id INTO seat;
        UPDATE labeling_reask SET assignment_id = seat, rater_id = p_rater WHERE id = again.id;
        RETURN seat;
    END IF;

    -- A subquery in place of NOT EXISTS: the planner cannot turn it into a join over all rows.
    -- All columns of the unique key are named, so that no other index looks as good.
    IF place.ord % 8 = 1 THEN
        -- Read without a lock: an entry that another claim holds this instant is still open.
        SELECT q.key INTO first_key FROM labeling_queueentry q
            WHERE q.batch_id = p_batch AND q.taken < q.overlap AND q.key >= place.cur
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                         AND a.rater_id = p_rater AND a.round >= 1 LIMIT 1) IS NULL
            ORDER BY q.key LIMIT 1;
        IF FOUND AND first_key > place.cur THEN
            UPDATE labeling_ratercursor SET cur = first_key WHERE id = place.id;
            place.cur := first_key;
        END IF;
    END IF;

    -- A random start spreads the raters; every eighth claim starts at the cursor itself, so that
    -- nothing stays behind for ever. (Drawn first: within WHERE it would be drawn for every row.)
    start := place.cur + CASE WHEN place.ord % 8 = 1 THEN 0 ELSE floor(random() * 64)::integer END;
    LOOP
        SELECT q.* INTO entry FROM labeling_queueentry q
            WHERE q.batch_id = p_batch AND q.taken < q.overlap AND q.key >= start
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                         AND a.rater_id = p_rater AND a.round >= 1 LIMIT 1) IS NULL
            ORDER BY q.key LIMIT 1
            FOR UPDATE SKIP LOCKED;
        EXIT WHEN FOUND OR start = place.cur;
        start := place.cur;
    END LOOP;

    IF entry.id IS NULL THEN
        -- Whatever is left is locked by other claims: wait for it. The highest key is read
        -- first; what comes back later lies beyond it.
        SELECT q.key INTO top FROM labeling_queueentry q
            WHERE q.batch_id = p_batch ORDER BY q.key DESC LIMIT 1;
        SELECT q.* INTO entry FROM labeling_queueentry q
            WHERE q.batch_id = p_batch AND q.taken < q.overlap AND q.key >= place.cur
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                         AND a.rater_id = p_rater AND a.round >= 1 LIMIT 1) IS NULL
            ORDER BY q.key LIMIT 1
            FOR UPDATE;
        IF NOT FOUND THEN
            UPDATE labeling_ratercursor SET cur = top + 1 WHERE id = place.id AND cur <= top;
            RETURN NULL;
        END IF;
    END IF;

    UPDATE labeling_queueentry SET taken = taken + 1 WHERE id = entry.id;
    INSERT INTO labeling_assignment
        (project_id, batch_id, response_id, rater_id, round, slot, purpose, state, lease_until,
         ord, skip_reason)
        VALUES (batch.project_id, p_batch, entry.response_id, p_rater, 1,
            labeling_free_slot(p_batch, entry.response_id, entry.overlap),
            'fixed', 'leased', lease, place.ord, '')
        RETURNING id INTO seat;
    RETURN seat;
END $$;
CREATE OR REPLACE FUNCTION labeling_pass_on(p_seat bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    passed labeling_reask;
BEGIN
    UPDATE labeling_reask SET ended_at = clock_timestamp(), ending = 'passed_on'
        WHERE assignment_id = p_seat AND ended_at IS NULL RETURNING * INTO passed;
    IF NOT FOUND THEN RETURN false; END IF;
    INSERT INTO labeling_reask (project_id, batch_id, response_id, rater_id, slot, purpose,
            version_id, criteria, judged_id, follows_id)
        VALUES (passed.project_id, passed.batch_id, passed.response_id, NULL, passed.slot,
            passed.purpose, passed.version_id, passed.criteria, passed.judged_id, passed.id);
    RETURN true;
END $$;
DROP TRIGGER assignment_submitted ON labeling_assignment;
DROP FUNCTION labeling_count_submitted();
DROP FUNCTION labeling_something_left(bigint, bigint);
DROP FUNCTION labeling_seat_again(bigint, bigint, timestamptz, integer);
DROP FUNCTION labeling_passed_on(bigint, bigint, boolean);
DROP FUNCTION labeling_fresh(bigint, bigint, integer, integer, integer);
DROP FUNCTION labeling_may_rate(bigint, bigint, jsonb);
DROP FUNCTION labeling_quota_reached(bigint, bigint, integer);
DROP FUNCTION labeling_mixed_in(bigint, bigint, integer);
