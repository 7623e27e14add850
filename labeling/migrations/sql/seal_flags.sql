-- Flags and what was done about them are facts; nothing in them crosses a project or a rubric.
ALTER TABLE labeling_flag
    ADD CONSTRAINT flag_version_same_project
        FOREIGN KEY (project_id, rubric_version_id)
        REFERENCES labeling_rubricversion (project_id, id),
    ADD CONSTRAINT flag_batch_same_project
        FOREIGN KEY (project_id, batch_id) REFERENCES labeling_batch (project_id, id),
    ADD CONSTRAINT flag_criterion_of_its_version
        FOREIGN KEY (rubric_version_id, criterion_id) REFERENCES labeling_criterion (version_id, id),
    ADD CONSTRAINT flag_of_its_seat
        FOREIGN KEY (assignment_id, batch_id, response_id, by_id)
        REFERENCES labeling_assignment (id, batch_id, response_id, rater_id);
CREATE TRIGGER flag_is_a_fact BEFORE UPDATE OR DELETE ON labeling_flag
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();

ALTER TABLE labeling_flaganswer
    ADD CONSTRAINT flaganswer_flag_same_project
        FOREIGN KEY (project_id, flag_id) REFERENCES labeling_flag (project_id, id),
    ADD CONSTRAINT flaganswer_into_same_project
        FOREIGN KEY (project_id, into_id) REFERENCES labeling_flag (project_id, id),
    ADD CONSTRAINT flaganswer_version_same_project
        FOREIGN KEY (project_id, version_id) REFERENCES labeling_rubricversion (project_id, id);
CREATE TRIGGER flaganswer_is_a_fact BEFORE UPDATE OR DELETE ON labeling_flaganswer
    FOR EACH ROW EXECUTE FUNCTION labeling_refuse();

-- A flag is merged into another one of its rubric, and settled by a published version of it.
CREATE FUNCTION labeling_flaganswer_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own bigint;
BEGIN
    SELECT v.rubric_id INTO own FROM labeling_flag f
        JOIN labeling_rubricversion v ON v.id = f.rubric_version_id WHERE f.id = NEW.flag_id;
    IF NEW.into_id = NEW.flag_id OR NEW.into_id IS NOT NULL AND own IS DISTINCT FROM
        (SELECT v.rubric_id FROM labeling_flag f
         JOIN labeling_rubricversion v ON v.id = f.rubric_version_id WHERE f.id = NEW.into_id) THEN
        RAISE EXCEPTION 'flag % cannot be merged into flag %', NEW.flag_id, NEW.into_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'flaganswer_within_its_rubric';
    END IF;
    IF NEW.version_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM labeling_rubricversion v
        WHERE v.id = NEW.version_id AND v.rubric_id = own AND v.status <> 'draft') THEN
        RAISE EXCEPTION 'flag % cannot be settled by rubric version %', NEW.flag_id, NEW.version_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'flaganswer_within_its_rubric';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER flaganswer_within_its_rubric BEFORE INSERT ON labeling_flaganswer
    FOR EACH ROW EXECUTE FUNCTION labeling_flaganswer_fits();

ALTER TABLE labeling_workedexample
    ADD CONSTRAINT workedexample_version_same_project
        FOREIGN KEY (project_id, version_id) REFERENCES labeling_rubricversion (project_id, id),
    ADD CONSTRAINT workedexample_response_same_project
        FOREIGN KEY (project_id, response_id) REFERENCES labeling_response (project_id, id),
    ADD CONSTRAINT workedexample_batch_same_project
        FOREIGN KEY (project_id, batch_id) REFERENCES labeling_batch (project_id, id);

-- A worked example is sealed with its version. It quotes a text that may be shown, gives a value of
-- its criterion's scale, and comes from a closed batch: while experts rate a response, nobody is
-- shown what was settled on it. What a published version shows already may be carried on.
CREATE FUNCTION labeling_seal_example() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    example_version bigint;
    own bigint;
    root labeling_criterion;
