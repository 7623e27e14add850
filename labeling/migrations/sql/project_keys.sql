-- Rows of two projects can never be joined: every reference inside a project carries the
-- project, and the pair must exist. Django has no such foreign keys, hence SQL.

ALTER TABLE labeling_rubric
    ADD CONSTRAINT rubric_item_same_project
        FOREIGN KEY (project_id, item_id) REFERENCES labeling_item (project_id, id);

ALTER TABLE labeling_rubricversion
    ADD CONSTRAINT rubricversion_same_project
        FOREIGN KEY (project_id, rubric_id) REFERENCES labeling_rubric (project_id, id);

ALTER TABLE labeling_response
    ADD CONSTRAINT response_item_same_project
        FOREIGN KEY (project_id, item_id) REFERENCES labeling_item (project_id, id),
    ADD CONSTRAINT response_generator_same_project
        FOREIGN KEY (project_id, generator_id) REFERENCES labeling_generator (project_id, id);

ALTER TABLE labeling_batch
    ADD CONSTRAINT batch_rubric_same_project
        FOREIGN KEY (project_id, rubric_version_id)
        REFERENCES labeling_rubricversion (project_id, id);

ALTER TABLE labeling_queueentry
    ADD CONSTRAINT queueentry_batch_same_project
        FOREIGN KEY (project_id, batch_id) REFERENCES labeling_batch (project_id, id),
    ADD CONSTRAINT queueentry_response_same_project
        FOREIGN KEY (project_id, response_id) REFERENCES labeling_response (project_id, id);
ALTER TABLE labeling_queueentry SET (fillfactor = 70);
ALTER TABLE labeling_ratercursor SET (fillfactor = 20);

ALTER TABLE labeling_assignment
    ADD CONSTRAINT assignment_batch_same_project
        FOREIGN KEY (project_id, batch_id) REFERENCES labeling_batch (project_id, id),
    ADD CONSTRAINT assignment_response_same_project
        FOREIGN KEY (project_id, response_id) REFERENCES labeling_response (project_id, id),
    ADD CONSTRAINT assignment_project_key UNIQUE (project_id, id),
    ADD CONSTRAINT assignment_batch_key UNIQUE (batch_id, id);

ALTER TABLE labeling_rating
    ADD CONSTRAINT rating_assignment_same_project
        FOREIGN KEY (project_id, assignment_id) REFERENCES labeling_assignment (project_id, id),
    ADD CONSTRAINT rating_assignment_same_batch
        FOREIGN KEY (batch_id, assignment_id) REFERENCES labeling_assignment (batch_id, id),
    ADD CONSTRAINT rating_rubric_same_project
        FOREIGN KEY (project_id, rubric_version_id)
        REFERENCES labeling_rubricversion (project_id, id),
    ADD CONSTRAINT rating_superseded_on_same_seat
        FOREIGN KEY (superseded_by_id, assignment_id)
        REFERENCES labeling_rating (id, assignment_id);

ALTER TABLE labeling_score
    ADD CONSTRAINT score_of_its_rating
        FOREIGN KEY (rating_id, assignment_id) REFERENCES labeling_rating (id, assignment_id),
    ADD CONSTRAINT score_of_its_seat
        FOREIGN KEY (assignment_id, batch_id, response_id, rater_id)
        REFERENCES labeling_assignment (id, batch_id, response_id, rater_id),
    ADD CONSTRAINT score_level_of_its_criterion
        FOREIGN KEY (criterion_id, level_id) REFERENCES labeling_level (criterion_id, id),
    ADD CONSTRAINT score_lineage_of_its_criterion
        FOREIGN KEY (criterion_id, lineage_id) REFERENCES labeling_criterion (id, lineage_id),
    ADD CONSTRAINT score_superseded_on_same_seat
        FOREIGN KEY (superseded_by_id, assignment_id)
        REFERENCES labeling_rating (id, assignment_id);

ALTER TABLE labeling_adjudication
    ADD CONSTRAINT adjudication_batch_same_project
        FOREIGN KEY (project_id, batch_id) REFERENCES labeling_batch (project_id, id),
    ADD CONSTRAINT adjudication_response_same_project
        FOREIGN KEY (project_id, response_id) REFERENCES labeling_response (project_id, id);

ALTER TABLE labeling_flag
    ADD CONSTRAINT flag_response_same_project
        FOREIGN KEY (project_id, response_id) REFERENCES labeling_response (project_id, id);
