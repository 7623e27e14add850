-- What became of labels at each publishing so far: a criterion on an older lineage carried them on,
-- another one of a later version is asked of those who judged by the version before.
ALTER TABLE labeling_criterion DISABLE TRIGGER criterion_sealed;
UPDATE labeling_criterion c
    SET fate = CASE WHEN c.lineage_id <> c.id THEN 'carry'
            WHEN v.number > (SELECT min(o.number) FROM labeling_rubricversion o
                             WHERE o.rubric_id = v.rubric_id AND o.status <> 'draft') THEN 'ask'
            ELSE 'fresh' END,
        succeeds_id = CASE WHEN c.lineage_id <> c.id THEN (
            SELECT p.id FROM labeling_criterion p JOIN labeling_rubricversion o ON o.id = p.version_id
            WHERE p.lineage_id = c.lineage_id AND o.status <> 'draft' AND o.number < v.number
            ORDER BY o.number DESC, p.id LIMIT 1) END
    FROM labeling_rubricversion v WHERE v.id = c.version_id AND v.status <> 'draft';
-- The references are checked now: the table cannot be altered while they wait.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE labeling_criterion ENABLE TRIGGER criterion_sealed;

-- A published criterion says what becomes of labels, and its lineage says the same: labels go on with
-- the criterion it succeeds, on its very scale, or a lineage of its own begins.
CREATE FUNCTION labeling_fates_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    torn text;
    rule text;
BEGIN
    SELECT c.key, CASE
            WHEN c.fate = '' THEN 'criterion_has_fate'
            WHEN p.id IS NOT NULL AND (o.rubric_id <> NEW.rubric_id OR o.status = 'draft'
                OR o.number >= NEW.number) THEN 'criterion_succeeds_an_earlier_one'
            WHEN (c.fate = 'carry') = (c.lineage_id = c.id)
                OR (c.fate = 'carry' AND p.lineage_id IS DISTINCT FROM c.lineage_id)
                THEN 'criterion_fate_is_lineage'
            WHEN c.fate = 'carry' AND (p.scale <> c.scale
                OR (p.minimum, p.maximum, p.step) IS DISTINCT FROM (c.minimum, c.maximum, c.step))
                THEN 'criterion_lineage_same_scale' END
        INTO torn, rule
        FROM labeling_criterion c
        LEFT JOIN labeling_criterion p ON p.id = c.succeeds_id
        LEFT JOIN labeling_rubricversion o ON o.id = p.version_id
        WHERE c.version_id = NEW.id AND (c.fate = '' OR (c.fate = 'carry') = (c.lineage_id = c.id)
            OR (p.id IS NOT NULL AND (o.rubric_id <> NEW.rubric_id OR o.status = 'draft'
                OR o.number >= NEW.number))
            OR (c.fate = 'carry' AND (p.lineage_id IS DISTINCT FROM c.lineage_id
                OR p.scale <> c.scale
                OR (p.minimum, p.maximum, p.step) IS DISTINCT FROM (c.minimum, c.maximum, c.step))))
        ORDER BY c.position LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'criterion % cannot be published: what becomes of its labels is not settled',
            torn USING ERRCODE = 'check_violation', CONSTRAINT = rule;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rubricversion_fates_fit BEFORE UPDATE OF status ON labeling_rubricversion
    FOR EACH ROW WHEN (OLD.status = 'draft' AND NEW.status <> 'draft')
    EXECUTE FUNCTION labeling_fates_fit();
