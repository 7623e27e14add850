-- What hangs on a lease is in work no more: an expert holds one lease in a batch again.
SELECT labeling_vacate(array_agg(id ORDER BY id), 'expired', '') FROM labeling_assignment
    WHERE leader_id IS NOT NULL HAVING count(*) > 0;
DROP FUNCTION labeling_claim_together(bigint, bigint);
DROP FUNCTION labeling_lease_beside(bigint);
CREATE OR REPLACE FUNCTION labeling_keep_bond() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'leased' THEN
        NEW.leader_id := NULL;
    ELSIF NOT EXISTS (
        SELECT 1 FROM labeling_assignment a
        WHERE a.id = NEW.leader_id AND a.batch_id = NEW.batch_id AND a.rater_id = NEW.rater_id
            AND a.state = 'leased' AND a.leader_id IS NULL
    ) THEN
        RAISE EXCEPTION 'seat % cannot hang on seat %: it leads no lease of the same expert here',
            NEW.id, NEW.leader_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_bond';
    END IF;
    RETURN NEW;
END $$;
