import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Each change of a draft is kept, so that it can be taken back."""

    dependencies = [
        ("labeling", "0015_analyse_ratings"),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("criterion", models.BigIntegerField(null=True)),
                ("summary", models.CharField(max_length=300)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("writer", models.CharField(blank=True, max_length=64)),
                ("seq", models.PositiveIntegerField(default=0)),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("undone", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="labeling.rubricversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["version", "criterion", "id"], name="draftchange_of_criterion"
                    ),
                    models.Index(fields=["version", "by", "id"], name="draftchange_of_author"),
                ],
            },
        ),
    ]
