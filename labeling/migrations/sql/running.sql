-- Corrections of time and reminders stay within their project; what somebody said of their time is a
-- fact, and a reminder only learns what became of its mail.
ALTER TABLE labeling_timecorrection
    ADD CONSTRAINT timecorrection_batch_same_project
        FOREIGN KEY (project_id, batch_id) REFERENCES labeling_batch (project_id, id);
CREATE TRIGGER timecorrection_is_a_fact BEFORE UPDATE OR DELETE ON labeling_timecorrection
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();

ALTER TABLE labeling_reminder
    ADD CONSTRAINT reminder_batch_same_project
        FOREIGN KEY (project_id, batch_id) REFERENCES labeling_batch (project_id, id);
