from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """An answer is sent under an id of its own; an item handed back says why, and to whom not."""

    dependencies = [("labeling", "0051_wait_with_nothing")]

    operations = [
        migrations.AddField(
            model_name="answerplace", name="submission_id", field=models.UUIDField(null=True)
        ),
        migrations.AddConstraint(
            model_name="answerplace",
            constraint=models.UniqueConstraint(
                fields=("submission_id",), name="answerplace_submission_once"
            ),
        ),
        migrations.AddIndex(
            model_name="answerplace",
            index=models.Index(
                condition=models.Q(("left", {}), _negated=True),
                fields=["batch"],
                name="answerplace_left",
            ),
        ),
        migrations.CreateModel(
            name="AnswerReturn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="labeling.answerplace",
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
                    models.UniqueConstraint(fields=("place", "by"), name="answerreturn_once")
                ],
            },
        ),
        migrations.RunSQL(
            sql=(SQL / "answer_returns.sql").read_text(),
            reverse_sql=(SQL / "answer_returns_reverse.sql").read_text(),
        ),
    ]
