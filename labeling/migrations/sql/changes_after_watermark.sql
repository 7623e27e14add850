-- What a run has frozen stays: a rating ends (corrected, withdrawn, excluded) by a number above every
-- watermark of its batch, or an earlier run would be another from then on, and what is kept of it
-- would be wrong. Such numbers come of the ratings' sequence, drawn while the batch's lock is held.
CREATE FUNCTION labeling_expect_new(changed_batch bigint, number bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7201, changed_batch::int);
    IF number <= (SELECT b.watermark FROM labeling_batch b WHERE b.id = changed_batch) THEN
        RAISE EXCEPTION 'change % lies behind a watermark of batch %: lock the batch first',
            number, changed_batch
            USING ERRCODE = 'check_violation', CONSTRAINT = 'change_after_watermark';
    END IF;
END $$;

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
    IF NEW.superseded_by_id IS DISTINCT FROM OLD.superseded_by_id THEN
        PERFORM labeling_expect_new(NEW.batch_id, NEW.superseded_by_id);
    END IF;
    IF NEW.excluded_seq IS DISTINCT FROM OLD.excluded_seq THEN
        PERFORM labeling_expect_new(NEW.batch_id, NEW.excluded_seq);
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
    PERFORM labeling_expect_new(NEW.batch_id, NEW.superseded_by_id);
    RETURN NEW;
END $$;
