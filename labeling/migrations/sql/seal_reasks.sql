-- What is asked again is checked once a statement, for a million rows at a time: the judged seat is
-- there, submitted, in this very place; the criteria are of the batch's version, and asked again.
CREATE FUNCTION labeling_reasks_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
BEGIN
    SELECT CASE
            WHEN a.id IS NULL OR (a.project_id, a.batch_id, a.response_id, a.slot, a.purpose, a.state)
                IS DISTINCT FROM (n.project_id, n.batch_id, n.response_id, n.slot, n.purpose,
                                  'submitted'::varchar) THEN 'reask_of_a_judged_place'
            WHEN b.state = 'closed' OR b.rubric_version_id <> n.version_id
                THEN 'reask_of_the_batch_version'
            ELSE 'reask_of_its_rater' END
        INTO rule
        FROM inserted n
        LEFT JOIN labeling_assignment a ON a.id = n.judged_id
        LEFT JOIN labeling_batch b ON b.id = n.batch_id
        LEFT JOIN labeling_assignment s ON s.id = n.assignment_id
        WHERE a.id IS NULL OR (a.project_id, a.batch_id, a.response_id, a.slot, a.purpose, a.state)
                IS DISTINCT FROM (n.project_id, n.batch_id, n.response_id, n.slot, n.purpose,
                                  'submitted'::varchar)
            OR b.state = 'closed' OR b.rubric_version_id <> n.version_id
            OR n.ended_at IS NOT NULL
            OR (n.assignment_id IS NULL AND n.rater_id <> a.rater_id)
            OR (n.assignment_id IS NOT NULL AND (s.id IS NULL OR s.round = 1
                OR (s.batch_id, s.response_id, s.rater_id)
                    IS DISTINCT FROM (n.batch_id, n.response_id, n.rater_id)))
        LIMIT 1;
    IF NOT FOUND THEN
        SELECT 'reask_of_its_criteria' INTO rule
            FROM (SELECT DISTINCT version_id, criteria FROM inserted) n
            WHERE cardinality(n.criteria) = 0 OR cardinality(n.criteria) <> (
                SELECT count(*) FROM labeling_criterion c
                JOIN labeling_criterion root ON root.id = c.lineage_id
                WHERE c.id = ANY (n.criteria) AND c.version_id = n.version_id
                    AND root.fate = 'ask')
            LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'this cannot be asked again'
            USING ERRCODE = 'check_violation', CONSTRAINT = rule;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reask_fits AFTER INSERT ON labeling_reask
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION labeling_reasks_fit();

-- It is taken once, by a seat in this place in a later round, and ended once.
CREATE FUNCTION labeling_seal_reask() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fixed text[] := ARRAY['assignment_id', 'rater_id', 'ended_at', 'ending'];
    seat labeling_assignment;
BEGIN
    IF OLD.ended_at IS NOT NULL OR to_jsonb(NEW) - fixed IS DISTINCT FROM to_jsonb(OLD) - fixed THEN
        RAISE EXCEPTION 'what was asked again (%) is a fact', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reask_sealed';
    END IF;
    IF (NEW.assignment_id, NEW.rater_id) IS NOT DISTINCT FROM (OLD.assignment_id, OLD.rater_id) THEN
        RETURN NEW;
    END IF;
    SELECT * INTO seat FROM labeling_assignment a WHERE a.id = NEW.assignment_id;
    IF OLD.assignment_id IS NOT NULL OR seat.id IS NULL OR seat.round = 1
        OR (seat.batch_id, seat.response_id, seat.slot)
            IS DISTINCT FROM (OLD.batch_id, OLD.response_id, OLD.slot)
        OR seat.rater_id IS DISTINCT FROM NEW.rater_id
        OR NEW.rater_id IS DISTINCT FROM coalesce(OLD.rater_id, NEW.rater_id) THEN
        RAISE EXCEPTION 'what is asked again (%) is taken once, by a seat in its place', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reask_taken_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reask_sealed BEFORE UPDATE ON labeling_reask
    FOR EACH ROW EXECUTE FUNCTION labeling_seal_reask();
CREATE TRIGGER reask_is_a_fact BEFORE DELETE ON labeling_reask
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();
