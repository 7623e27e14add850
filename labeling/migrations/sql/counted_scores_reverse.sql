CREATE OR REPLACE FUNCTION labeling_scores_on_scale() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fault text;
BEGIN
    SELECT format('criterion %s: %s', c.key, CASE
            WHEN r.rubric_version_id <> c.version_id THEN 'belongs to another rubric version'
            WHEN c.scale <> 'interval' THEN format('%s is not one of its levels', n.value)
            ELSE format('%s lies outside its bounds or steps', n.value) END)
        INTO fault
        FROM inserted n
        JOIN labeling_criterion c ON c.id = n.criterion_id
        JOIN labeling_rating r ON r.id = n.rating_id
        LEFT JOIN labeling_level l ON l.id = n.level_id
        WHERE r.rubric_version_id <> c.version_id
            OR (n.answer = 'scored' AND c.scale <> 'interval'
                AND l.value IS DISTINCT FROM n.value)
            OR (n.answer = 'scored' AND c.scale = 'interval' AND (
                n.level_id IS NOT NULL OR n.value < c.minimum OR n.value > c.maximum
                OR (c.step > 0 AND mod(n.value - c.minimum, c.step) <> 0)))
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', fault
            USING ERRCODE = 'check_violation', CONSTRAINT = 'score_on_scale';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION labeling_seal_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' AND TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF OLD.status = 'draft' THEN
        IF NEW.project_id = OLD.project_id AND NEW.rubric_id = OLD.rubric_id
            AND NEW.number = OLD.number THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'retired'
        AND to_jsonb(NEW) - 'status' = to_jsonb(OLD) - 'status' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rubric version % is sealed: publish a new version instead', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'rubricversion_sealed';
END $$;
