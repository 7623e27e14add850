-- As before, but that the end of a queue is read once a statement. The planner may otherwise read it
-- for every response that comes back, each time past all that moved there a moment ago: ten thousand
-- leases that end together then take the square of their number.
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
    ), ends AS MATERIALIZED (
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
