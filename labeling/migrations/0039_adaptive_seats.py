from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Of adaptive batches the first n_min places are the fixed design; the draw is sealed."""

    dependencies = [("labeling", "0038_adaptive_overlap")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "adaptive.sql").read_text(),
            reverse_sql=(SQL / "adaptive_reverse.sql").read_text(),
        ),
    ]
