DROP TRIGGER goldanswer_fits ON labeling_goldanswer;
DROP TRIGGER goldanswer_is_a_fact ON labeling_goldanswer;
DROP FUNCTION labeling_goldanswer_fits();
ALTER TABLE labeling_goldanswer
    DROP CONSTRAINT goldanswer_response_same_project,
    DROP CONSTRAINT goldanswer_batch_same_project;
