-- Facts are insert-only and sealed versions stay sealed, whoever writes the SQL.
-- Every refusal uses SQLSTATE 23514 (check violation) and names its rule.

CREATE FUNCTION labeling_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are facts: they cannot be %d', TG_TABLE_NAME, lower(TG_OP)
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;

CREATE TRIGGER item_is_a_fact BEFORE UPDATE OR DELETE ON labeling_item
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();
CREATE TRIGGER generator_is_a_fact BEFORE UPDATE OR DELETE ON labeling_generator
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();
CREATE TRIGGER response_is_a_fact BEFORE UPDATE OR DELETE ON labeling_response
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();
CREATE TRIGGER adjudication_is_a_fact BEFORE UPDATE OR DELETE ON labeling_adjudication
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();
CREATE TRIGGER rating_is_not_deleted BEFORE DELETE ON labeling_rating
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();
CREATE TRIGGER score_is_not_deleted BEFORE DELETE ON labeling_score
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();

-- A rubric version: a draft changes, a published one may only be retired.
CREATE FUNCTION labeling_seal_version() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER rubricversion_sealed BEFORE UPDATE OR DELETE ON labeling_rubricversion
    FOR EACH ROW EXECUTE FUNCTION labeling_seal_version();

-- Criteria start their own lineage unless told otherwise, and are sealed with their version.
CREATE FUNCTION labeling_seal_criterion() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    root labeling_criterion;
    version_id bigint;
BEGIN
    FOREACH version_id IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.version_id] WHEN 'DELETE' THEN ARRAY[OLD.version_id]
        ELSE ARRAY[OLD.version_id, NEW.version_id] END
    LOOP
        -- The lock keeps a publish and a late edit of the same draft apart.
        PERFORM 1 FROM labeling_rubricversion v
            WHERE v.id = version_id AND v.status = 'draft' FOR SHARE;
        IF NOT FOUND AND EXISTS (SELECT 1 FROM labeling_rubricversion v WHERE v.id = version_id)
        THEN
            RAISE EXCEPTION 'criteria of rubric version % are sealed', version_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'criterion_sealed';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    NEW.lineage_id := coalesce(NEW.lineage_id, NEW.id);
    IF NEW.lineage_id <> NEW.id THEN
        SELECT * INTO root FROM labeling_criterion c WHERE c.id = NEW.lineage_id;
        IF root.scale IS DISTINCT FROM NEW.scale OR root.lineage_id IS DISTINCT FROM root.id
            OR (SELECT v.rubric_id FROM labeling_rubricversion v WHERE v.id = root.version_id)
                IS DISTINCT FROM
               (SELECT v.rubric_id FROM labeling_rubricversion v WHERE v.id = NEW.version_id) THEN
            RAISE EXCEPTION 'criterion % cannot carry on lineage %: scale or rubric differ',
                NEW.key, NEW.lineage_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'criterion_lineage_same_scale';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER criterion_sealed BEFORE INSERT OR UPDATE OR DELETE ON labeling_criterion
    FOR EACH ROW EXECUTE FUNCTION labeling_seal_criterion();

CREATE FUNCTION labeling_seal_level() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    criterion_id bigint;
BEGIN
    FOREACH criterion_id IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.criterion_id] WHEN 'DELETE' THEN ARRAY[OLD.criterion_id]
        ELSE ARRAY[OLD.criterion_id, NEW.criterion_id] END
    LOOP
        PERFORM 1 FROM labeling_criterion c JOIN labeling_rubricversion v ON v.id = c.version_id
            WHERE c.id = criterion_id AND v.status = 'draft' FOR SHARE OF v;
        IF NOT FOUND AND EXISTS (SELECT 1 FROM labeling_criterion c WHERE c.id = criterion_id) THEN
            RAISE EXCEPTION 'levels of criterion % are sealed', criterion_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'level_sealed';
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER level_sealed BEFORE INSERT OR UPDATE OR DELETE ON labeling_level
    FOR EACH ROW EXECUTE FUNCTION labeling_seal_level();

-- A seat's rater, response and batch never change, its slot lies within the overlap.
CREATE FUNCTION labeling_seal_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE'
        AND (OLD.project_id, OLD.batch_id, OLD.response_id, OLD.rater_id, OLD.round)
        IS DISTINCT FROM (NEW.project_id, NEW.batch_id, NEW.response_id, NEW.rater_id, NEW.round))
    THEN
        RAISE EXCEPTION 'seat % belongs to its rater for good', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_sealed';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.slot IS NOT DISTINCT FROM OLD.slot THEN RETURN NEW; END IF;
    IF NEW.slot > (SELECT b.overlap FROM labeling_batch b WHERE b.id = NEW.batch_id) THEN
        RAISE EXCEPTION 'slot % lies beyond the overlap of batch %', NEW.slot, NEW.batch_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_slot_within_overlap';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assignment_sealed BEFORE INSERT OR UPDATE OR DELETE ON labeling_assignment
    FOR EACH ROW EXECUTE FUNCTION labeling_seal_seat();

-- A run freezes "all ratings up to W". A rating that comes later must not land behind W: whoever
-- inserts holds the batch's lock (shared), whoever freezes takes it exclusively for a moment.
CREATE FUNCTION labeling_rating_after_watermark() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER rating_after_watermark BEFORE INSERT ON labeling_rating
    FOR EACH ROW EXECUTE FUNCTION labeling_rating_after_watermark();

CREATE FUNCTION labeling_seal_rating() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fixed text[] := ARRAY['superseded_by_id', 'excluded_reason', 'excluded_seq'];
BEGIN
    IF to_jsonb(NEW) - fixed IS DISTINCT FROM to_jsonb(OLD) - fixed
        OR (OLD.superseded_by_id IS NOT NULL
            AND NEW.superseded_by_id IS DISTINCT FROM OLD.superseded_by_id)
        OR (OLD.excluded_reason IS NOT NULL
            AND (NEW.excluded_reason, NEW.excluded_seq)
                IS DISTINCT FROM (OLD.excluded_reason, OLD.excluded_seq))
        OR NEW.superseded_by_id <= NEW.id
        OR NEW.excluded_seq <= NEW.id THEN
        RAISE EXCEPTION 'rating % is a fact: record a new revision instead', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rating_sealed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rating_sealed BEFORE UPDATE ON labeling_rating
    FOR EACH ROW EXECUTE FUNCTION labeling_seal_rating();

CREATE FUNCTION labeling_watermark_rises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.watermark < OLD.watermark OR NEW.project_id <> OLD.project_id THEN
        RAISE EXCEPTION 'the watermark of batch % cannot fall', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_watermark_rises';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER batch_watermark_rises BEFORE UPDATE ON labeling_batch
    FOR EACH ROW EXECUTE FUNCTION labeling_watermark_rises();

-- Scores: on the criterion's own scale, and never changed but for being superseded once.
CREATE FUNCTION labeling_scores_on_scale() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER score_on_scale AFTER INSERT ON labeling_score
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION labeling_scores_on_scale();

CREATE FUNCTION labeling_seal_score() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'superseded_by_id' IS DISTINCT FROM to_jsonb(OLD) - 'superseded_by_id'
        OR OLD.superseded_by_id IS NOT NULL OR NEW.superseded_by_id <= NEW.rating_id THEN
        RAISE EXCEPTION 'score % is a fact: record a new revision instead', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'score_sealed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER score_sealed BEFORE UPDATE ON labeling_score
    FOR EACH ROW EXECUTE FUNCTION labeling_seal_score();
