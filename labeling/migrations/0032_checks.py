from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Checks are mixed into work: their seats lie in a later round, beyond the queue's places."""

    dependencies = [("labeling", "0031_practice")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "mixed_in.sql").read_text(),
            reverse_sql=(SQL / "mixed_in_reverse.sql").read_text(),
        ),
    ]
