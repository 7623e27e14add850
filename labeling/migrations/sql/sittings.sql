-- One criterion over several responses: what the queue would hand out one after the other is leased
-- together. One lease leads, the others hang on it, and all of a sitting have its `ord`.

-- Lease up to 19 responses beside the leader. Where the leader's lease had ended before, what else
-- this expert had in work then and has a place still comes back, and nothing is added to what was
-- begun; otherwise fresh ones in the order of the queue, from the leader on and then from the
-- expert's cursor, lane by lane. Call it with the batch's lock of keys (7202) held: one sitting is
-- put together at a time, and nothing is given back meanwhile.
CREATE FUNCTION labeling_lease_further(p_leader bigint) RETURNS integer LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    leader labeling_assignment;
    batch labeling_batch;
    place labeling_ratercursor;
    stands labeling_queueentry;
    entry labeling_queueentry;
    seat bigint;
    start integer;
    room integer := 19;
    n integer := 0;
BEGIN
    SELECT * INTO STRICT leader FROM labeling_assignment WHERE id = p_leader;
    SELECT * INTO STRICT batch FROM labeling_batch WHERE id = leader.batch_id;
    -- What is asked again, and checks, come alone.
    IF leader.round > 1 THEN RETURN 0; END IF;
    IF batch.quota IS NOT NULL THEN
        room := least(room, batch.quota - 1 - (SELECT count(*)::integer FROM labeling_assignment a
            WHERE a.batch_id = leader.batch_id AND a.rater_id = leader.rater_id
                AND a.state = 'submitted' AND a.round = 1
                AND a.purpose IN ('fixed', 'adaptive', 'late')));
    END IF;
    SELECT * INTO STRICT place FROM labeling_ratercursor c
        WHERE c.batch_id = leader.batch_id AND c.rater_id = leader.rater_id AND c.lane = 0;
    SELECT * INTO STRICT stands FROM labeling_queueentry q
        WHERE q.batch_id = leader.batch_id AND q.response_id = leader.response_id;

    -- A lease that was taken up again has the number of the claim that first gave it.
    IF leader.ord <> place.ord THEN
        FOR seat IN
            SELECT a.id FROM labeling_assignment a
            WHERE a.batch_id = leader.batch_id AND a.rater_id = leader.rater_id
                AND a.state = 'expired' AND a.round = 1
            ORDER BY a.id + 0 DESC
        LOOP
            EXIT WHEN n >= room;
            SELECT q.* INTO entry FROM labeling_assignment a
                JOIN labeling_queueentry q
                    ON q.batch_id = a.batch_id AND q.response_id = a.response_id
                WHERE a.id = seat AND q.taken < q.overlap
                FOR UPDATE OF q SKIP LOCKED;
            CONTINUE WHEN NOT FOUND;
            UPDATE labeling_queueentry SET taken = taken + 1 WHERE id = entry.id;
            UPDATE labeling_assignment SET state = 'leased', lease_until = leader.lease_until,
                leader_id = p_leader, ord = leader.ord,
                slot = labeling_free_slot(entry.batch_id, entry.response_id, entry.overlap)
                WHERE id = seat;
            n := n + 1;
        END LOOP;
        RETURN n;
    END IF;

    FOR number IN stands.lane .. greatest(jsonb_array_length(batch.lanes), 1) - 1 LOOP
        CONTINUE WHEN batch.by_expertise AND NOT labeling_may_rate(
            batch.project_id, leader.rater_id, batch.lanes -> number -> 'needs');
        SELECT coalesce(max(c.cur), 0) INTO start FROM labeling_ratercursor c
            WHERE c.batch_id = leader.batch_id AND c.rater_id = leader.rater_id
                AND c.lane = number;
        FOR leg IN 1 .. 2 LOOP
            -- Only the leader's own lane is walked from further on than the cursor.
            CONTINUE WHEN leg = 1 AND number <> stands.lane;
            FOR entry IN
                SELECT q.* FROM labeling_queueentry q
                WHERE q.batch_id = leader.batch_id AND q.lane = number AND q.taken < q.overlap
                    AND q.key >= CASE leg WHEN 1 THEN stands.key ELSE start END
                    AND (SELECT 1 FROM labeling_assignment a
                         WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                             AND a.rater_id = leader.rater_id AND a.round = 1 LIMIT 1) IS NULL
                    AND (SELECT 1 FROM labeling_assignment a
                         WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                             AND a.rater_id = leader.rater_id AND a.round > 1 LIMIT 1) IS NULL
                ORDER BY q.key LIMIT greatest(room - n, 0)
                FOR UPDATE OF q SKIP LOCKED
            LOOP
                UPDATE labeling_queueentry SET taken = taken + 1 WHERE id = entry.id;
                INSERT INTO labeling_assignment
                    (project_id, batch_id, response_id, rater_id, round, slot, purpose, state,
                     lease_until, ord, skip_reason, leader_id)
                    VALUES (leader.project_id, entry.batch_id, entry.response_id,
                        leader.rater_id, 1,
                        labeling_free_slot(entry.batch_id, entry.response_id, entry.overlap),
                        'fixed', 'leased', leader.lease_until, leader.ord, '', p_leader);
                n := n + 1;
            END LOOP;
        END LOOP;
    END LOOP;
    RETURN n;
END $$;

-- The rater's next sitting, by the seat that leads it; null when nothing is left. In the order in
-- which everybody locks: the batch, the expert's cursor, the seats, the lock of keys.
CREATE FUNCTION labeling_claim_sitting(p_batch bigint, p_rater bigint)
RETURNS bigint LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    batch labeling_batch;
    seat bigint;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7201, p_batch::int);
    SELECT * INTO batch FROM labeling_batch WHERE id = p_batch AND state = 'open';
    IF NOT FOUND THEN RETURN NULL; END IF;
    PERFORM 1 FROM labeling_ratercursor c
        WHERE c.batch_id = p_batch AND c.rater_id = p_rater AND c.lane = 0 FOR NO KEY UPDATE;
    PERFORM 1 FROM labeling_assignment a
        WHERE a.batch_id = p_batch AND a.rater_id = p_rater AND a.state IN ('leased', 'expired')
        ORDER BY a.id FOR NO KEY UPDATE;
    SELECT a.id INTO seat FROM labeling_assignment a
        WHERE a.batch_id = p_batch AND a.rater_id = p_rater AND a.state = 'leased'
            AND a.leader_id IS NULL;
    IF FOUND THEN
        UPDATE labeling_assignment
            SET lease_until = clock_timestamp() + make_interval(mins => batch.lease_minutes)
            WHERE batch_id = p_batch AND rater_id = p_rater AND state = 'leased'
                AND (id = seat OR leader_id = seat);
        RETURN seat;
    END IF;
    PERFORM pg_advisory_xact_lock(7202, p_batch::int);
    -- Companions whose leader was given back without them.
    PERFORM labeling_vacate(array_agg(a.id), 'expired', '') FROM labeling_assignment a
        WHERE a.batch_id = p_batch AND a.rater_id = p_rater AND a.state = 'leased'
        HAVING count(*) > 0;
    seat := labeling_claim_next(p_batch, p_rater);
    IF seat IS NOT NULL THEN PERFORM labeling_lease_further(seat); END IF;
    RETURN seat;
END $$;
