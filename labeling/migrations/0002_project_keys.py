from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Rows of two projects can never be joined."""

    dependencies = [("labeling", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "project_keys.sql").read_text(),
            reverse_sql=(SQL / "project_keys_reverse.sql").read_text(),
        ),
    ]
