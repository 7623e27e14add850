CREATE OR REPLACE FUNCTION labeling_rating_after_watermark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7201, NEW.batch_id::int);
    IF NEW.id <= (SELECT b.watermark FROM labeling_batch b WHERE b.id = NEW.batch_id) THEN
        RAISE EXCEPTION 'rating % lies behind a watermark of batch %: lock the batch first',
            NEW.id, NEW.batch_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rating_after_watermark';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM labeling_batch b JOIN labeling_rubricversion v ON v.id = NEW.rubric_version_id
        WHERE b.id = NEW.batch_id AND v.status <> 'draft'
            AND v.rubric_id = (SELECT o.rubric_id FROM labeling_rubricversion o
                               WHERE o.id = b.rubric_version_id)
    ) THEN
        RAISE EXCEPTION 'rubric version % is not a published version of the batch''s rubric',
            NEW.rubric_version_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rating_of_batch_rubric';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION labeling_scores_on_scale() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fault text;
    rule text;
BEGIN
    SELECT format('criterion %s: %s', f.key, CASE f.rule
            WHEN 'score_answer_allowed' THEN format('%s is not an answer that it takes', f.answer)
            WHEN 'score_rationale_needed' THEN 'needs a reason'
            WHEN 'score_evidence_needed' THEN 'needs evidence'
            WHEN 'score_counted_when_fixed' THEN CASE WHEN f.withdrawn
                THEN 'a withdrawal has no scores'
                ELSE format('a score on a seat that is %s cannot be marked so', f.purpose) END
            ELSE CASE
                WHEN f.foreign_version THEN 'belongs to another rubric version'
                WHEN f.scale <> 'interval' THEN format('%s is not one of its levels', f.value)
                ELSE format('%s lies outside its bounds or steps', f.value) END
            END), f.rule
        INTO fault, rule
        FROM (
            SELECT c.key, c.scale, n.value, n.answer, r.withdrawn, a.purpose,
                r.rubric_version_id <> c.version_id AS foreign_version,
                CASE
                    WHEN r.rubric_version_id <> c.version_id THEN 'score_on_scale'
                    WHEN r.withdrawn OR n.counted <> (a.purpose = 'fixed')
                        THEN 'score_counted_when_fixed'
                    WHEN n.answer = 'scored' AND c.scale <> 'interval'
                        AND l.value IS DISTINCT FROM n.value THEN 'score_on_scale'
                    WHEN n.answer = 'scored' AND c.scale = 'interval' AND (
                        n.level_id IS NOT NULL OR n.value < c.minimum OR n.value > c.maximum
                        OR (c.step > 0 AND mod(n.value - c.minimum, c.step) <> 0))
                        THEN 'score_on_scale'
                    WHEN n.answer = 'NA' AND NOT c.allow_na
                        OR n.answer = 'cannot_assess' AND NOT c.allow_cannot_assess
                        THEN 'score_answer_allowed'
                    WHEN c.needs_rationale AND btrim(n.rationale, E' \t\r\n') = ''
                        AND (SELECT b.kind FROM labeling_batch b WHERE b.id = n.batch_id)
                            <> 'imported' THEN 'score_rationale_needed'
                    WHEN c.needs_evidence AND n.answer = 'scored'
                        AND n.evidence IN ('[]', 'null', '""', '{}')
                        AND (SELECT b.kind FROM labeling_batch b WHERE b.id = n.batch_id)
                            <> 'imported' THEN 'score_evidence_needed'
                END AS rule
            FROM inserted n
            JOIN labeling_criterion c ON c.id = n.criterion_id
            JOIN labeling_rating r ON r.id = n.rating_id
            JOIN labeling_assignment a ON a.id = n.assignment_id
            LEFT JOIN labeling_level l ON l.id = n.level_id
        ) f
        WHERE f.rule IS NOT NULL
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', fault USING ERRCODE = 'check_violation', CONSTRAINT = rule;
    END IF;
    RETURN NULL;
END $$;
