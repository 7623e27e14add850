from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Scores know whether they count for alpha; a lineage keeps its levels."""

    dependencies = [("labeling", "0007_extra_seats")]

    operations = [
        migrations.AddField(
            model_name="score",
            name="counted",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.RunSQL(
            sql=(SQL / "counted_scores.sql").read_text(),
            reverse_sql=(SQL / "counted_scores_reverse.sql").read_text(),
        ),
    ]
