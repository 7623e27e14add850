-- Practice is rated beside known answers that are shown at once: nothing of it says how far experts
-- agree, so every seat there is gold, whoever writes the row. Where a batch asks for a passed
-- practice, nobody gets a first seat without one; who has begun goes on.
CREATE FUNCTION labeling_practice_seat() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF needs_pass AND TG_OP = 'INSERT'
        AND (SELECT 1 FROM labeling_assignment a
             WHERE a.batch_id = NEW.batch_id AND a.rater_id = NEW.rater_id LIMIT 1) IS NULL
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
-- Named to run after the seal, which decides between fixed and adaptive.
CREATE TRIGGER assignment_zz_practice BEFORE INSERT OR UPDATE OF slot, purpose
    ON labeling_assignment
    FOR EACH ROW EXECUTE FUNCTION labeling_practice_seat();

-- A pass is a fact of a practice batch.
ALTER TABLE labeling_practicepass
    ADD CONSTRAINT practicepass_batch_same_project
        FOREIGN KEY (project_id, batch_id) REFERENCES labeling_batch (project_id, id);
CREATE TRIGGER practicepass_is_a_fact BEFORE UPDATE OR DELETE ON labeling_practicepass
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();
CREATE FUNCTION labeling_pass_of_practice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT b.kind FROM labeling_batch b WHERE b.id = NEW.batch_id) <> 'practice' THEN
        RAISE EXCEPTION 'batch % is no practice', NEW.batch_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'practicepass_of_practice';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER practicepass_of_practice BEFORE INSERT ON labeling_practicepass
    FOR EACH ROW EXECUTE FUNCTION labeling_pass_of_practice();
