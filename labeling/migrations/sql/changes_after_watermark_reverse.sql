CREATE OR REPLACE FUNCTION labeling_seal_rating() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION labeling_seal_score() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'superseded_by_id' IS DISTINCT FROM to_jsonb(OLD) - 'superseded_by_id'
        OR OLD.superseded_by_id IS NOT NULL OR NEW.superseded_by_id <= NEW.rating_id THEN
        RAISE EXCEPTION 'score % is a fact: record a new revision instead', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'score_sealed';
    END IF;
    RETURN NEW;
END $$;
DROP FUNCTION labeling_expect_new(bigint, bigint);
