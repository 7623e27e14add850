-- As before, but that whoever finds nothing waits without holding what they only passed over.
CREATE OR REPLACE FUNCTION labeling_fresh(
    p_batch bigint, p_rater bigint, p_lane integer, p_ord integer, p_cur integer)
RETURNS bigint LANGUAGE plpgsql
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
    -- An entry that another claim filled meanwhile stays locked although it was passed over. Whoever
    -- waits below has given such rows back, or two of them would wait for each other.
    BEGIN
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
        IF entry IS NULL THEN RAISE EXCEPTION USING ERRCODE = 'RS000'; END IF;
    EXCEPTION WHEN SQLSTATE 'RS000' THEN NULL;
    END;
    IF entry IS NOT NULL THEN RETURN entry; END IF;

    -- Whatever is left is locked by other claims: wait for it, in the order of the keys. The highest
    -- key is read first; what comes back later lies beyond it.
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
