import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Flags know the seat they come from; answers to them and worked examples have tables."""

    dependencies = [
        ("labeling", "0011_extended_criteria"),
    ]

    operations = [
        migrations.CreateModel(
            name="FlagAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("answered", "Answered"),
                            ("mapped", "Mapped to a criterion"),
                            ("out_of_scope", "Out of scope"),
                            ("merged", "Merged into another flag"),
                            ("taken", "Taken into the draft"),
                            ("settled", "Settled by a version"),
                            ("reopened", "Opened again"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("criterion_key", models.CharField(blank=True, max_length=63)),
                ("number", models.PositiveIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WorkedExample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("ruling", "Settled by a ruling"),
                            ("agreement", "All experts gave this answer"),
                        ],
                        max_length=9,
                    ),
                ),
                ("value", models.DecimalField(decimal_places=6, max_digits=14)),
                ("extract", models.TextField()),
                ("reason", models.TextField(blank=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.RemoveField(
            model_name="flag",
            name="state",
        ),
        migrations.AddField(
            model_name="flag",
            name="assignment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="flags",
                to="labeling.assignment",
            ),
        ),
        migrations.AddField(
            model_name="flag",
            name="batch",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="flags",
                to="labeling.batch",
            ),
        ),
        migrations.AddField(
            model_name="flag",
            name="rubric_version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="flags",
                to="labeling.rubricversion",
            ),
        ),
        migrations.AddField(
            model_name="flag",
            name="submission_id",
            field=models.UUIDField(null=True, unique=True),
        ),
        migrations.AddIndex(
            model_name="rubric",
            index=models.Index(
                condition=models.Q(("item__isnull", False)),
                fields=["project", "item"],
                name="rubric_of_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(
                fields=("version", "id"), name="criterion_version_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.UniqueConstraint(fields=("project", "id"), name="flag_project_key"),
        ),
        migrations.AddField(
            model_name="flaganswer",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="flaganswer",
            name="flag",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="labeling.flag",
            ),
        ),
        migrations.AddField(
            model_name="flaganswer",
            name="into",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="labeling.flag",
            ),
        ),
        migrations.AddField(
            model_name="flaganswer",
            name="project",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="labeling.project",
            ),
        ),
        migrations.AddField(
            model_name="flaganswer",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settled",
                to="labeling.rubricversion",
            ),
        ),
        migrations.AddField(
            model_name="workedexample",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="labeling.batch"
            ),
        ),
        migrations.AddField(
            model_name="workedexample",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="workedexample",
            name="lineage",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="examples",
                to="labeling.criterion",
            ),
        ),
        migrations.AddField(
            model_name="workedexample",
            name="project",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="labeling.project",
            ),
        ),
        migrations.AddField(
            model_name="workedexample",
            name="response",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="examples",
                to="labeling.response",
            ),
        ),
        migrations.AddField(
            model_name="workedexample",
            name="version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="examples",
                to="labeling.rubricversion",
            ),
        ),
        migrations.AddIndex(
            model_name="flaganswer",
            index=models.Index(fields=["flag", "id"], name="flaganswer_last"),
        ),
        migrations.AddConstraint(
            model_name="flaganswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act__in", ["answered", "out_of_scope"]), _negated=True),
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
                    models.Q(("act", "mapped"), _negated=True),
                    models.Q(("criterion_key", ""), _negated=True),
                    _connector="OR",
                ),
                name="flaganswer_names_its_criterion",
            ),
        ),
        migrations.AddConstraint(
            model_name="flaganswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "merged"), ("into__isnull", False)),
                    models.Q(models.Q(("act", "merged"), _negated=True), ("into__isnull", True)),
                    _connector="OR",
                ),
                name="flaganswer_into_when_merged",
            ),
        ),
        migrations.AddConstraint(
            model_name="flaganswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "taken"), ("number__isnull", False)),
                    models.Q(models.Q(("act", "taken"), _negated=True), ("number__isnull", True)),
                    _connector="OR",
                ),
                name="flaganswer_number_when_taken",
            ),
        ),
        migrations.AddConstraint(
            model_name="flaganswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "settled"), ("version__isnull", False)),
                    models.Q(
                        models.Q(("act", "settled"), _negated=True), ("version__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="flaganswer_version_when_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="workedexample",
            constraint=models.UniqueConstraint(
                fields=("version", "response", "lineage"), name="workedexample_unit_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="workedexample",
            constraint=models.CheckConstraint(
                condition=models.Q(("extract", ""), _negated=True), name="workedexample_has_extract"
            ),
        ),
    ]
