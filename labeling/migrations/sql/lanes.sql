-- Lanes: a queue may be split by priority and by the expertise its responses need, so that neither is
-- found by walking over what others may rate. Lane n is the n-th of labeling_batch.lanes, and each
-- expert has a cursor in every lane; a batch without lanes is one lane, number 0.
--
-- What an expert has seen is asked by the whole key of a seat, round 1 first: with a range of rounds
-- no index promises a single row, and the planner may walk over all seats of the expert instead.

-- A seat of another kind (gold, a repeat) that stands in the place of a fresh one now; null for none.
-- It hands the seat out itself, leased as any other. Asked by a claim that holds the expert's cursor.
CREATE FUNCTION labeling_mixed_in(p_batch bigint, p_rater bigint, p_ord integer)
RETURNS bigint LANGUAGE sql AS $$ SELECT NULL::bigint $$;

-- Whether the expert has as many ratings of this batch as anybody may give.
CREATE FUNCTION labeling_quota_reached(p_batch bigint, p_rater bigint, p_quota integer)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT p_quota IS NOT NULL AND p_quota <= (
        SELECT count(*) FROM labeling_assignment a
        WHERE a.batch_id = p_batch AND a.rater_id = p_rater AND a.state = 'submitted'
            AND a.round = 1 AND a.purpose IN ('fixed', 'adaptive', 'late'))
$$;

-- Whether the expert has what a lane needs.
CREATE FUNCTION labeling_may_rate(p_project bigint, p_rater bigint, p_needs jsonb)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_array_length(p_needs), 0) = 0 OR EXISTS (
        SELECT FROM labeling_membership m
        WHERE m.project_id = p_project AND m.user_id = p_rater AND m.role = 'expert'
            AND to_jsonb(m.expertise) @> p_needs)
$$;

-- The next entry of a lane that is open to the expert, its row locked; null when there is none.
CREATE FUNCTION labeling_fresh(
    p_batch bigint, p_rater bigint, p_lane integer, p_ord integer, p_cur integer)
RETURNS bigint LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    here integer := p_cur;
    first_key integer;
    start integer;
    top integer;
    entry bigint;
BEGIN
    IF p_lane > 0 THEN
        SELECT c.cur INTO here FROM labeling_ratercursor c
            WHERE c.batch_id = p_batch AND c.rater_id = p_rater AND c.lane = p_lane;
        IF NOT FOUND THEN
            INSERT INTO labeling_ratercursor (batch_id, rater_id, lane, cur, ord)
                VALUES (p_batch, p_rater, p_lane, 0, 0);
            here := 0;
        END IF;
    END IF;

    -- A subquery in place of NOT EXISTS: the planner cannot turn it into a join over all rows.
    -- All columns of the unique key are named, so that no other index looks as good.
    IF p_ord % 8 = 1 THEN
        -- Read without a lock: an entry that another claim holds this instant is still open.
        SELECT q.key INTO first_key FROM labeling_queueentry q
            WHERE q.batch_id = p_batch AND q.lane = p_lane AND q.taken < q.overlap
                AND q.key >= here
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                         AND a.rater_id = p_rater AND a.round = 1 LIMIT 1) IS NULL
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                         AND a.rater_id = p_rater AND a.round > 1 LIMIT 1) IS NULL
            ORDER BY q.key LIMIT 1;
        IF FOUND AND first_key > here THEN
            UPDATE labeling_ratercursor SET cur = first_key
                WHERE batch_id = p_batch AND rater_id = p_rater AND lane = p_lane;
            here := first_key;
        END IF;
    END IF;

    -- Every expert walks from an offset of their own, another one each time; every eighth claim
    -- starts at the cursor itself, so that nothing stays behind for ever.
    start := here + CASE WHEN p_ord % 8 = 1 THEN 0
        ELSE (hashint8extended(p_rater, p_ord) & 63)::integer END;
    LOOP
        SELECT q.id INTO entry FROM labeling_queueentry q
            WHERE q.batch_id = p_batch AND q.lane = p_lane AND q.taken < q.overlap
                AND q.key >= start
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                         AND a.rater_id = p_rater AND a.round = 1 LIMIT 1) IS NULL
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                         AND a.rater_id = p_rater AND a.round > 1 LIMIT 1) IS NULL
            ORDER BY q.key LIMIT 1
            FOR UPDATE SKIP LOCKED;
        EXIT WHEN FOUND OR start = here;
        start := here;
    END LOOP;
    IF entry IS NOT NULL THEN RETURN entry; END IF;

    -- Whatever is left is locked by other claims: wait for it. The highest key is read first; what
    -- comes back later lies beyond it.
    SELECT q.key INTO top FROM labeling_queueentry q
        WHERE q.batch_id = p_batch ORDER BY q.key DESC LIMIT 1;
    SELECT q.id INTO entry FROM labeling_queueentry q
        WHERE q.batch_id = p_batch AND q.lane = p_lane AND q.taken < q.overlap AND q.key >= here
            AND (SELECT 1 FROM labeling_assignment a
                 WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                     AND a.rater_id = p_rater AND a.round = 1 LIMIT 1) IS NULL
            AND (SELECT 1 FROM labeling_assignment a
                 WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                     AND a.rater_id = p_rater AND a.round > 1 LIMIT 1) IS NULL
        ORDER BY q.key LIMIT 1
        FOR UPDATE;
    IF entry IS NULL THEN
        UPDATE labeling_ratercursor SET cur = top + 1
            WHERE batch_id = p_batch AND rater_id = p_rater AND lane = p_lane AND cur <= top;
    END IF;
    RETURN entry;
