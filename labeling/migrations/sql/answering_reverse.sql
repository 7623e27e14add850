DROP TRIGGER assignment_stays_passed_over ON labeling_assignment;
DROP FUNCTION labeling_stay_passed_over();
DROP TRIGGER assignment_not_own_answer ON labeling_assignment;
DROP FUNCTION labeling_refuse_own_answer();
DROP TRIGGER queueentry_without_writers ON labeling_queueentry;
DROP FUNCTION labeling_pass_writers_over();
DROP TRIGGER answerplace_sealed ON labeling_answerplace;
DROP FUNCTION labeling_seal_answer();
DROP TRIGGER expertwriter_is_a_fact ON labeling_expertwriter;

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
