DROP TRIGGER lintwaiver_within_its_rubric ON labeling_lintwaiver;
DROP FUNCTION labeling_lintwaiver_fits();
DROP TRIGGER lintwaiver_is_a_fact ON labeling_lintwaiver;
ALTER TABLE labeling_lintwaiver DROP CONSTRAINT lintwaiver_rubric_same_project;
