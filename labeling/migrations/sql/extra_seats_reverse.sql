CREATE OR REPLACE FUNCTION labeling_seal_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE'
        AND (OLD.project_id, OLD.batch_id, OLD.response_id, OLD.rater_id, OLD.round)
        IS DISTINCT FROM (NEW.project_id, NEW.batch_id, NEW.response_id, NEW.rater_id, NEW.round))
    THEN
        RAISE EXCEPTION 'seat % belongs to its rater for good', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_sealed';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.slot IS NOT DISTINCT FROM OLD.slot THEN RETURN NEW; END IF;
    IF NEW.slot > (SELECT b.overlap FROM labeling_batch b WHERE b.id = NEW.batch_id) THEN
        RAISE EXCEPTION 'slot % lies beyond the overlap of batch %', NEW.slot, NEW.batch_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_slot_within_overlap';
    END IF;
    RETURN NEW;
END $$;
