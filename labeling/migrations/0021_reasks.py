import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


def reference(to: str, *, null: bool = False, name: str = "+") -> models.ForeignKey:
    """No foreign key: a trigger checks each statement, since a million rows are made at once."""
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=name,
        to=to,
    )


class Migration(migrations.Migration):
    """Judged places that are asked again under a newer version."""

    dependencies = [("labeling", "0020_lint_waivers")]

    operations = [
        migrations.CreateModel(
            name="Reask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slot", models.PositiveSmallIntegerField()),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("fixed", "Fixed overlap"),
                            ("adaptive", "Adaptive overlap"),
                            ("repeat", "Repeat"),
                            ("gold", "Gold"),
                            ("adjudication", "Adjudication"),
                            ("late", "Late"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "criteria",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField()),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "Answered before the batch moved on again"),
                            ("moved", "Replaced when the batch moved on"),
                            ("passed_on", "Passed on to somebody else"),
                            ("withdrawn", "The first judgement was withdrawn"),
                        ],
                        db_default="",
                        max_length=9,
                    ),
                ),
                ("project", reference("labeling.project")),
                ("batch", reference("labeling.batch", name="reasks")),
                ("response", reference("labeling.response")),
                ("rater", reference(settings.AUTH_USER_MODEL, null=True)),
                ("version", reference("labeling.rubricversion")),
                ("judged", reference("labeling.assignment")),
                ("assignment", reference("labeling.assignment", null=True, name="reasks")),
                ("follows", reference("labeling.reask", null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("assignment__isnull", True), ("ended_at__isnull", True)
                        ),
                        fields=["batch", "rater", "id"],
                        name="reask_waiting",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("ending", "answered"), _connector="OR"
                        ),
                        fields=["batch", "rater"],
                        name="reask_own",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("batch", "response", "slot"),
                        name="reask_place_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("assignment__isnull", False), ("ended_at__isnull", True)
                        ),
                        fields=("assignment",),
                        name="reask_seat_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ending", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                models.Q(("ending", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="reask_ending_has_time",
                    ),
                ],
            },
        ),
    ]
