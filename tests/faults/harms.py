"""Rows that the rules of the database prevent, made by its owner with the rule taken away."""

COLUMNS = (
    "rating_id, assignment_id, batch_id, response_id, rater_id, criterion_id, lineage_id,"
    " answer, value, rationale, evidence"
)
# One judged place, and a question that is put to it.
ASKED = (
    "project_id, batch_id, response_id, rater_id, slot, purpose, version_id, criteria, judged_id"
)
JUDGED = (
    "a.project_id, a.batch_id, a.response_id, a.rater_id, 1, a.purpose, t.rubric_version_id,"
    " ARRAY[0], a.id"
)
SEAT = (
    "FROM labeling_assignment a JOIN labeling_rating t ON t.assignment_id = a.id"
    " WHERE a.purpose = 'fixed' AND a.round = 1 ORDER BY a.id LIMIT 1"
)
# What stands in a rule's name of tests.faults.invariants: the statements after which it is broken.
HARMS = {
    "two current scores": (
        "ALTER TABLE labeling_score DISABLE TRIGGER USER",
        "DROP INDEX score_one_current",
        "ALTER TABLE labeling_score DROP CONSTRAINT score_criterion_once",
        f"INSERT INTO labeling_score ({COLUMNS}) SELECT {COLUMNS} FROM labeling_score LIMIT 1",
    ),
    "an item twice": (
        "ALTER TABLE labeling_item DROP CONSTRAINT item_id_once",
        "ALTER TABLE labeling_item DISABLE TRIGGER USER",
        "UPDATE labeling_item SET external_id = 'item-1' WHERE external_id = 'item-2'",
    ),
    "a rating without scores": (
        "ALTER TABLE labeling_score DISABLE TRIGGER USER",
        "DELETE FROM labeling_score WHERE rating_id = (SELECT min(rating_id) FROM labeling_score)",
    ),
    "counted": (
        "ALTER TABLE labeling_score DISABLE TRIGGER USER",
        "UPDATE labeling_score SET value = 1 - value WHERE id ="
        " (SELECT max(s.id) FROM labeling_score s JOIN labeling_criterion c ON c.id = criterion_id"
        "  JOIN evals_agreementrun r ON r.batch_id = s.batch_id WHERE c.scale = 'binary')",
    ),
    "a score counted otherwise than its rating was for": (
        "ALTER TABLE labeling_score DISABLE TRIGGER USER",
        "UPDATE labeling_score SET counted = false WHERE id = (SELECT max(id) FROM labeling_score)",
    ),
    "running although its lease has ended": (
        "ALTER TABLE evals_export DISABLE TRIGGER USER",
        "UPDATE evals_export SET state = 'running', lease_until = now() - interval '1 s'",
    ),
    "two ratings of one submission": (
        "ALTER TABLE labeling_rating DISABLE TRIGGER USER",
        "ALTER TABLE labeling_rating DROP CONSTRAINT labeling_rating_submission_id_key",
        "UPDATE labeling_rating SET submission_id = 'c1a8d9e1-4f4e-4c4e-8a9a-2f1c1a8d9e10'",
    ),
    "an answer that was asked again without its criteria": (
        "ALTER TABLE labeling_reask DISABLE TRIGGER USER",
        f"INSERT INTO labeling_reask ({ASKED}, assignment_id) SELECT {JUDGED}, a.id {SEAT}",
    ),
    "an answer by a version that asked nothing there": (
        "ALTER TABLE labeling_assignment DISABLE TRIGGER USER",
        f"UPDATE labeling_assignment SET round = 2 WHERE id = (SELECT a.id {SEAT})",
    ),
    "a place that is asked twice": (
        "ALTER TABLE labeling_reask DISABLE TRIGGER USER",
        "DROP INDEX reask_place_once",
        f"INSERT INTO labeling_reask ({ASKED}) SELECT {JUDGED} {SEAT}",
        f"INSERT INTO labeling_reask ({ASKED}) SELECT {JUDGED} {SEAT}",
    ),
    "a seat in a later round that nothing was asked of": (
        "ALTER TABLE labeling_assignment DISABLE TRIGGER USER",
        f"UPDATE labeling_assignment SET round = 2 WHERE id = (SELECT a.id {SEAT})",
    ),
    "two current answers in one place": (
        "ALTER TABLE labeling_assignment DISABLE TRIGGER USER",
        "ALTER TABLE labeling_assignment DROP CONSTRAINT assignment_slot_once",
        "UPDATE labeling_assignment SET slot = 1 WHERE response_id ="
        f" (SELECT a.response_id {SEAT})",
    ),
}
