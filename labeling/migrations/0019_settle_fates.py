from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """What became of labels so far is written down; from now on publishing settles it."""

    dependencies = [("labeling", "0018_fates")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "fates.sql").read_text(),
            reverse_sql=(SQL / "fates_reverse.sql").read_text(),
        ),
    ]
