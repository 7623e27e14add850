DROP TRIGGER adjudication_sealed ON labeling_adjudication;
DROP FUNCTION labeling_seal_ruling();
DROP TRIGGER rating_blind_once ON labeling_rating;
DROP FUNCTION labeling_blind_once();
DROP TRIGGER assignment_raters ON labeling_assignment;
DROP FUNCTION labeling_seal_raters();
DROP TRIGGER assignment_adjudicator ON labeling_assignment;
DROP FUNCTION labeling_seal_adjudicator();
ALTER TABLE labeling_dispute
    DROP CONSTRAINT dispute_batch_same_project, DROP CONSTRAINT dispute_response_same_project;

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
