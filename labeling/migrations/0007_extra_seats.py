from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Responses may get seats beyond the batch's overlap; those are adaptive, never fixed."""

    dependencies = [("labeling", "0004_claim_next")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "extra_seats.sql").read_text(),
            reverse_sql=(SQL / "extra_seats_reverse.sql").read_text(),
        ),
    ]
