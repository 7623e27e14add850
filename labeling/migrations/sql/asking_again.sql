-- Asking again. A judged place whose criteria mean something else now waits in labeling_reask; the
-- seat that answers it has its slot in a later round. Queue entries count the seats of round 1 only,
-- so asking again gives no place away and takes none.

-- The lowest slot of a response nobody holds. Call it with the queue entry locked.
CREATE OR REPLACE FUNCTION labeling_free_slot(p_batch bigint, p_response bigint, p_overlap integer)
RETURNS integer LANGUAGE sql VOLATILE
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
AS $$
    SELECT s FROM generate_series(1, p_overlap) AS s
    WHERE (SELECT 1 FROM labeling_assignment a
           WHERE a.batch_id = p_batch AND a.response_id = p_response AND a.round = 1
               AND a.slot = s
           LIMIT 1) IS NULL
    LIMIT 1
$$;

-- Give a seat without a slot its place back: in round 1 if one is still free, in a later round as
-- long as it is still asked.
CREATE OR REPLACE FUNCTION labeling_retake(p_seat bigint, p_state text, p_lease timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    seat labeling_assignment;
    entry labeling_queueentry;
BEGIN
    SELECT * INTO STRICT seat FROM labeling_assignment WHERE id = p_seat FOR UPDATE;
    IF seat.slot IS NOT NULL THEN RETURN true; END IF;
    IF seat.round > 1 THEN
        UPDATE labeling_assignment a SET state = p_state, lease_until = p_lease, slot = r.slot
            FROM labeling_reask r
            WHERE a.id = p_seat AND r.assignment_id = a.id AND r.ended_at IS NULL;
        RETURN FOUND;
    END IF;
    SELECT * INTO entry FROM labeling_queueentry q
        WHERE q.batch_id = seat.batch_id AND q.response_id = seat.response_id
            AND q.taken < q.overlap FOR UPDATE;
    IF NOT FOUND THEN RETURN false; END IF;
    UPDATE labeling_queueentry SET taken = taken + 1 WHERE id = entry.id;
    UPDATE labeling_assignment SET state = p_state, lease_until = p_lease,
        slot = labeling_free_slot(seat.batch_id, seat.response_id, entry.overlap)
        WHERE id = p_seat;
    RETURN true;
END $$;

-- The rater's next seat in a batch: the one in work, one whose lease ended and whose place is
-- still free, what is asked again, or a fresh one. Null when nothing is left for this rater.
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

-- Vacate seats: the slot is free for another, the response goes to the end of the queue, the
-- rater's own draft stays. What is asked again stays with its rater. Returns how many were vacated.
CREATE OR REPLACE FUNCTION labeling_vacate(p_seats bigint[], p_state text, p_reason text)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    n integer;
BEGIN
    -- New keys are drawn one batch, one transaction at a time, in one order.
    FOR n IN SELECT DISTINCT batch_id::integer FROM labeling_assignment
             WHERE id = ANY (p_seats) AND round = 1 ORDER BY 1
    LOOP
        PERFORM pg_advisory_xact_lock(7202, n);
    END LOOP;
    WITH vacated AS (
        UPDATE labeling_assignment
            SET state = p_state, slot = NULL, lease_until = NULL, skip_reason = p_reason
            WHERE id = ANY (p_seats) AND state = 'leased'
            RETURNING id, batch_id, response_id, round
    ), freed AS (
        SELECT batch_id, response_id, count(*) AS seats,
            row_number() OVER (PARTITION BY batch_id ORDER BY min(id)) AS place
        FROM vacated WHERE round = 1 GROUP BY batch_id, response_id
    ), ends AS (
        SELECT batch_id, (SELECT max(q.key) FROM labeling_queueentry q
                          WHERE q.batch_id = b.batch_id) AS top
        FROM (SELECT DISTINCT batch_id FROM freed) b
    ), moved AS (
        UPDATE labeling_queueentry q SET taken = q.taken - f.seats, key = e.top + f.place
            FROM freed f JOIN ends e USING (batch_id)
            WHERE q.batch_id = f.batch_id AND q.response_id = f.response_id
    )
    SELECT count(*) INTO n FROM vacated;
    RETURN n;
END $$;

-- What a rater skipped is asked of somebody else: anybody who has not seen the response.
CREATE FUNCTION labeling_pass_on(p_seat bigint) RETURNS boolean LANGUAGE plpgsql AS $$
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

-- As before, but that a place that is asked again need not be open any more.
CREATE OR REPLACE FUNCTION labeling_seal_seat() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    designed integer;
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE'
        AND (OLD.project_id, OLD.batch_id, OLD.response_id, OLD.rater_id, OLD.round)
        IS DISTINCT FROM (NEW.project_id, NEW.batch_id, NEW.response_id, NEW.rater_id, NEW.round))
    THEN
        RAISE EXCEPTION 'seat % belongs to its rater for good', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_sealed';
    END IF;
    IF NEW.slot IS NULL OR (TG_OP = 'UPDATE'
        AND (NEW.slot, NEW.purpose) IS NOT DISTINCT FROM (OLD.slot, OLD.purpose)) THEN
        RETURN NEW;
    END IF;
    SELECT b.overlap INTO designed FROM labeling_batch b WHERE b.id = NEW.batch_id;
    IF NEW.slot <= designed THEN
        NEW.purpose := CASE NEW.purpose WHEN 'adaptive' THEN 'fixed' ELSE NEW.purpose END;
        RETURN NEW;
    END IF;
    -- A place that is kept need not be open any more: extra seats may be taken back around it.
    IF (TG_OP = 'INSERT' OR NEW.slot IS DISTINCT FROM OLD.slot) AND NEW.slot > coalesce(
        (SELECT q.overlap FROM labeling_queueentry q
         WHERE q.batch_id = NEW.batch_id AND q.response_id = NEW.response_id), designed)
        AND NOT (NEW.round > 1 AND EXISTS (
            SELECT 1 FROM labeling_reask r WHERE r.batch_id = NEW.batch_id
                AND r.response_id = NEW.response_id AND r.slot = NEW.slot
                AND r.ended_at IS NULL)) THEN
        RAISE EXCEPTION 'slot % lies beyond the overlap of batch %', NEW.slot, NEW.batch_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_slot_within_overlap';
    END IF;
    NEW.purpose := CASE NEW.purpose WHEN 'fixed' THEN 'adaptive' ELSE NEW.purpose END;
    RETURN NEW;
END $$;
