-- Several responses of an item rated side by side: one lease leads, the others hang on it.

-- A companion in work stays what it is until it is given back, whatever became of its leader.
CREATE OR REPLACE FUNCTION labeling_keep_bond() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'leased' THEN
        NEW.leader_id := NULL;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.leader_id IS NOT DISTINCT FROM OLD.leader_id THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM labeling_assignment a
        WHERE a.id = NEW.leader_id AND a.batch_id = NEW.batch_id AND a.rater_id = NEW.rater_id
            AND a.state = 'leased' AND a.leader_id IS NULL
    ) THEN
        RAISE EXCEPTION 'seat % cannot hang on seat %: it leads no lease of the same expert here',
            NEW.id, NEW.leader_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_bond';
    END IF;
    RETURN NEW;
END $$;

-- Lease the other responses of the leader's item that this expert may rate now and that have a place
-- free: fresh ones, and those whose lease ended. Call it with the batch's lock of keys (7202) held:
-- one grid is put together at a time, and nothing is given back meanwhile.
CREATE FUNCTION labeling_lease_beside(p_leader bigint) RETURNS integer LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    leader labeling_assignment;
    batch labeling_batch;
    entry labeling_queueentry;
    own labeling_assignment;
    room integer := 7;
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
    FOR entry IN
        SELECT q.* FROM labeling_response r
        JOIN labeling_queueentry q ON q.batch_id = leader.batch_id AND q.response_id = r.id
        WHERE r.item_id = (SELECT o.item_id FROM labeling_response o WHERE o.id = leader.response_id)
            AND r.id <> leader.response_id AND q.taken < q.overlap
            AND (NOT batch.by_expertise OR labeling_may_rate(
                batch.project_id, leader.rater_id, batch.lanes -> q.lane::integer -> 'needs'))
            AND NOT EXISTS (SELECT 1 FROM labeling_assignment a
                WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id
                    AND a.rater_id = leader.rater_id
                    AND (a.round > 1 OR a.state <> 'expired'))
        ORDER BY q.key
        FOR UPDATE OF q SKIP LOCKED
    LOOP
        EXIT WHEN n >= room;
        UPDATE labeling_queueentry SET taken = taken + 1 WHERE id = entry.id;
        SELECT * INTO own FROM labeling_assignment a
            WHERE a.batch_id = entry.batch_id AND a.response_id = entry.response_id
                AND a.rater_id = leader.rater_id AND a.round = 1;
        IF FOUND THEN
            UPDATE labeling_assignment SET state = 'leased', lease_until = leader.lease_until,
                leader_id = p_leader,
                slot = labeling_free_slot(entry.batch_id, entry.response_id, entry.overlap)
                WHERE id = own.id;
        ELSE
            INSERT INTO labeling_assignment
                (project_id, batch_id, response_id, rater_id, round, slot, purpose, state,
                 lease_until, ord, skip_reason, leader_id)
                VALUES (leader.project_id, entry.batch_id, entry.response_id, leader.rater_id, 1,
                    labeling_free_slot(entry.batch_id, entry.response_id, entry.overlap),
                    'fixed', 'leased', leader.lease_until, leader.ord, '', p_leader);
        END IF;
        n := n + 1;
    END LOOP;
    RETURN n;
END $$;

-- The rater's next seat; where a batch is rated in grids, with all that is shown beside it. In the
-- order in which everybody locks: the batch, the expert's cursor, the seats, the lock of keys.
CREATE FUNCTION labeling_claim_together(p_batch bigint, p_rater bigint)
RETURNS bigint LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    batch labeling_batch;
    seat bigint;
BEGIN
    SELECT * INTO batch FROM labeling_batch WHERE id = p_batch;
    IF NOT FOUND OR batch.way <> 'grid' THEN RETURN labeling_claim_next(p_batch, p_rater); END IF;
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
    IF seat IS NOT NULL THEN PERFORM labeling_lease_beside(seat); END IF;
    RETURN seat;
END $$;
