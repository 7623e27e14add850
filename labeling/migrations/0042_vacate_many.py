from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Thousands of leases that end together come back in a moment."""

    dependencies = [("labeling", "0041_own_history")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "vacate_many.sql").read_text(),
            reverse_sql=(SQL / "vacate_many_reverse.sql").read_text(),
        ),
    ]
