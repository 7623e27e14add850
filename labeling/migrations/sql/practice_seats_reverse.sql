DROP TRIGGER practicepass_of_practice ON labeling_practicepass;
DROP FUNCTION labeling_pass_of_practice();
DROP TRIGGER practicepass_is_a_fact ON labeling_practicepass;
ALTER TABLE labeling_practicepass DROP CONSTRAINT practicepass_batch_same_project;
DROP TRIGGER assignment_zz_practice ON labeling_assignment;
DROP FUNCTION labeling_practice_seat();
