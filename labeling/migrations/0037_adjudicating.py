from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
ROLES = [
    ("admin", "Admin"),
    ("author", "Author"),
    ("expert", "Expert"),
    ("viewer", "Viewer"),
    ("adjudicator", "Adjudicator"),
]


class Migration(migrations.Migration):
    """Adjudicators: their role, their round of seats, their queue, and what they may never do."""

    dependencies = [("labeling", "0036_appeals")]

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(choices=ROLES, max_length=11),
        ),
        migrations.RemoveConstraint(model_name="membership", name="membership_role_known"),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", [role for role, _ in ROLES])),
                name="membership_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("purpose", "adjudication"), ("round", 0)),
                    models.Q(
                        models.Q(("purpose", "adjudication"), _negated=True), ("round__gt", 0)
                    ),
                    _connector="OR",
                ),
                name="assignment_adjudication_round",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("purpose", "adjudication")),
                fields=["batch", "rater"],
                name="assignment_adjudicator",
            ),
        ),
        migrations.CreateModel(
            name="DisputeMark",
            fields=[
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="dispute_mark",
                        serialize=False,
                        to="labeling.batch",
                    ),
                ),
                ("through", models.BigIntegerField(default=0)),
                ("version", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("severity", models.BigIntegerField()),
                (
                    "lineages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "minority",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("ruled", models.BooleanField(default=False)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="labeling.batch",
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
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labeling.response",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["batch", "-severity", "response"],
                        condition=models.Q(("ruled", False)),
                        name="dispute_waiting",
                    ),
                    models.Index(
                        fields=["batch", "-severity", "response"],
                        condition=models.Q(("ruled", True)),
                        name="dispute_ruled",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "response"), name="dispute_once"),
                    models.CheckConstraint(
                        condition=models.Q(("lineages__len__gt", 0)),
                        name="dispute_is_about_something",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            sql=(SQL / "adjudicating.sql").read_text(),
            reverse_sql=(SQL / "adjudicating_reverse.sql").read_text(),
        ),
    ]
