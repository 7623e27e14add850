from django.db import migrations, models

OPEN = models.Index(
    fields=["batch", "lane", "key"],
    condition=models.Q(taken__lt=models.F("overlap")),
    name="queueentry_lane_open",
)
LATER = models.Index(
    fields=["batch", "response", "rater"],
    condition=models.Q(round__gt=1),
    name="assignment_later_round",
)
DROP = "DROP INDEX CONCURRENTLY IF EXISTS {}"


class Migration(migrations.Migration):
    """Built while others write; begun again, it starts afresh."""

    atomic = False

    dependencies = [("labeling", "0026_queue_lanes")]

    operations = [
        migrations.RunSQL(DROP.format(OPEN.name), migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY queueentry_lane_open"
            " ON labeling_queueentry (batch_id, lane, key) WHERE taken < overlap",
            DROP.format(OPEN.name),
            state_operations=[migrations.AddIndex("queueentry", OPEN)],
        ),
        migrations.RunSQL(DROP.format(LATER.name), migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY assignment_later_round"
            " ON labeling_assignment (batch_id, response_id, rater_id) WHERE round > 1",
            DROP.format(LATER.name),
            state_operations=[migrations.AddIndex("assignment", LATER)],
        ),
    ]
