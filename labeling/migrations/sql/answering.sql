-- Answers written by experts. What is written is a fact once it is sent, and its writer is never
-- asked to rate it: in every batch it is put into, the writer has a seat there that was passed over,
-- so the queue offers it to them no more.
ALTER TABLE labeling_answerplace
    ADD CONSTRAINT answerplace_batch_same_project
        FOREIGN KEY (project_id, batch_id) REFERENCES labeling_batch (project_id, id),
    ADD CONSTRAINT answerplace_item_same_project
        FOREIGN KEY (project_id, item_id) REFERENCES labeling_item (project_id, id),
    ADD CONSTRAINT answerplace_repairs_same_project
        FOREIGN KEY (project_id, repairs_id) REFERENCES labeling_response (project_id, id),
    ADD CONSTRAINT answerplace_response_same_project
        FOREIGN KEY (project_id, response_id) REFERENCES labeling_response (project_id, id);
ALTER TABLE labeling_expertwriter
    ADD CONSTRAINT expertwriter_generator_same_project
        FOREIGN KEY (project_id, generator_id) REFERENCES labeling_generator (project_id, id);
CREATE TRIGGER expertwriter_is_a_fact BEFORE UPDATE OR DELETE ON labeling_expertwriter
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();

CREATE FUNCTION labeling_seal_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'written'
        OR (OLD.project_id, OLD.batch_id, OLD.item_id, OLD.key)
            IS DISTINCT FROM (NEW.project_id, NEW.batch_id, NEW.item_id, NEW.key) THEN
        RAISE EXCEPTION 'answer % is written, or belongs to its item', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'answerplace_sealed';
    END IF;
    IF NEW.state = 'written' AND NOT EXISTS (
        SELECT 1 FROM labeling_response r JOIN labeling_expertwriter w
            ON w.generator_id = r.generator_id AND w.expert_id = NEW.expert_id
        WHERE r.id = NEW.response_id AND r.item_id = NEW.item_id) THEN
        RAISE EXCEPTION 'response % is no answer of its expert to the item', NEW.response_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'answerplace_own_response';
    END IF;
    IF NEW.repairs_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM labeling_response r WHERE r.id = NEW.repairs_id
            AND r.item_id = NEW.item_id) THEN
        RAISE EXCEPTION 'response % answers another item', NEW.repairs_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'answerplace_repairs_its_item';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER answerplace_sealed BEFORE UPDATE OR DELETE ON labeling_answerplace
    FOR EACH ROW EXECUTE FUNCTION labeling_seal_answer();

-- By the few generators of experts, once a statement: queues are filled a million rows at a time.
CREATE FUNCTION labeling_pass_writers_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO labeling_assignment (project_id, batch_id, response_id, rater_id, round, slot,
            purpose, state, lease_until, ord, skip_reason)
        SELECT n.project_id, n.batch_id, n.response_id, w.expert_id, 1, NULL, 'fixed', 'skipped',
            NULL, 0, 'own answer'
        FROM inserted n JOIN labeling_response r ON r.id = n.response_id
        JOIN labeling_expertwriter w ON w.generator_id = r.generator_id
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER queueentry_without_writers AFTER INSERT ON labeling_queueentry
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION labeling_pass_writers_over();

CREATE FUNCTION labeling_refuse_own_answer() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    own bigint;
BEGIN
    SELECT n.response_id INTO own FROM inserted n
        JOIN labeling_expertwriter w ON w.expert_id = n.rater_id
        JOIN labeling_response r ON r.id = n.response_id AND r.generator_id = w.generator_id
        WHERE n.state <> 'skipped' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'response % is the answer of who would rate it', own
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_not_own_answer';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER assignment_not_own_answer AFTER INSERT ON labeling_assignment
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION labeling_refuse_own_answer();

CREATE FUNCTION labeling_stay_passed_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM labeling_response r JOIN labeling_expertwriter w
        ON w.generator_id = r.generator_id
        WHERE r.id = NEW.response_id AND w.expert_id = NEW.rater_id) THEN
        RAISE EXCEPTION 'response % is the answer of who would rate it', NEW.response_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_not_own_answer';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assignment_stays_passed_over BEFORE UPDATE OF state ON labeling_assignment
    FOR EACH ROW WHEN (OLD.state = 'skipped' AND NEW.state <> 'skipped')
    EXECUTE FUNCTION labeling_stay_passed_over();

-- As before, but that whoever is passed over need not have practised.
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
