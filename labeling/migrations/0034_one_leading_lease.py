from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models

# Built while others write, then exchanged in an instant: there is always one that holds.
EXCHANGE = """
    DROP INDEX assignment_one_open_lease;
    ALTER INDEX {index} RENAME TO assignment_one_open_lease
"""


class Migration(migrations.Migration):
    """An expert holds one lease in a batch; what is leased with it hangs on it."""

    atomic = False

    dependencies = [("labeling", "0033_ways_of_rating")]

    operations = [
        ValidateConstraint(model_name="assignment", name="assignment_companion_in_work"),
        ValidateConstraint(model_name="rating", name="rating_overall_on_scale"),
        ValidateConstraint(model_name="score", name="score_confidence_on_scale"),
        AddIndexConcurrently(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(leader__isnull=False),
                fields=["leader"],
                name="assignment_companions",
            ),
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS assignment_one_leader",
            "DROP INDEX CONCURRENTLY IF EXISTS assignment_one_in_work",
        ),
        migrations.RunSQL(
            "CREATE UNIQUE INDEX CONCURRENTLY assignment_one_leader"
            " ON labeling_assignment (batch_id, rater_id)"
            " WHERE state = 'leased' AND leader_id IS NULL",
            EXCHANGE.format(index="assignment_one_in_work"),
        ),
        migrations.RunSQL(
            EXCHANGE.format(index="assignment_one_leader"),
            "CREATE UNIQUE INDEX CONCURRENTLY assignment_one_in_work"
            " ON labeling_assignment (batch_id, rater_id) WHERE state = 'leased'",
            state_operations=[
                migrations.RemoveConstraint(
                    model_name="assignment", name="assignment_one_open_lease"
                ),
                migrations.AddConstraint(
                    model_name="assignment",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(leader__isnull=True, state="leased"),
                        fields=("batch", "rater"),
                        name="assignment_one_open_lease",
                    ),
                ),
            ],
        ),
    ]
