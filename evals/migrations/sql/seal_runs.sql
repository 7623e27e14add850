-- Derived rows never change once their run is finished, and belong to their run's project.

CREATE FUNCTION evals_seal_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'finished' OR (TG_OP = 'UPDATE' AND NEW.fence < OLD.fence) THEN
        RAISE EXCEPTION '% % is finished: start a new one', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER agreementrun_sealed BEFORE UPDATE OR DELETE ON evals_agreementrun
    FOR EACH ROW EXECUTE FUNCTION evals_seal_run();
CREATE TRIGGER gradingrun_sealed BEFORE UPDATE OR DELETE ON evals_gradingrun
    FOR EACH ROW EXECUTE FUNCTION evals_seal_run();
CREATE TRIGGER selection_sealed BEFORE UPDATE OR DELETE ON evals_selection
    FOR EACH ROW EXECUTE FUNCTION evals_seal_run();
CREATE TRIGGER export_sealed BEFORE UPDATE OR DELETE ON evals_export
    FOR EACH ROW EXECUTE FUNCTION evals_seal_run();
CREATE TRIGGER import_sealed BEFORE UPDATE OR DELETE ON labeling_import
    FOR EACH ROW EXECUTE FUNCTION evals_seal_run();

CREATE TRIGGER agreementslice_is_a_fact BEFORE UPDATE OR DELETE ON evals_agreementslice
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();
CREATE TRIGGER agreement_is_a_fact BEFORE UPDATE OR DELETE ON evals_agreement
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();
CREATE TRIGGER grade_is_a_fact BEFORE UPDATE OR DELETE ON evals_grade
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();
CREATE TRIGGER grader_is_a_fact BEFORE UPDATE OR DELETE ON evals_grader
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();
CREATE TRIGGER selecteditem_is_a_fact BEFORE UPDATE OR DELETE ON evals_selecteditem
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();

-- A finished run takes no more rows. %1 names the run's table, %2 the column that points to it.
CREATE FUNCTION evals_only_while_running() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    late bigint;
BEGIN
    EXECUTE format('SELECT r.id FROM inserted n JOIN %I r ON r.id = n.%I
                    WHERE r.state <> ''running'' LIMIT 1', TG_ARGV[0], TG_ARGV[1]) INTO late;
    IF late IS NOT NULL THEN
        RAISE EXCEPTION '% % is not running: it takes no more rows', TG_ARGV[0], late
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER agreementslice_while_running AFTER INSERT ON evals_agreementslice
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION evals_only_while_running('evals_agreementrun', 'run_id');
CREATE TRIGGER grade_while_running AFTER INSERT ON evals_grade
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION evals_only_while_running('evals_gradingrun', 'run_id');
CREATE TRIGGER selecteditem_while_running AFTER INSERT ON evals_selecteditem
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION evals_only_while_running('evals_selection', 'selection_id');

-- The same group never stands in both splits, and the item's own group is what counts.
CREATE FUNCTION evals_group_in_one_split() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    torn text;
BEGIN
    SELECT n.group_key INTO torn FROM inserted n JOIN labeling_item i ON i.id = n.item_id
        JOIN evals_selection s ON s.id = n.selection_id
        WHERE i.group_key <> n.group_key OR i.project_id <> s.project_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'selected item of group % has another group or project', torn
            USING ERRCODE = 'check_violation', CONSTRAINT = 'selecteditem_own_group';
    END IF;
    SELECT n.group_key INTO torn FROM inserted n
        JOIN evals_selecteditem o ON o.selection_id = n.selection_id
            AND o.group_key = n.group_key AND o.split <> n.split LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'group % stands in both splits', torn
            USING ERRCODE = 'check_violation', CONSTRAINT = 'selecteditem_group_in_one_split';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER selecteditem_group_in_one_split AFTER INSERT ON evals_selecteditem
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION evals_group_in_one_split();
CREATE INDEX selecteditem_group ON evals_selecteditem (selection_id, group_key);

ALTER TABLE evals_agreementrun
    ADD CONSTRAINT agreementrun_batch_same_project
        FOREIGN KEY (project_id, batch_id) REFERENCES labeling_batch (project_id, id),
    ADD CONSTRAINT agreementrun_project_key UNIQUE (project_id, id);
ALTER TABLE evals_gradingrun
    ADD CONSTRAINT gradingrun_grader_same_project
        FOREIGN KEY (project_id, grader_id) REFERENCES evals_grader (project_id, id),
    ADD CONSTRAINT gradingrun_project_key UNIQUE (project_id, id);
ALTER TABLE evals_grade
    ADD CONSTRAINT grade_run_same_project
        FOREIGN KEY (project_id, run_id) REFERENCES evals_gradingrun (project_id, id),
    ADD CONSTRAINT grade_response_same_project
        FOREIGN KEY (project_id, response_id) REFERENCES labeling_response (project_id, id);
ALTER TABLE evals_selection
    ADD CONSTRAINT selection_agreement_same_project
        FOREIGN KEY (project_id, agreement_run_id) REFERENCES evals_agreementrun (project_id, id),
    ADD CONSTRAINT selection_grading_same_project
        FOREIGN KEY (project_id, grading_run_id) REFERENCES evals_gradingrun (project_id, id),
    ADD CONSTRAINT selection_project_key UNIQUE (project_id, id);
ALTER TABLE evals_export
    ADD CONSTRAINT export_selection_same_project
        FOREIGN KEY (project_id, selection_id) REFERENCES evals_selection (project_id, id);
