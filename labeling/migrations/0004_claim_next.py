from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """The expert's queue: hand out the next seat, take seats back."""

    dependencies = [("labeling", "0003_seal_facts")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "claim_next.sql").read_text(),
            reverse_sql=(SQL / "claim_next_reverse.sql").read_text(),
        ),
    ]