BEGIN
    FOREACH example_version IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.version_id] WHEN 'DELETE' THEN ARRAY[OLD.version_id]
        ELSE ARRAY[OLD.version_id, NEW.version_id] END
    LOOP
        PERFORM 1 FROM labeling_rubricversion v
            WHERE v.id = example_version AND v.status = 'draft' FOR SHARE;
        IF NOT FOUND AND EXISTS
            (SELECT 1 FROM labeling_rubricversion v WHERE v.id = example_version) THEN
            RAISE EXCEPTION 'worked examples of rubric version % are sealed', example_version
                USING ERRCODE = 'check_violation', CONSTRAINT = 'workedexample_sealed';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;

    SELECT v.rubric_id INTO own FROM labeling_rubricversion v WHERE v.id = NEW.version_id;
    SELECT c.* INTO root FROM labeling_criterion c
        JOIN labeling_rubricversion v ON v.id = c.version_id
        WHERE c.id = NEW.lineage_id AND c.lineage_id = c.id AND v.rubric_id = own;
    IF NOT FOUND OR (CASE WHEN root.scale = 'interval'
        THEN NEW.value < root.minimum OR NEW.value > root.maximum
            OR (root.step > 0 AND mod(NEW.value - root.minimum, root.step) <> 0)
        ELSE NOT EXISTS (SELECT 1 FROM labeling_level l
            WHERE l.criterion_id = root.id AND l.value = NEW.value) END) THEN
        RAISE EXCEPTION '% is no value of a criterion of this rubric', NEW.value
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workedexample_on_scale';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM labeling_response r
        WHERE r.id = NEW.response_id AND r.withheld IS NULL
            AND position(NEW.extract IN r.output) > 0) THEN
        RAISE EXCEPTION 'the extract does not stand in response %', NEW.response_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workedexample_quotes_its_response';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.response_id, OLD.lineage_id, OLD.batch_id)
            = (NEW.response_id, NEW.lineage_id, NEW.batch_id)
        OR EXISTS (SELECT 1 FROM labeling_workedexample e
            JOIN labeling_rubricversion v ON v.id = e.version_id
            WHERE e.response_id = NEW.response_id AND e.lineage_id = NEW.lineage_id
                AND v.rubric_id = own AND v.status <> 'draft') THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
            SELECT 1 FROM labeling_batch b JOIN labeling_rubricversion v
                ON v.id = b.rubric_version_id
            WHERE b.id = NEW.batch_id AND b.state = 'closed' AND v.rubric_id = own)
        OR EXISTS (
            SELECT 1 FROM labeling_batch b JOIN labeling_rubricversion v
                ON v.id = b.rubric_version_id
            WHERE b.state <> 'closed' AND v.rubric_id = own AND (
                EXISTS (SELECT 1 FROM labeling_queueentry q
                    WHERE q.batch_id = b.id AND q.response_id = NEW.response_id)
                OR EXISTS (SELECT 1 FROM labeling_assignment a
                    WHERE a.batch_id = b.id AND a.response_id = NEW.response_id))) THEN
        RAISE EXCEPTION 'response % is still being rated', NEW.response_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workedexample_not_being_rated';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER workedexample_sealed BEFORE INSERT OR UPDATE OR DELETE ON labeling_workedexample
    FOR EACH ROW EXECUTE FUNCTION labeling_seal_example();

-- A published version explains its own criteria only.
CREATE FUNCTION labeling_examples_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM labeling_workedexample e WHERE e.version_id = NEW.id
        AND NOT EXISTS (SELECT 1 FROM labeling_criterion c
            WHERE c.version_id = NEW.id AND c.lineage_id = e.lineage_id)) THEN
        RAISE EXCEPTION 'a worked example of rubric version % is of none of its criteria', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workedexample_of_its_criteria';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rubricversion_examples_fit BEFORE UPDATE OF status ON labeling_rubricversion
    FOR EACH ROW WHEN (OLD.status = 'draft' AND NEW.status <> 'draft')
    EXECUTE FUNCTION labeling_examples_fit();
