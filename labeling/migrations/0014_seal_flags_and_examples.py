from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Flags and their answers are facts; worked examples are sealed with their version."""

    dependencies = [("labeling", "0013_seat_of_each_flag")]

    operations = [
        *(
            migrations.AlterField(
                model_name="flag",
                name=name,
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="flags",
                    to=f"labeling.{model}",
                ),
            )
            for name, model in (
                ("assignment", "assignment"),
                ("batch", "batch"),
                ("rubric_version", "rubricversion"),
            )
        ),
        migrations.RunSQL(
            sql=(SQL / "seal_flags.sql").read_text(),
            reverse_sql=(SQL / "seal_flags_reverse.sql").read_text(),
        ),
    ]
