from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Raters are compared; charts get what they are drawn from."""

    dependencies = [
        ("evals", "0003_seal_runs"),
        ("labeling", "0004_claim_next"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="agreementslice",
            name="alpha_below_667",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="agreementslice",
            name="alpha_below_800",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="agreementslice",
            name="details",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="agreementslice",
            name="expected_p",
            field=models.FloatField(null=True),
        ),
        migrations.CreateModel(
            name="RaterRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting for a worker"),
                            ("running", "Running"),
                            ("waiting", "Waiting for you"),
                            ("finished", "Finished"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=0)),
                ("fence", models.PositiveIntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                (
                    "enqueued_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("total", models.PositiveBigIntegerField(null=True)),
                ("error", models.TextField(blank=True)),
                ("input_hash", models.CharField(max_length=64)),
                ("code_version", models.CharField(max_length=40)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("watermark", models.BigIntegerField(null=True)),
                ("seed", models.PositiveIntegerField(default=0)),
                ("document", models.JSONField(default=dict)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rater_runs",
                        to="labeling.batch",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labeling.project",
                    ),
                ),
                (
                    "rubric_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labeling.rubricversion",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RaterReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("document", models.JSONField(default=dict)),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labeling.criterion",
                    ),
                ),
                (
                    "lineage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labeling.criterion",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="evals.raterrun",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="raterrun",
            index=models.Index(
                condition=models.Q(("state__in", ["pending", "running"])),
                fields=["lease_until"],
                name="raterrun_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="raterrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "failed"), _negated=True),
                fields=("input_hash", "code_version"),
                name="raterrun_joins_same_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="raterrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), _negated=True),
                    models.Q(("error", ""), _negated=True),
                    _connector="OR",
                ),
                name="raterrun_failed_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="raterrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "finished"), _negated=True),
                    ("finished_at__isnull", False),
                    _connector="OR",
                ),
                name="raterrun_finished_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="raterreport",
            constraint=models.UniqueConstraint(fields=("run", "lineage"), name="raterreport_once"),
        ),
        migrations.RunSQL(
            sql=(SQL / "seal_raters.sql").read_text(),
            reverse_sql=(SQL / "seal_raters_reverse.sql").read_text(),
        ),
    ]
