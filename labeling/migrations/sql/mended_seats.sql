-- The queue where cases meet: answers of one's own, seats that were late, checks beside an overlap.

-- The seat that a batch gives the writer of an answer in it says only that it is not theirs to rate:
-- whoever has no other seat has not begun.
CREATE FUNCTION labeling_passed_over(seat labeling_assignment) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT seat.state = 'skipped' AND seat.skip_reason = 'own answer' $$;

-- As before, but that nobody is checked by an answer they wrote.
CREATE OR REPLACE FUNCTION labeling_gold_for(batch labeling_batch, p_rater bigint) RETURNS bigint
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_sort = on SET jit = off
AS $$
DECLARE
    own bigint;
    root bigint;
    lowest bigint;
    highest bigint;
    start bigint;
    chosen bigint;
BEGIN
    SELECT v.rubric_id INTO own FROM labeling_rubricversion v WHERE v.id = batch.rubric_version_id;
    FOR root IN
        SELECT c.lineage_id FROM labeling_criterion c
        WHERE c.version_id = batch.rubric_version_id
            AND (SELECT 1 FROM labeling_goldanswer g WHERE g.lineage_id = c.lineage_id LIMIT 1) = 1
        ORDER BY random() LIMIT 4
    LOOP
        SELECT g.response_id INTO lowest FROM labeling_goldanswer g
            WHERE g.lineage_id = root ORDER BY g.lineage_id, g.response_id LIMIT 1;
        SELECT g.response_id INTO highest FROM labeling_goldanswer g
            WHERE g.lineage_id = root ORDER BY g.lineage_id DESC, g.response_id DESC LIMIT 1;
        start := lowest + floor(random() * (highest - lowest + 1))::bigint;
        FOREACH start IN ARRAY ARRAY[start, lowest] LOOP
            SELECT k.response_id INTO chosen
                FROM (SELECT g.response_id, g.revision, g.value FROM labeling_goldanswer g
                      WHERE g.lineage_id = root AND g.response_id >= start
                      ORDER BY g.lineage_id, g.response_id LIMIT 64) k
                WHERE k.value IS NOT NULL
                    AND (SELECT 1 FROM labeling_goldanswer n
                         WHERE n.response_id = k.response_id AND n.lineage_id = root
                             AND n.revision > k.revision LIMIT 1) IS NULL
                    AND (SELECT 1 FROM labeling_assignment a
                         WHERE a.response_id = k.response_id AND a.rater_id = p_rater
                         LIMIT 1) IS NULL
                    AND (SELECT 1 FROM labeling_queueentry q
                         WHERE q.batch_id = batch.id AND q.response_id = k.response_id
                         LIMIT 1) IS NULL
                    AND (SELECT 1 FROM labeling_workedexample e
                         JOIN labeling_rubricversion v ON v.id = e.version_id
                         WHERE e.response_id = k.response_id AND v.rubric_id = own LIMIT 1) IS NULL
                    AND (SELECT 1 FROM labeling_response r
                         JOIN labeling_expertwriter w ON w.generator_id = r.generator_id
                         WHERE r.id = k.response_id AND w.expert_id = p_rater LIMIT 1) IS NULL
                ORDER BY k.response_id LIMIT 1;
            IF chosen IS NOT NULL THEN RETURN chosen; END IF;
        END LOOP;
    END LOOP;
    RETURN NULL;
END $$;

-- A slot that nobody has at the response, beyond all places of the queue. Held to the commit, so that
-- two never draw one.
CREATE OR REPLACE FUNCTION labeling_aside_slot(p_batch bigint, p_response bigint) RETURNS integer
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7206, p_response::int);
    RETURN 1 + greatest(0,
        (SELECT max(a.slot) FROM labeling_assignment a
         WHERE a.batch_id = p_batch AND a.response_id = p_response),
        (SELECT q.overlap FROM labeling_queueentry q
         WHERE q.batch_id = p_batch AND q.response_id = p_response));
END $$;

-- As before, but that whoever gets a place again is late no more: what is rated there counts.
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
    IF TG_OP = 'UPDATE' AND OLD.slot IS NULL AND NEW.round = 1 AND NEW.purpose = 'late' THEN
        NEW.purpose := 'fixed';
    END IF;
    SELECT CASE WHEN b.n_min IS NULL OR q.fixed IS DISTINCT FROM false THEN b.overlap
            ELSE b.n_min END
        INTO designed
        FROM labeling_batch b LEFT JOIN labeling_queueentry q
            ON b.n_min IS NOT NULL AND q.batch_id = b.id AND q.response_id = NEW.response_id
        WHERE b.id = NEW.batch_id;
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

