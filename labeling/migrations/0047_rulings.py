from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Nobody rules on what they may yet rate; an own answer passed over is no seat."""

    dependencies = [("labeling", "0046_mended_seats")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "rulings.sql").read_text(),
            reverse_sql=(SQL / "rulings_reverse.sql").read_text(),
        ),
    ]
