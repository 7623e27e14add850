-- Whether a score counts for alpha is settled when it is written, since a seat's purpose may change
-- afterwards (a withdrawn rating sent again too late): counting then gives for every watermark what
-- it gave at the time, and needs neither ratings nor seats.
ALTER TABLE labeling_score DISABLE TRIGGER score_sealed;
UPDATE labeling_score s SET counted = false FROM labeling_assignment a
    WHERE a.id = s.assignment_id AND a.purpose <> 'fixed';
ALTER TABLE labeling_score ENABLE TRIGGER score_sealed;

CREATE OR REPLACE FUNCTION labeling_scores_on_scale() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fault text;
    rule text;
BEGIN
    SELECT format('criterion %s: %s', c.key, CASE
            WHEN r.rubric_version_id <> c.version_id THEN 'belongs to another rubric version'
            WHEN r.withdrawn THEN 'a withdrawal has no scores'
            WHEN n.counted <> (a.purpose = 'fixed')
                THEN format('a score on a seat that is %s cannot be marked so', a.purpose)
            WHEN c.scale <> 'interval' THEN format('%s is not one of its levels', n.value)
            ELSE format('%s lies outside its bounds or steps', n.value) END),
            CASE WHEN r.rubric_version_id = c.version_id
                AND (r.withdrawn OR n.counted <> (a.purpose = 'fixed'))
                THEN 'score_counted_when_fixed' ELSE 'score_on_scale' END
        INTO fault, rule
        FROM inserted n
        JOIN labeling_criterion c ON c.id = n.criterion_id
        JOIN labeling_rating r ON r.id = n.rating_id
        JOIN labeling_assignment a ON a.id = n.assignment_id
        LEFT JOIN labeling_level l ON l.id = n.level_id
        WHERE r.rubric_version_id <> c.version_id
            OR r.withdrawn OR n.counted <> (a.purpose = 'fixed')
            OR (n.answer = 'scored' AND c.scale <> 'interval'
                AND l.value IS DISTINCT FROM n.value)
            OR (n.answer = 'scored' AND c.scale = 'interval' AND (
                n.level_id IS NOT NULL OR n.value < c.minimum OR n.value > c.maximum
                OR (c.step > 0 AND mod(n.value - c.minimum, c.step) <> 0)))
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', fault USING ERRCODE = 'check_violation', CONSTRAINT = rule;
    END IF;
    RETURN NULL;
END $$;

-- Labels are carried on by level, so a lineage has the same level values in all its versions.
CREATE OR REPLACE FUNCTION labeling_seal_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    torn text;
BEGIN
    IF OLD.status = 'draft' AND TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF OLD.status = 'draft' THEN
        IF NEW.status <> 'draft' THEN
            SELECT c.key INTO torn FROM labeling_criterion c
                WHERE c.version_id = NEW.id AND c.lineage_id <> c.id AND c.scale <> 'interval'
                AND (SELECT array_agg(l.value ORDER BY l.value) FROM labeling_level l
                     WHERE l.criterion_id = c.id)
                IS DISTINCT FROM
                    (SELECT array_agg(l.value ORDER BY l.value) FROM labeling_level l
                     WHERE l.criterion_id = c.lineage_id)
                LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'criterion % cannot carry on its lineage: its levels differ', torn
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'criterion_lineage_same_levels';
            END IF;
        END IF;
        IF NEW.project_id = OLD.project_id AND NEW.rubric_id = OLD.rubric_id
            AND NEW.number = OLD.number THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'retired'
        AND to_jsonb(NEW) - 'status' = to_jsonb(OLD) - 'status' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rubric version % is sealed: publish a new version instead', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'rubricversion_sealed';
END $$;
