import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Queues may be split by priority and expertise, and say how much one expert may rate."""

    dependencies = [("labeling", "0025_changes_after_watermark")]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="by_priority",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="batch",
            name="by_expertise",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="batch",
            name="quota",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="batch",
            name="lanes",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("quota__isnull", True), ("quota__gte", 1), _connector="OR"),
                name="batch_quota_positive",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="expertise",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), blank=True, db_default=[], default=list
            ),
        ),
        migrations.AddField(
            model_name="queueentry",
            name="lane",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="ratercursor",
            name="lane",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="ratercursor",
            name="again",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="ratercursor",
            name="done",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="ratercursor",
            constraint=models.UniqueConstraint(
                fields=("batch", "rater", "lane"), name="ratercursor_lane_once"
            ),
        ),
    ]
