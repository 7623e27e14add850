import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Known answers, who has passed practice, and what a batch mixes into work."""

    dependencies = [
        ("labeling", "0029_submit_in_one"),
    ]

    operations = [
        migrations.CreateModel(
            name="GoldAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveSmallIntegerField(default=1)),
                ("value", models.DecimalField(decimal_places=6, max_digits=14, null=True)),
                ("explanation", models.TextField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("adjudicated", "Settled by a ruling"),
                            ("agreed", "All experts gave this answer"),
                            ("author", "Set by an author"),
                            ("imported", "Imported"),
                            ("appeal", "Revised after an appeal"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PracticePass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("n_right", models.PositiveIntegerField()),
                ("n_asked", models.PositiveIntegerField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.AddField(
            model_name="batch",
            name="gold_percent",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="batch",
            name="repeat_days",
            field=models.PositiveSmallIntegerField(db_default=3, default=3),
        ),
        migrations.AddField(
            model_name="batch",
            name="repeat_percent",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="batch",
            name="requires_practice",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="batch",
            name="shows_gold",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "gold_percent__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.Value(50), "-", models.F("repeat_percent")
                        ),
                    ),
                    ("repeat_days__gte", 1),
                ),
                name="batch_checks_are_a_part",
            ),
        ),
        migrations.AddField(
            model_name="goldanswer",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="labeling.batch",
            ),
        ),
        migrations.AddField(
            model_name="goldanswer",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="goldanswer",
            name="lineage",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="labeling.criterion",
            ),
        ),
        migrations.AddField(
            model_name="goldanswer",
            name="project",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="labeling.project",
            ),
        ),
        migrations.AddField(
            model_name="goldanswer",
            name="response",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gold_answers",
                to="labeling.response",
            ),
        ),
        migrations.AddField(
            model_name="practicepass",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passes",
                to="labeling.batch",
            ),
        ),
        migrations.AddField(
            model_name="practicepass",
            name="project",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="labeling.project",
            ),
        ),
        migrations.AddField(
            model_name="practicepass",
            name="rater",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="practice_passes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="goldanswer",
            index=models.Index(fields=["lineage", "response"], name="goldanswer_lineage"),
        ),
        migrations.AddConstraint(
            model_name="goldanswer",
            constraint=models.UniqueConstraint(
                fields=("response", "lineage", "revision"), name="goldanswer_revision_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="goldanswer",
            constraint=models.UniqueConstraint(
                fields=("project", "id"), name="goldanswer_project_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="goldanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("explanation", ""), _negated=True),
                name="goldanswer_has_explanation",
            ),
        ),
        migrations.AddConstraint(
            model_name="goldanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("revision__gte", 1)), name="goldanswer_revision_from_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="practicepass",
            constraint=models.UniqueConstraint(fields=("batch", "rater"), name="practicepass_once"),
        ),
        migrations.AddConstraint(
            model_name="practicepass",
            constraint=models.CheckConstraint(
                condition=models.Q(("n_right__lte", models.F("n_asked"))),
                name="practicepass_right_of_asked",
            ),
        ),
    ]
