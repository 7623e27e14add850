from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """What authors say about findings of the lint has a table of facts."""

    dependencies = [
        ("labeling", "0019_settle_fates"),
    ]

    operations = [
        migrations.CreateModel(
            name="LintWaiver",
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
                        choices=[("waived", "Let stand"), ("withdrawn", "No longer let stand")],
                        max_length=9,
                    ),
                ),
                ("rule", models.CharField(max_length=40)),
                ("about", models.CharField(max_length=64)),
                ("text", models.TextField(blank=True)),
                ("key", models.CharField(blank=True, max_length=63)),
                ("reason", models.TextField(blank=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lineage",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labeling.criterion",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labeling.project",
                    ),
                ),
                (
                    "rubric",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waivers",
                        to="labeling.rubric",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["rubric", "rule", "about", "-id"], name="lintwaiver_last")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("act", "withdrawn"),
                            models.Q(("act", "waived"), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="lintwaiver_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("about__regex", "^[0-9a-f]{64}$"),
                            models.Q(("rule", ""), _negated=True),
                        ),
                        name="lintwaiver_names_a_finding",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            sql=(SQL / "seal_waivers.sql").read_text(),
            reverse_sql=(SQL / "seal_waivers_reverse.sql").read_text(),
        ),
    ]
