from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Whether a criterion's version is sealed is looked up by key, however many drafts there are."""

    dependencies = [("labeling", "0023_asking_again")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "seals_by_key.sql").read_text(),
            reverse_sql=(SQL / "seals_by_key_reverse.sql").read_text(),
        ),
    ]