END $$;

-- What others passed on and this expert may answer (not having seen the response), its row locked;
-- null for none. Ids of what is passed on rise in the order of the commits (labeling_pass_on), and
-- what one has seen stays seen: so a cursor passes over it once, 32 at a claim. A claim that has
-- nothing else to give looks at all of them.
CREATE FUNCTION labeling_passed_on(p_batch bigint, p_rater bigint, p_whole boolean)
RETURNS bigint LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    before bigint;
    behind bigint;
    looked integer;
    last bigint;
    first bigint;
    found_id bigint;
BEGIN
    SELECT c.again INTO before FROM labeling_ratercursor c
        WHERE c.batch_id = p_batch AND c.rater_id = p_rater AND c.lane = 0;
    behind := before;
    LOOP
        SELECT count(*), max(w.id), min(w.id) FILTER (WHERE w.unseen) INTO looked, last, first
        FROM (
            SELECT r.id, (SELECT 1 FROM labeling_assignment a
                          WHERE a.batch_id = r.batch_id AND a.response_id = r.response_id
                              AND a.rater_id = p_rater AND a.round = 1 LIMIT 1) IS NULL
                    AND (SELECT 1 FROM labeling_assignment a
                         WHERE a.batch_id = r.batch_id AND a.response_id = r.response_id
                             AND a.rater_id = p_rater AND a.round > 1 LIMIT 1) IS NULL AS unseen
            FROM labeling_reask r
            WHERE r.batch_id = p_batch AND r.rater_id IS NULL AND r.assignment_id IS NULL
                AND r.ended_at IS NULL AND r.id > behind
            ORDER BY r.id LIMIT 32
        ) w;
        IF first IS NULL THEN
            EXIT WHEN looked = 0;
            behind := last;
            EXIT WHEN NOT p_whole;
            CONTINUE;
        END IF;
        behind := first - 1;
        SELECT r.id INTO found_id FROM labeling_reask r
            WHERE r.batch_id = p_batch AND r.rater_id IS NULL AND r.assignment_id IS NULL
                AND r.ended_at IS NULL AND r.id BETWEEN first AND last
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.batch_id = r.batch_id AND a.response_id = r.response_id
                         AND a.rater_id = p_rater AND a.round = 1 LIMIT 1) IS NULL
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.batch_id = r.batch_id AND a.response_id = r.response_id
                         AND a.rater_id = p_rater AND a.round > 1 LIMIT 1) IS NULL
            ORDER BY r.id LIMIT 1
            FOR UPDATE SKIP LOCKED;
        EXIT WHEN FOUND OR NOT p_whole;
        -- Nothing else is left: wait for whoever holds it, and look again should they keep it.
        SELECT r.id INTO found_id FROM labeling_reask r
            WHERE r.id = first AND r.rater_id IS NULL AND r.assignment_id IS NULL
                AND r.ended_at IS NULL
            FOR UPDATE;
        EXIT WHEN FOUND;
    END LOOP;
    IF behind > before THEN
        UPDATE labeling_ratercursor SET again = behind
            WHERE batch_id = p_batch AND rater_id = p_rater AND lane = 0;
    END IF;
    RETURN found_id;
