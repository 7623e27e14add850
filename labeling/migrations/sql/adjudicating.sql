-- Adjudication. A third person rates a response blind, then rules on it. What makes the ruling worth
-- something is that the person did not judge the response before, and judged it once, before seeing
-- the others. While a batch is open nobody both rates and rules in it: a ruling shows what others
-- said, and an expert who has seen that rates no more independently, a rater who rules would settle
-- disputes with colleagues they sit beside. After closing, whoever has not judged a response may
-- rule on it.

ALTER TABLE labeling_dispute
    ADD CONSTRAINT dispute_batch_same_project
        FOREIGN KEY (project_id, batch_id) REFERENCES labeling_batch (project_id, id),
    ADD CONSTRAINT dispute_response_same_project
        FOREIGN KEY (project_id, response_id) REFERENCES labeling_response (project_id, id);

CREATE FUNCTION labeling_seal_adjudicator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT b.state FROM labeling_batch b WHERE b.id = NEW.batch_id) <> 'closed' THEN
        -- Whoever is handed a seat to rate from holds this row until the commit.
        INSERT INTO labeling_ratercursor (batch_id, rater_id, lane, cur, ord)
            VALUES (NEW.batch_id, NEW.rater_id, 0, 0, 0)
            ON CONFLICT (batch_id, rater_id, lane) DO UPDATE SET ord = labeling_ratercursor.ord;
        IF EXISTS (SELECT 1 FROM labeling_assignment a
            WHERE a.batch_id = NEW.batch_id AND a.rater_id = NEW.rater_id
                AND a.purpose <> 'adjudication') THEN
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
                AND a.rater_id = NEW.rater_id AND a.purpose <> 'adjudication')) THEN
        RAISE EXCEPTION 'person % may yet rate the item of response %', NEW.rater_id,
            NEW.response_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_adjudicator_may_rate_it';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assignment_adjudicator BEFORE INSERT ON labeling_assignment
    FOR EACH ROW WHEN (NEW.purpose = 'adjudication')
    EXECUTE FUNCTION labeling_seal_adjudicator();

-- Once a statement and by the index of the few seats of adjudicators: a million seats are imported
-- in one statement, and the queue hands out hundreds a second.
CREATE FUNCTION labeling_seal_raters() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    person bigint;
BEGIN
    SELECT n.rater_id INTO person FROM inserted n
        JOIN labeling_assignment a ON a.batch_id = n.batch_id AND a.rater_id = n.rater_id
            AND a.purpose = 'adjudication'
        JOIN labeling_batch b ON b.id = n.batch_id AND b.state <> 'closed'
        WHERE n.purpose <> 'adjudication' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'person % rules in this batch and cannot rate there', person
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_rater_adjudicates_here';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER assignment_raters AFTER INSERT ON labeling_assignment
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION labeling_seal_raters();

-- The blind rating is given once: after it its rater sees the others.
CREATE FUNCTION labeling_blind_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM labeling_assignment a
        WHERE a.id = NEW.assignment_id AND a.purpose = 'adjudication') THEN
        RAISE EXCEPTION 'the blind rating on seat % is given once', NEW.assignment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rating_blind_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rating_blind_once BEFORE INSERT ON labeling_rating
    FOR EACH ROW WHEN (NEW.revision > 1 OR NEW.withdrawn) EXECUTE FUNCTION labeling_blind_once();

-- A ruling: by whoever has the response, beside their own blind rating, on a unit they did not
-- judge otherwise, on the criterion's scale.
CREATE FUNCTION labeling_seal_ruling() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    criterion labeling_criterion;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM labeling_rating t JOIN labeling_assignment a
            ON a.id = t.assignment_id
        WHERE t.id = NEW.own_rating_id AND t.excluded_seq IS NULL
            AND a.purpose = 'adjudication' AND a.slot IS NOT NULL AND a.rater_id = NEW.by_id
            AND a.batch_id = NEW.batch_id AND a.response_id = NEW.response_id) THEN
        RAISE EXCEPTION 'a ruling on response % needs the blind rating of who has it',
            NEW.response_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjudication_after_blind_rating';
    END IF;
    IF EXISTS (SELECT 1 FROM labeling_score s JOIN labeling_assignment a ON a.id = s.assignment_id
        WHERE s.response_id = NEW.response_id AND s.lineage_id = NEW.lineage_id
            AND s.rater_id = NEW.by_id AND a.purpose <> 'adjudication') THEN
        RAISE EXCEPTION 'person % has judged this unit of response % themselves', NEW.by_id,
            NEW.response_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjudication_by_a_third';
    END IF;
    SELECT c.* INTO criterion FROM labeling_criterion c
        JOIN labeling_rubricversion v ON v.id = c.version_id AND v.status <> 'draft'
        JOIN labeling_batch b ON b.id = NEW.batch_id
        JOIN labeling_rubricversion o ON o.id = b.rubric_version_id AND o.rubric_id = v.rubric_id
        WHERE c.lineage_id = NEW.lineage_id
        ORDER BY c.version_id = b.rubric_version_id DESC, v.number DESC LIMIT 1;
    IF NOT FOUND OR NEW.ruling IS NOT NULL AND (CASE WHEN criterion.scale = 'interval'
        THEN NEW.ruling < criterion.minimum OR NEW.ruling > criterion.maximum
            OR coalesce(criterion.step > 0 AND mod(NEW.ruling - criterion.minimum, criterion.step)
                <> 0, false)
        ELSE NOT EXISTS (SELECT 1 FROM labeling_level l
            WHERE l.criterion_id = criterion.id AND l.value = NEW.ruling) END) THEN
        RAISE EXCEPTION 'ruling % is no answer to a criterion of this batch', NEW.ruling
            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjudication_on_scale';
    END IF;
    IF NEW.revision <> 1 + (SELECT coalesce(max(j.revision), 0) FROM labeling_adjudication j
        WHERE j.batch_id = NEW.batch_id AND j.response_id = NEW.response_id
            AND j.lineage_id = NEW.lineage_id) THEN
        RAISE EXCEPTION 'ruling % is not the next one', NEW.revision
            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjudication_revision_follows';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER adjudication_sealed BEFORE INSERT ON labeling_adjudication
    FOR EACH ROW EXECUTE FUNCTION labeling_seal_ruling();

-- As before, but that an adjudicator is appointed and need not have practised.
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
