from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Appeals against known answers are flags; what comes of them are revisions."""

    dependencies = [
        ("labeling", "0035_running_a_batch"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="flaganswer",
            name="flaganswer_has_words",
        ),
        migrations.AddField(
            model_name="flag",
            name="gold",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeals",
                to="labeling.goldanswer",
            ),
        ),
        migrations.AddField(
            model_name="flaganswer",
            name="gold",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="labeling.goldanswer",
            ),
        ),
        migrations.AlterField(
            model_name="flag",
            name="kind",
            field=models.CharField(
                choices=[
                    ("rubric", "Problem with the rubric"),
                    ("item", "Problem with this item"),
                    ("other", "Other problem the rubric misses"),
                    ("gold", "Appeal against a known answer"),
                ],
                max_length=6,
            ),
        ),
        migrations.AlterField(
            model_name="flaganswer",
            name="act",
            field=models.CharField(
                choices=[
                    ("answered", "Answered"),
                    ("mapped", "Mapped to a criterion"),
                    ("out_of_scope", "Out of scope"),
                    ("merged", "Merged into another flag"),
                    ("taken", "Taken into the draft"),
                    ("settled", "Settled by a version"),
                    ("revised", "Known answer revised"),
                    ("reopened", "Opened again"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(
                condition=models.Q(("gold__isnull", False)), fields=["gold"], name="flag_of_gold"
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("criterion__isnull", False), ("gold__isnull", False), ("kind", "gold")
                    ),
                    models.Q(models.Q(("kind", "gold"), _negated=True), ("gold__isnull", True)),
                    _connector="OR",
                ),
                name="flag_gold_when_appealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="flaganswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act__in", ["answered", "out_of_scope", "revised"]), _negated=True),
                    models.Q(("text", ""), _negated=True),
                    _connector="OR",
                ),
                name="flaganswer_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="flaganswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "revised"), ("gold__isnull", False)),
                    models.Q(models.Q(("act", "revised"), _negated=True), ("gold__isnull", True)),
                    _connector="OR",
                ),
                name="flaganswer_gold_when_revised",
            ),
        ),
        migrations.RunSQL(
            sql=(SQL / "appeals.sql").read_text(),
            reverse_sql=(SQL / "appeals_reverse.sql").read_text(),
        ),
    ]