END $$;

-- The seat in which something is asked again: a later round of the same slot.
CREATE FUNCTION labeling_seat_again(
    p_reask bigint, p_rater bigint, p_lease timestamptz, p_ord integer)
RETURNS bigint LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
    again labeling_reask;
    seat bigint;
BEGIN
    SELECT * INTO STRICT again FROM labeling_reask WHERE id = p_reask;
    INSERT INTO labeling_assignment
        (project_id, batch_id, response_id, rater_id, round, slot, purpose, state, lease_until,
         ord, skip_reason)
        SELECT again.project_id, again.batch_id, again.response_id, p_rater,
            1 + max(a.round), again.slot, again.purpose, 'leased', p_lease, p_ord, ''
        FROM labeling_assignment a
        WHERE a.batch_id = again.batch_id AND a.response_id = again.response_id
            AND (a.rater_id = p_rater OR a.slot = again.slot)
        RETURNING id INTO seat;
    UPDATE labeling_reask SET assignment_id = seat, rater_id = p_rater WHERE id = p_reask;
    RETURN seat;
END $$;

-- How many seats an expert submitted in a batch, kept beside the cursor. Seats are never made
-- submitted in a batch with a queue, they become so.
UPDATE labeling_ratercursor c SET done = (SELECT count(*) FROM labeling_assignment a
    WHERE a.batch_id = c.batch_id AND a.rater_id = c.rater_id AND a.state = 'submitted')
    WHERE c.lane = 0;
CREATE FUNCTION labeling_count_submitted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE labeling_ratercursor
        SET done = done + CASE NEW.state WHEN 'submitted' THEN 1 ELSE -1 END
        WHERE batch_id = NEW.batch_id AND rater_id = NEW.rater_id AND lane = 0;
    RETURN NULL;
END $$;
CREATE TRIGGER assignment_submitted AFTER UPDATE OF state ON labeling_assignment
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND 'submitted' IN (OLD.state, NEW.state))
    EXECUTE FUNCTION labeling_count_submitted();

-- The rater's next seat in a batch: the one in work, one whose lease ended and whose place is
-- still free, one mixed in, what is asked again, or a fresh one from the first lane that has one.
-- Null when nothing is left for this rater.
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
    free bigint;
    again bigint;
    full_up boolean;
    seat bigint;
