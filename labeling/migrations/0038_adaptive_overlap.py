import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """A stopping rule may decide how many experts judge a response."""

    dependencies = [
        ("labeling", "0037_adjudicating"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitStop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("asked", "Another expert is asked"),
                            ("accepted", "Accepted"),
                            ("adjudicate", "To be adjudicated"),
                            ("ambiguous", "Ambiguous"),
                        ],
                        max_length=10,
                    ),
                ),
                ("n", models.PositiveSmallIntegerField()),
                ("clarity", models.FloatField()),
                (
                    "decided_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.AddField(
            model_name="batch",
            name="conf",
            field=models.FloatField(db_default=0.9, default=0.9),
        ),
        migrations.AddField(
            model_name="batch",
            name="decided_through",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="batch",
            name="fixed_percent",
            field=models.PositiveSmallIntegerField(db_default=20, default=20),
        ),
        migrations.AddField(
            model_name="batch",
            name="floor",
            field=models.FloatField(db_default=0.6, default=0.6),
        ),
        migrations.AddField(
            model_name="batch",
            name="n_max",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="batch",
            name="n_min",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="queueentry",
            name="fixed",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("n_max__isnull", True), ("n_min__isnull", True)),
                    models.Q(
                        ("fixed_percent__gte", 20),
                        ("fixed_percent__lte", 100),
                        ("n_max__gte", models.F("overlap")),
                        ("n_min__gte", 2),
                        ("n_min__lte", models.F("overlap")),
                    ),
                    _connector="OR",
                ),
                name="batch_adaptive_within_bounds",
            ),
        ),
        migrations.AddField(
            model_name="unitstop",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="stops",
                to="labeling.batch",
            ),
        ),
        migrations.AddField(
            model_name="unitstop",
            name="lineage",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="labeling.criterion",
            ),
        ),
        migrations.AddField(
            model_name="unitstop",
            name="project",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="labeling.project",
            ),
        ),
        migrations.AddField(
            model_name="unitstop",
            name="response",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="labeling.response",
            ),
        ),
        migrations.AddIndex(
            model_name="unitstop",
            index=models.Index(fields=["batch", "verdict"], name="unitstop_verdict"),
        ),
        migrations.AddConstraint(
            model_name="unitstop",
            constraint=models.UniqueConstraint(
                fields=("batch", "response", "lineage"), name="unitstop_unit_once"
            ),
        ),
    ]
