from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Workers may have the tables of ratings analysed, which they do not own."""

    dependencies = [("labeling", "0014_seal_flags_and_examples")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "analyse_ratings.sql").read_text(),
            reverse_sql=(SQL / "analyse_ratings_reverse.sql").read_text(),
        ),
    ]
