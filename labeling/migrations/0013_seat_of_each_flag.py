from django.db import migrations

# Flags were raised from a seat of their writer's at the response; of several the one whose rubric
# has the flagged criterion, else the latest.
FILL = """
    UPDATE labeling_flag f SET assignment_id = s.assignment_id, batch_id = s.batch_id,
        rubric_version_id = s.version_id
    FROM (
        SELECT DISTINCT ON (f.id) f.id AS flag_id, a.id AS assignment_id, a.batch_id,
            coalesce(c.version_id, b.rubric_version_id) AS version_id
        FROM labeling_flag f
        LEFT JOIN labeling_criterion c ON c.id = f.criterion_id
        JOIN labeling_assignment a ON a.rater_id = f.by_id
            AND a.response_id = f.response_id AND a.project_id = f.project_id
        JOIN labeling_batch b ON b.id = a.batch_id
        ORDER BY f.id, (b.rubric_version_id IS NOT DISTINCT FROM c.version_id) DESC, a.id DESC
    ) s
    WHERE f.id = s.flag_id AND f.assignment_id IS NULL
"""


class Migration(migrations.Migration):
    """Find the seat, batch and rubric version that each flag was raised from."""

    dependencies = [("labeling", "0012_flags_and_examples")]

    operations = [migrations.RunSQL(sql=FILL, reverse_sql=migrations.RunSQL.noop)]
