from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
# Which wording a draft answers: so far a batch has had one version only.
STAMP = """
    UPDATE labeling_ratingdraft d
    SET payload = d.payload || jsonb_build_object('version', b.rubric_version_id)
    FROM labeling_assignment a JOIN labeling_batch b ON b.id = a.batch_id
    WHERE a.id = d.assignment_id
"""


class Migration(migrations.Migration):
    """The queue hands out what is asked again; its rows are facts."""

    dependencies = [("labeling", "0022_slot_once_a_round")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "asking_again.sql").read_text() + (SQL / "seal_reasks.sql").read_text(),
            reverse_sql=(SQL / "asking_again_reverse.sql").read_text(),
        ),
        migrations.RunSQL(STAMP, "UPDATE labeling_ratingdraft SET payload = payload - 'version'"),
    ]
