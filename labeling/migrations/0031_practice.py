from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Known answers are facts; practice is gold, and stands before work where a batch says so."""

    dependencies = [("labeling", "0030_known_answers")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "known_answers.sql").read_text(),
            reverse_sql=(SQL / "known_answers_reverse.sql").read_text(),
        ),
        migrations.RunSQL(
            sql=(SQL / "practice_seats.sql").read_text(),
            reverse_sql=(SQL / "practice_seats_reverse.sql").read_text(),
        ),
    ]
