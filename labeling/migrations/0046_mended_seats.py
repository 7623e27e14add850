from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Own answers are no checks and no beginning; a place got again counts; checks lie beyond."""

    dependencies = [("labeling", "0045_grids")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "mended_seats.sql").read_text(),
            reverse_sql=(SQL / "mended_seats_reverse.sql").read_text(),
        ),
    ]
