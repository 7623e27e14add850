import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A published criterion says which one it succeeds and what became of the labels."""

    dependencies = [("labeling", "0017_settled_purpose")]

    operations = [
        migrations.AddField(
            model_name="criterion",
            name="fate",
            field=models.CharField(
                blank=True,
                choices=[("carry", "carry"), ("ask", "ask"), ("fresh", "fresh")],
                db_default="",
                default="",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="criterion",
            name="succeeds",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="labeling.criterion",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fate__in", ["", "ask", "fresh"]),
                    models.Q(("fate", "carry"), ("succeeds__isnull", False)),
                    _connector="OR",
                ),
                name="criterion_fate_known",
            ),
        ),
    ]
