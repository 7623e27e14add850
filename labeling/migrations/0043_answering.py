from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Experts write answers themselves, and are never asked to rate their own."""

    dependencies = [
        ("labeling", "0042_vacate_many"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnswerPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("free", "Waiting"),
                            ("taken", "Being written"),
                            ("written", "Written"),
                        ],
                        default="free",
                        max_length=7,
                    ),
                ),
                ("lease_until", models.DateTimeField(null=True)),
                ("text", models.TextField(blank=True)),
                ("edit", models.PositiveIntegerField(default=0)),
                (
                    "saved_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="labeling.batch",
                    ),
                ),
                (
                    "expert",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labeling.item",
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
                    "repairs",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labeling.response",
                    ),
                ),
                (
                    "response",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="place",
                        to="labeling.response",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "free")),
                        fields=["batch", "key"],
                        name="answerplace_free",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "item"), name="answerplace_item_once"),
                    models.UniqueConstraint(fields=("batch", "key"), name="answerplace_key_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "taken")),
                        fields=("batch", "expert"),
                        name="answerplace_one_taken",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("response__isnull", True), ("state", "free")),
                            models.Q(
                                ("expert__isnull", False),
                                ("lease_until__isnull", False),
                                ("response__isnull", True),
                                ("state", "taken"),
                            ),
                            models.Q(
                                ("expert__isnull", False),
                                ("response__isnull", False),
                                ("state", "written"),
                            ),
                            _connector="OR",
                        ),
                        name="answerplace_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpertWriter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "generator",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="writer",
                        to="labeling.generator",
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("project", "expert"), name="expertwriter_once")
                ],
            },
        ),
        migrations.RunSQL(
            sql=(SQL / "answering.sql").read_text(),
            reverse_sql=(SQL / "answering_reverse.sql").read_text(),
        ),
    ]
