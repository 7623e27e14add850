-- The functions as of 0003_seal_facts.
CREATE OR REPLACE FUNCTION labeling_seal_criterion() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE FUNCTION labeling_seal_level() RETURNS trigger LANGUAGE plpgsql AS $$
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