BEGIN
    -- Taken first, before any row: a batch that moves to another version moves between two claims.
    PERFORM pg_advisory_xact_lock_shared(7201, p_batch::int);
    SELECT * INTO batch FROM labeling_batch WHERE id = p_batch AND state = 'open';
    IF NOT FOUND THEN RETURN NULL; END IF;
    lease := clock_timestamp() + make_interval(mins => batch.lease_minutes);

    -- The row lock lets one tab of a rater in at a time.
    UPDATE labeling_ratercursor SET ord = ord + 1
        WHERE batch_id = p_batch AND rater_id = p_rater AND lane = 0 RETURNING * INTO place;
    IF NOT FOUND THEN
        INSERT INTO labeling_ratercursor (batch_id, rater_id, lane, cur, ord, done)
            SELECT p_batch, p_rater, 0, 0, 1, count(*) FROM labeling_assignment a
            WHERE a.batch_id = p_batch AND a.rater_id = p_rater AND a.state = 'submitted'
            ON CONFLICT (batch_id, rater_id, lane)
                DO UPDATE SET ord = labeling_ratercursor.ord + 1
            RETURNING * INTO place;
    END IF;

    UPDATE labeling_assignment SET lease_until = lease
        WHERE batch_id = p_batch AND rater_id = p_rater AND state = 'leased'
        RETURNING id INTO seat;
    IF FOUND THEN RETURN seat; END IF;

    full_up := batch.quota IS NOT NULL
        AND labeling_quota_reached(p_batch, p_rater, batch.quota::integer);

    -- The rater's own unfinished work, the latest first (+ 0: not by walking the primary key).
    FOR seat IN
        SELECT a.id FROM labeling_assignment a
        WHERE a.batch_id = p_batch AND a.rater_id = p_rater AND a.state = 'expired'
            AND (a.round = 1 AND NOT full_up OR (SELECT 1 FROM labeling_reask r
                 WHERE r.assignment_id = a.id AND r.ended_at IS NULL LIMIT 1) = 1)
        ORDER BY a.id + 0 DESC LIMIT 16
    LOOP
        IF labeling_retake(seat, 'leased', lease) THEN RETURN seat; END IF;
    END LOOP;

    IF NOT full_up THEN
        seat := labeling_mixed_in(p_batch, p_rater, place.ord);
        IF seat IS NOT NULL THEN RETURN seat; END IF;
    END IF;

    -- What this rater judged and is asked again; then what others passed on, of responses that this
    -- rater has not seen.
    SELECT r.id INTO again FROM labeling_reask r
        WHERE r.batch_id = p_batch AND r.rater_id = p_rater
            AND r.assignment_id IS NULL AND r.ended_at IS NULL
        ORDER BY r.id LIMIT 1
        FOR UPDATE SKIP LOCKED;
    IF again IS NULL THEN again := labeling_passed_on(p_batch, p_rater, false); END IF;
    IF again IS NOT NULL THEN
        RETURN labeling_seat_again(again, p_rater, lease, place.ord);
    END IF;

    IF NOT full_up THEN
        FOR number IN 0 .. greatest(jsonb_array_length(batch.lanes), 1) - 1 LOOP
            CONTINUE WHEN batch.by_expertise AND NOT labeling_may_rate(
                batch.project_id, p_rater, batch.lanes -> number -> 'needs');
            free := labeling_fresh(p_batch, p_rater, number, place.ord, place.cur);
            EXIT WHEN free IS NOT NULL;
        END LOOP;
    END IF;
    IF free IS NULL THEN
        again := labeling_passed_on(p_batch, p_rater, true);
        IF again IS NULL THEN RETURN NULL; END IF;
        RETURN labeling_seat_again(again, p_rater, lease, place.ord);
    END IF;

    UPDATE labeling_queueentry SET taken = taken + 1 WHERE id = free RETURNING * INTO entry;
    INSERT INTO labeling_assignment
        (project_id, batch_id, response_id, rater_id, round, slot, purpose, state, lease_until,
         ord, skip_reason)
        VALUES (batch.project_id, p_batch, entry.response_id, p_rater, 1,
            labeling_free_slot(p_batch, entry.response_id, entry.overlap),
            'fixed', 'leased', lease, place.ord, '')
        RETURNING id INTO seat;
    RETURN seat;
END $$;

-- Whether a seat waits for the rater: in work, to go on with, asked again, or a fresh one.
CREATE FUNCTION labeling_something_left(p_batch bigint, p_rater bigint)
RETURNS boolean LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    batch labeling_batch;
    place labeling_ratercursor;
    full_up boolean;
