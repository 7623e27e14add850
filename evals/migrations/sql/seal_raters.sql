-- A finished comparison of raters never changes, and stays within its project.
CREATE TRIGGER raterrun_sealed BEFORE UPDATE OR DELETE ON evals_raterrun
    FOR EACH ROW EXECUTE FUNCTION evals_seal_run();
CREATE TRIGGER raterreport_is_a_fact BEFORE UPDATE OR DELETE ON evals_raterreport
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();
CREATE TRIGGER raterreport_while_running AFTER INSERT ON evals_raterreport
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION evals_only_while_running('evals_raterrun', 'run_id');
ALTER TABLE evals_raterrun
    ADD CONSTRAINT raterrun_batch_same_project
        FOREIGN KEY (project_id, batch_id) REFERENCES labeling_batch (project_id, id);
