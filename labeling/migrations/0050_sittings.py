from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
WAYS = [
    ("single", "One response at a time"),
    ("grid", "Responses of an item side by side"),
    ("by_criterion", "One criterion at a time over several responses"),
    ("unknown", "Not known, given elsewhere"),
]


class Migration(migrations.Migration):
    """One criterion is judged over several responses, which are leased together."""

    dependencies = [("labeling", "0049_left_answers")]

    operations = [
        *(
            migrations.AlterField(
                model_name=model,
                name="way",
                field=models.CharField(
                    choices=WAYS, db_default="single", default="single", max_length=12
                ),
            )
            for model in ("batch", "rating")
        ),
        migrations.RunSQL(
            sql=(SQL / "sittings.sql").read_text(),
            reverse_sql=(SQL / "sittings_reverse.sql").read_text(),
        ),
    ]
