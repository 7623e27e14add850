from decimal import Decimal
from pathlib import Path

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
WAYS = [
    ("single", "One response at a time"),
    ("grid", "Responses of an item side by side"),
    ("unknown", "Not known, given elsewhere"),
]


class Migration(migrations.Migration):
    """How experts judge is a setting of the batch, kept with each rating; so is an overall."""

    dependencies = [("labeling", "0032_checks")]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="way",
            field=models.CharField(
                choices=WAYS, db_default="single", default="single", max_length=12
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="asks_confidence",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="batch",
            name="overall_share",
            field=models.DecimalField(
                db_default=Decimal(0), decimal_places=2, default=Decimal(0), max_digits=3
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="shuffled_share",
            field=models.DecimalField(
                db_default=Decimal(0), decimal_places=2, default=Decimal(0), max_digits=3
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(overall_share__range=(0, 1), shuffled_share__range=(0, 1)),
                name="batch_shares_of_one",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="leader",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="companions",
                to="labeling.assignment",
            ),
        ),
        migrations.AddField(
            model_name="rating",
            name="way",
            field=models.CharField(
                choices=WAYS, db_default="single", default="single", max_length=12
            ),
        ),
        migrations.AddField(
            model_name="rating",
            name="overall",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="rating",
            name="shown_beside",
            field=models.JSONField(null=True),
        ),
        # Checked of what is written from now on; 0034 looks through what there is.
        AddConstraintNotValid(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(leader__isnull=True) | models.Q(state="leased"),
                name="assignment_companion_in_work",
            ),
        ),
        AddConstraintNotValid(
            model_name="rating",
            constraint=models.CheckConstraint(
                condition=models.Q(overall__isnull=True) | models.Q(overall__range=(0, 5)),
                name="rating_overall_on_scale",
            ),
        ),
        AddConstraintNotValid(
            model_name="score",
            constraint=models.CheckConstraint(
                condition=models.Q(confidence__isnull=True) | models.Q(confidence__range=(1, 3)),
                name="score_confidence_on_scale",
            ),
        ),
        migrations.RunSQL(
            sql=(SQL / "ways.sql").read_text(),
            reverse_sql=(SQL / "ways_reverse.sql").read_text(),
        ),
    ]
