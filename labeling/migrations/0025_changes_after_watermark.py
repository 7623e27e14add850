from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Corrections, withdrawals and exclusions never land behind a watermark."""

    dependencies = [("labeling", "0024_seals_by_key")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "changes_after_watermark.sql").read_text(),
            reverse_sql=(SQL / "changes_after_watermark_reverse.sql").read_text(),
        ),
    ]
