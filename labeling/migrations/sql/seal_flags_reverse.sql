DROP TRIGGER rubricversion_examples_fit ON labeling_rubricversion;
DROP TRIGGER workedexample_sealed ON labeling_workedexample;
DROP TRIGGER flaganswer_within_its_rubric ON labeling_flaganswer;
DROP TRIGGER flaganswer_is_a_fact ON labeling_flaganswer;
DROP TRIGGER flag_is_a_fact ON labeling_flag;
DROP FUNCTION labeling_examples_fit();
DROP FUNCTION labeling_seal_example();
DROP FUNCTION labeling_flaganswer_fits();
ALTER TABLE labeling_workedexample
    DROP CONSTRAINT workedexample_version_same_project,
    DROP CONSTRAINT workedexample_response_same_project,
    DROP CONSTRAINT workedexample_batch_same_project;
ALTER TABLE labeling_flaganswer
    DROP CONSTRAINT flaganswer_flag_same_project,
    DROP CONSTRAINT flaganswer_into_same_project,
    DROP CONSTRAINT flaganswer_version_same_project;
ALTER TABLE labeling_flag
    DROP CONSTRAINT flag_version_same_project,
    DROP CONSTRAINT flag_batch_same_project,
    DROP CONSTRAINT flag_criterion_of_its_version,
    DROP CONSTRAINT flag_of_its_seat;
