from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Claims that wait for each other's entries hold none: no two of them lock each other out."""

    dependencies = [("labeling", "0050_sittings")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "wait_with_nothing.sql").read_text(),
            reverse_sql=(SQL / "wait_with_nothing_reverse.sql").read_text(),
        ),
    ]
