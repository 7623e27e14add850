from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Facts are insert-only, published versions are sealed, watermarks hold."""

    dependencies = [("labeling", "0002_project_keys")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "seal_facts.sql").read_text(),
            reverse_sql=(SQL / "seal_facts_reverse.sql").read_text(),
        ),
    ]
