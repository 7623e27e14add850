-- As it was: nothing is mixed in.
CREATE OR REPLACE FUNCTION labeling_mixed_in(p_batch bigint, p_rater bigint, p_ord integer)
RETURNS bigint LANGUAGE sql AS $$ SELECT NULL::bigint $$;
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
DROP FUNCTION labeling_aside_slot(bigint, bigint);