BEGIN
    PERFORM 1 FROM labeling_assignment a
        WHERE a.batch_id = p_batch AND a.rater_id = p_rater AND a.state = 'leased';
    IF FOUND THEN RETURN true; END IF;
    SELECT * INTO STRICT batch FROM labeling_batch WHERE id = p_batch;
    full_up := labeling_quota_reached(p_batch, p_rater, batch.quota::integer);
    PERFORM 1 FROM labeling_assignment a
        WHERE a.batch_id = p_batch AND a.rater_id = p_rater AND a.state = 'expired'
            AND (a.round = 1 AND NOT full_up AND (SELECT 1 FROM labeling_queueentry q
                    WHERE q.batch_id = a.batch_id AND q.response_id = a.response_id
                        AND q.taken < q.overlap LIMIT 1) = 1
                OR (SELECT 1 FROM labeling_reask r
                    WHERE r.assignment_id = a.id AND r.ended_at IS NULL LIMIT 1) = 1)
        LIMIT 1;
    IF FOUND THEN RETURN true; END IF;
    PERFORM 1 FROM labeling_reask r WHERE r.batch_id = p_batch AND r.rater_id = p_rater
        AND r.assignment_id IS NULL AND r.ended_at IS NULL LIMIT 1;
    IF FOUND THEN RETURN true; END IF;
    SELECT * INTO place FROM labeling_ratercursor c
        WHERE c.batch_id = p_batch AND c.rater_id = p_rater AND c.lane = 0;
    PERFORM 1 FROM labeling_reask r
        WHERE r.batch_id = p_batch AND r.rater_id IS NULL AND r.assignment_id IS NULL
            AND r.ended_at IS NULL AND r.id > coalesce(place.again, 0)
            AND (SELECT 1 FROM labeling_assignment a
                 WHERE a.batch_id = r.batch_id AND a.response_id = r.response_id
                     AND a.rater_id = p_rater AND a.round >= 1 LIMIT 1) IS NULL
        LIMIT 1;
    IF FOUND THEN RETURN true; END IF;
    IF full_up THEN RETURN false; END IF;
    FOR number IN 0 .. greatest(jsonb_array_length(batch.lanes), 1) - 1 LOOP
        CONTINUE WHEN batch.by_expertise AND NOT labeling_may_rate(
            batch.project_id, p_rater, batch.lanes -> number -> 'needs');
        PERFORM 1 FROM labeling_queueentry q
            WHERE q.batch_id = p_batch AND q.lane = number AND q.taken < q.overlap
                AND q.key >= coalesce((SELECT c.cur FROM labeling_ratercursor c
                    WHERE c.batch_id = p_batch AND c.rater_id = p_rater AND c.lane = number), 0)
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                         AND a.rater_id = p_rater AND a.round = 1 LIMIT 1) IS NULL
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                         AND a.rater_id = p_rater AND a.round > 1 LIMIT 1) IS NULL
            ORDER BY q.key LIMIT 1;
        IF FOUND THEN RETURN true; END IF;
    END LOOP;
    RETURN false;
END $$;

-- What a rater skipped is asked of somebody else: anybody who has not seen the response. Under the
-- lock of new keys, so that cursors which pass over what is passed on leave nothing behind.
CREATE OR REPLACE FUNCTION labeling_pass_on(p_seat bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    passed labeling_reask;
BEGIN
    UPDATE labeling_reask SET ended_at = clock_timestamp(), ending = 'passed_on'
        WHERE assignment_id = p_seat AND ended_at IS NULL RETURNING * INTO passed;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM pg_advisory_xact_lock(7202, passed.batch_id::int);
    INSERT INTO labeling_reask (project_id, batch_id, response_id, rater_id, slot, purpose,
            version_id, criteria, judged_id, follows_id)
        VALUES (passed.project_id, passed.batch_id, passed.response_id, NULL, passed.slot,
            passed.purpose, passed.version_id, passed.criteria, passed.judged_id, passed.id);
    RETURN true;
END $$;
