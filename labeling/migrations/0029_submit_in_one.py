from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """A submit and the next seat in one round trip."""

    dependencies = [("labeling", "0028_claim_by_lanes")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "submitting.sql").read_text(),
            reverse_sql=(SQL / "submitting_reverse.sql").read_text(),
        ),
    ]
