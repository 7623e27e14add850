from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Responses of an item are leased together."""

    dependencies = [("labeling", "0044_gold_in_stretches")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "grids.sql").read_text(),
            reverse_sql=(SQL / "grids_reverse.sql").read_text(),
        ),
    ]
