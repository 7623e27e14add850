-- An item handed back, and why: a fact, beside the place that goes to another.
ALTER TABLE labeling_answerplace ADD CONSTRAINT answerplace_project_key UNIQUE (project_id, id);
ALTER TABLE labeling_answerreturn
    ADD CONSTRAINT answerreturn_place_same_project
        FOREIGN KEY (project_id, place_id) REFERENCES labeling_answerplace (project_id, id);
CREATE TRIGGER answerreturn_is_a_fact BEFORE UPDATE OR DELETE ON labeling_answerreturn
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();
