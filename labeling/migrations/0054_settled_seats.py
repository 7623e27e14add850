from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """A closed batch stays closed; seats keep what their judgements rest on, by any statement."""

    dependencies = [("labeling", "0053_practice_explains_each")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "settled_seats.sql").read_text(),
            reverse_sql=(SQL / "settled_seats_reverse.sql").read_text(),
        ),
    ]
