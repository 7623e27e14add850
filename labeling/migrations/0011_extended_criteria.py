from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).parent / "sql"
CLASSES = ["essential", "important", "optional", "pitfall"]


class Migration(migrations.Migration):
    """A criterion says what it asks of an answer and who may give it; points of any size."""

    dependencies = [("labeling", "0010_counting_indexes")]

    operations = [
        migrations.AddField(
            model_name="criterion",
            name="allow_cannot_assess",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="criterion",
            name="allow_na",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="criterion",
            name="expertise",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), db_default=[], default=list
            ),
        ),
        migrations.AddField(
            model_name="criterion", name="extra", field=models.JSONField(null=True)
        ),
        migrations.AddField(
            model_name="criterion",
            name="needs_evidence",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="criterion",
            name="needs_rationale",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="criterion",
            name="weight_class",
            field=models.CharField(
                blank=True, choices=[(name, name) for name in CLASSES], db_default="", max_length=9
            ),
        ),
        migrations.AddField(
            model_name="rubricversion", name="extra", field=models.JSONField(null=True)
        ),
        # A wider numeric of the same scale rewrites no row.
        migrations.AlterField(
            model_name="criterion",
            name="points",
            field=models.DecimalField(decimal_places=6, max_digits=306, null=True),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=Q(weight_class="")
                | Q(weight_class="pitfall") & (Q(points__isnull=True) | Q(points__lt=0))
                | Q(weight_class__in=CLASSES[:3]) & (Q(points__isnull=True) | Q(points__gt=0)),
                name="criterion_class_has_sign",
            ),
        ),
        migrations.RunSQL(
            sql=(SQL / "asked_answers.sql").read_text(),
            reverse_sql=(SQL / "asked_answers_reverse.sql").read_text(),
        ),
    ]
