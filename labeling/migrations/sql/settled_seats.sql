-- What a seat says of a judgement holds, whoever writes the statement: nobody is asked twice for the
-- same but where a newer version asks again, what was a check never counts for agreement, and a place
-- that is rated is free for nobody else.
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
    IF TG_OP = 'INSERT' AND NEW.round > 1 AND NEW.purpose IN ('fixed', 'adaptive')
        AND NOT EXISTS (
            SELECT 1 FROM labeling_reask r WHERE r.batch_id = NEW.batch_id
                AND r.response_id = NEW.response_id AND r.slot = NEW.slot
                AND r.assignment_id IS NULL AND r.ended_at IS NULL) THEN
        RAISE EXCEPTION 'nothing is asked again of response % at place %', NEW.response_id, NEW.slot
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_asked_again';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.purpose IN ('fixed', 'adaptive')
        AND OLD.purpose IN ('gold', 'repeat') THEN
        RAISE EXCEPTION 'seat % is a check and counts for no agreement', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_check_stays';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'submitted' AND NEW.state = 'submitted'
        AND OLD.slot IS NOT NULL AND NEW.slot IS NULL
        AND NEW.purpose IN ('fixed', 'adaptive') THEN
        RAISE EXCEPTION 'seat % is rated and keeps its place', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_keeps_place';
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

-- Once closed, what others said is shown: a judgement given after that would not be blind.
CREATE FUNCTION labeling_stay_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'batch % is closed for good: its ratings are no longer blind', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_closed_for_good';
END $$;
CREATE TRIGGER batch_closed_for_good BEFORE UPDATE OF state ON labeling_batch FOR EACH ROW
    WHEN (OLD.state = 'closed' AND NEW.state <> 'closed')
    EXECUTE FUNCTION labeling_stay_closed();
