-- The function as of 0008_counted_scores.
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
