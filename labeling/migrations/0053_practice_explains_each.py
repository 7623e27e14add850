from django.db import migrations, models


class Migration(migrations.Migration):
    """Practice is never one criterion at a time: each of its answers is explained at once."""

    dependencies = [("labeling", "0052_answer_returns")]

    operations = [
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(kind="practice", way="by_criterion", _negated=True),
                name="batch_practice_explains_each",
            ),
        ),
    ]
