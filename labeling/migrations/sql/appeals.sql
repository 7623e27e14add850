-- An appeal is against what is known of its own response, and what comes of it stays in its project.
ALTER TABLE labeling_goldanswer
    ADD CONSTRAINT goldanswer_response_key UNIQUE (project_id, id, response_id);
ALTER TABLE labeling_flag
    ADD CONSTRAINT flag_gold_of_its_response
        FOREIGN KEY (project_id, gold_id, response_id)
        REFERENCES labeling_goldanswer (project_id, id, response_id);
ALTER TABLE labeling_flaganswer
    ADD CONSTRAINT flaganswer_gold_same_project
        FOREIGN KEY (project_id, gold_id) REFERENCES labeling_goldanswer (project_id, id);