-- As before, but that whoever was only passed over has not begun.
CREATE OR REPLACE FUNCTION labeling_practice_seat() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_practice boolean;
    needs_pass boolean;
    own bigint;
BEGIN
    SELECT b.kind = 'practice', b.requires_practice, v.rubric_id
        INTO is_practice, needs_pass, own
        FROM labeling_batch b JOIN labeling_rubricversion v ON v.id = b.rubric_version_id
        WHERE b.id = NEW.batch_id;
    IF is_practice AND NEW.purpose IN ('fixed', 'adaptive') THEN
        NEW.purpose := 'gold';
    END IF;
    IF needs_pass AND TG_OP = 'INSERT' AND NEW.purpose <> 'adjudication'
        AND NEW.state <> 'skipped'
        AND (SELECT 1 FROM labeling_assignment a
             WHERE a.batch_id = NEW.batch_id AND a.rater_id = NEW.rater_id
                AND NOT labeling_passed_over(a) LIMIT 1) IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM labeling_practicepass p
            JOIN labeling_batch b ON b.id = p.batch_id
            JOIN labeling_rubricversion v ON v.id = b.rubric_version_id
            WHERE p.rater_id = NEW.rater_id AND v.rubric_id = own) THEN
        RAISE EXCEPTION 'batch % is for experts who have passed a practice batch', NEW.batch_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_needs_practice';
    END IF;
    RETURN NEW;
END $$;

-- As before, but that whoever was only passed over rates nothing in the batch.
CREATE OR REPLACE FUNCTION labeling_seal_adjudicator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT b.state FROM labeling_batch b WHERE b.id = NEW.batch_id) <> 'closed' THEN
        -- Whoever is handed a seat to rate from holds this row until the commit.
        INSERT INTO labeling_ratercursor (batch_id, rater_id, lane, cur, ord)
            VALUES (NEW.batch_id, NEW.rater_id, 0, 0, 0)
            ON CONFLICT (batch_id, rater_id, lane) DO UPDATE SET ord = labeling_ratercursor.ord;
        IF EXISTS (SELECT 1 FROM labeling_assignment a
            WHERE a.batch_id = NEW.batch_id AND a.rater_id = NEW.rater_id
                AND a.purpose <> 'adjudication' AND NOT labeling_passed_over(a)) THEN
            RAISE EXCEPTION 'person % rates in batch %, which is open', NEW.rater_id, NEW.batch_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_adjudicator_rates_here';
        END IF;
    END IF;
    IF EXISTS (SELECT 1 FROM labeling_assignment a JOIN labeling_rating t ON t.assignment_id = a.id
        WHERE a.response_id = NEW.response_id AND a.rater_id = NEW.rater_id
            AND a.purpose <> 'adjudication') THEN
        RAISE EXCEPTION 'person % has judged response % before', NEW.rater_id, NEW.response_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_adjudicator_judged_it';
    END IF;
    IF EXISTS (
        SELECT 1 FROM labeling_response r JOIN labeling_response o ON o.item_id = r.item_id
        JOIN labeling_queueentry q ON q.response_id = o.id
        JOIN labeling_batch b ON b.id = q.batch_id AND b.state <> 'closed'
        WHERE r.id = NEW.response_id AND EXISTS (
            SELECT 1 FROM labeling_assignment a WHERE a.batch_id = b.id
                AND a.rater_id = NEW.rater_id AND a.purpose <> 'adjudication'
                AND NOT labeling_passed_over(a))) THEN
        RAISE EXCEPTION 'person % may yet rate the item of response %', NEW.rater_id,
            NEW.response_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_adjudicator_may_rate_it';
    END IF;
    RETURN NEW;
END $$;

-- As before, but that passing over is no rating: a batch may get an answer of whoever rules there.
CREATE OR REPLACE FUNCTION labeling_seal_raters() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    person bigint;
BEGIN
    SELECT n.rater_id INTO person FROM inserted n
        JOIN labeling_assignment a ON a.batch_id = n.batch_id AND a.rater_id = n.rater_id
            AND a.purpose = 'adjudication'
        JOIN labeling_batch b ON b.id = n.batch_id AND b.state <> 'closed'
        WHERE n.purpose <> 'adjudication'
            AND NOT (n.state = 'skipped' AND n.skip_reason = 'own answer') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'person % rules in this batch and cannot rate there', person
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_rater_adjudicates_here';
    END IF;
    RETURN NULL;
END $$;
