-- Checks mixed into work unseen: responses with a known answer (gold), and responses that the same
-- expert has rated days ago (repeats). Their seats lie in a later round, so that the queue, which
-- counts round 1, neither gives nor loses a place by them; their slots lie beyond all others. They
-- keep their purpose, so nothing rated there enters alpha.

-- A slot that nobody has at the response. Held to the commit, so that two never draw one.
CREATE FUNCTION labeling_aside_slot(p_batch bigint, p_response bigint) RETURNS integer
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7206, p_response::int);
    RETURN 1 + coalesce((SELECT max(a.slot) FROM labeling_assignment a
        WHERE a.batch_id = p_batch AND a.response_id = p_response), 0);
END $$;

-- The check that is next for this rater, as a seat in work; null when it is none's turn. Whether it
-- is one's turn is drawn afresh each time: nothing known tells it beforehand. (Asked by a claim that
-- holds the expert's cursor and has found nothing in work.)
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

-- As before, but that a check that was put aside keeps being asked.
CREATE OR REPLACE FUNCTION labeling_retake(p_seat bigint, p_state text, p_lease timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    seat labeling_assignment;
    entry labeling_queueentry;
BEGIN
    SELECT * INTO STRICT seat FROM labeling_assignment WHERE id = p_seat FOR UPDATE;
    IF seat.slot IS NOT NULL THEN RETURN true; END IF;
    IF seat.round > 1 AND seat.purpose IN ('gold', 'repeat') THEN
        UPDATE labeling_assignment SET state = p_state, lease_until = p_lease,
            slot = labeling_aside_slot(seat.batch_id, seat.response_id) WHERE id = p_seat;
        RETURN true;
    END IF;
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

-- As before, but that checks have places of their own.
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
    -- Checks lie beyond all places of the queue.
    IF NEW.round > 1 AND NEW.purpose IN ('gold', 'repeat') THEN RETURN NEW; END IF;
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
