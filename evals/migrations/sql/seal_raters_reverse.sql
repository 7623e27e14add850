ALTER TABLE evals_raterrun DROP CONSTRAINT raterrun_batch_same_project;
DROP TRIGGER raterreport_while_running ON evals_raterreport;
DROP TRIGGER raterreport_is_a_fact ON evals_raterreport;
DROP TRIGGER raterrun_sealed ON evals_raterrun;
