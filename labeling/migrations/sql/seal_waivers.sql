-- What authors said about findings are facts of one rubric.
ALTER TABLE labeling_lintwaiver
    ADD CONSTRAINT lintwaiver_rubric_same_project
        FOREIGN KEY (project_id, rubric_id) REFERENCES labeling_rubric (project_id, id);
CREATE TRIGGER lintwaiver_is_a_fact BEFORE UPDATE OR DELETE ON labeling_lintwaiver
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();

-- The chain it names is one of its rubric, and published: a draft's rows come and go.
CREATE FUNCTION labeling_lintwaiver_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.lineage_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM labeling_criterion c JOIN labeling_rubricversion v ON v.id = c.version_id
        WHERE c.id = NEW.lineage_id AND c.lineage_id = c.id AND v.rubric_id = NEW.rubric_id
            AND v.status <> 'draft') THEN
        RAISE EXCEPTION 'criterion % is no published chain of rubric %', NEW.lineage_id,
            NEW.rubric_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lintwaiver_within_its_rubric';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lintwaiver_within_its_rubric BEFORE INSERT ON labeling_lintwaiver
    FOR EACH ROW EXECUTE FUNCTION labeling_lintwaiver_fits();
