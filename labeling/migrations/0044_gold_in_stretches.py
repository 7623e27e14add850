from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Checks cost the same however many known answers there are, and none stands alone in a grid."""

    dependencies = [("labeling", "0043_answering")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "gold_in_stretches.sql").read_text(),
            reverse_sql=(SQL / "gold_in_stretches_reverse.sql").read_text(),
        ),
    ]
