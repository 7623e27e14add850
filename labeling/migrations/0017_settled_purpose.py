from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Ratings keep what their seat was there for when they were written."""

    dependencies = [("labeling", "0016_draft_changes")]

    operations = [
        migrations.AddField(
            model_name="rating",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("fixed", "Fixed overlap"),
                    ("adaptive", "Adaptive overlap"),
                    ("repeat", "Repeat"),
                    ("gold", "Gold"),
                    ("adjudication", "Adjudication"),
                    ("late", "Late"),
                ],
                db_default="fixed",
                default="fixed",
                max_length=12,
            ),
        ),
        migrations.RunSQL(
            sql=(SQL / "settled_purpose.sql").read_text(),
            reverse_sql=(SQL / "settled_purpose_reverse.sql").read_text(),
        ),
    ]
