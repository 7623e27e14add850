CREATE OR REPLACE FUNCTION labeling_passed_over(seat labeling_assignment) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT seat.state = 'skipped' AND seat.skip_reason = 'own answer' $$;

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

CREATE OR REPLACE FUNCTION labeling_seal_stratum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.fixed IS DISTINCT FROM OLD.fixed AND EXISTS (
        SELECT 1 FROM labeling_assignment a WHERE a.batch_id = NEW.batch_id) THEN
        RAISE EXCEPTION 'batch % has handed out responses', NEW.batch_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'queueentry_fixed_sealed';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION labeling_seal_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.n_min IS NOT NULL
        OR EXISTS (SELECT 1 FROM labeling_assignment a WHERE a.batch_id = NEW.id) THEN
        RAISE EXCEPTION 'batch % has its stopping rule, or has handed out responses', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_rule_sealed';
    END IF;
    RETURN NEW;
END $$;
