-- Known answers are facts: a change is the next revision. Each is a value of its criterion's scale,
-- of a response that can be read; what is right of one item's rubric is of that item's responses.
ALTER TABLE labeling_goldanswer
    ADD CONSTRAINT goldanswer_response_same_project
        FOREIGN KEY (project_id, response_id) REFERENCES labeling_response (project_id, id),
    ADD CONSTRAINT goldanswer_batch_same_project
        FOREIGN KEY (project_id, batch_id) REFERENCES labeling_batch (project_id, id);
CREATE TRIGGER goldanswer_is_a_fact BEFORE UPDATE OR DELETE ON labeling_goldanswer
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();

CREATE FUNCTION labeling_goldanswer_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    root labeling_criterion;
    own_item bigint;
    last integer;
BEGIN
    SELECT c.* INTO root FROM labeling_criterion c
        JOIN labeling_rubricversion v ON v.id = c.version_id
        WHERE c.id = NEW.lineage_id AND c.lineage_id = c.id
            AND v.project_id = NEW.project_id AND v.status <> 'draft';
    IF NOT FOUND OR (NEW.value IS NOT NULL AND CASE WHEN root.scale = 'interval'
        THEN NEW.value < root.minimum OR NEW.value > root.maximum
            OR (root.step > 0 AND mod(NEW.value - root.minimum, root.step) <> 0)
        ELSE NOT EXISTS (SELECT 1 FROM labeling_level l
            WHERE l.criterion_id = root.id AND l.value = NEW.value) END) THEN
        RAISE EXCEPTION '% is no value of a published criterion of this project', NEW.value
            USING ERRCODE = 'check_violation', CONSTRAINT = 'goldanswer_on_scale';
    END IF;
    SELECT b.item_id INTO own_item FROM labeling_rubric b
        JOIN labeling_rubricversion v ON v.rubric_id = b.id WHERE v.id = root.version_id;
    IF NOT EXISTS (SELECT 1 FROM labeling_response r
        WHERE r.id = NEW.response_id AND r.withheld IS NULL
            AND r.item_id = coalesce(own_item, r.item_id)) THEN
        RAISE EXCEPTION 'response % cannot be judged by criterion %', NEW.response_id, root.key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'goldanswer_of_its_response';
    END IF;
    SELECT coalesce(max(g.revision), 0) INTO last FROM labeling_goldanswer g
        WHERE g.response_id = NEW.response_id AND g.lineage_id = NEW.lineage_id;
    IF NEW.revision <> last + 1 OR (last = 0 AND NEW.value IS NULL) THEN
        RAISE EXCEPTION 'the next revision of this known answer is %', last + 1
            USING ERRCODE = 'check_violation', CONSTRAINT = 'goldanswer_next_revision';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER goldanswer_fits BEFORE INSERT ON labeling_goldanswer
    FOR EACH ROW EXECUTE FUNCTION labeling_goldanswer_fits();
