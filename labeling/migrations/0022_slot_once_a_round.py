from django.db import migrations, models

# The index is built while others write; exchanging the constraints takes an instant.
EXCHANGE = """
    ALTER TABLE labeling_assignment
        DROP CONSTRAINT assignment_slot_once,
        ADD CONSTRAINT assignment_slot_once UNIQUE USING INDEX {index}
"""


class Migration(migrations.Migration):
    """Whoever is asked again keeps the slot, in a round of its own."""

    atomic = False

    dependencies = [("labeling", "0021_reasks")]

    operations = [
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS assignment_slot_a_round",
            "DROP INDEX CONCURRENTLY IF EXISTS assignment_slot_at_all",
        ),
        migrations.RunSQL(
            "CREATE UNIQUE INDEX CONCURRENTLY assignment_slot_a_round"
            " ON labeling_assignment (batch_id, response_id, round, slot)",
            EXCHANGE.format(index="assignment_slot_at_all"),
        ),
        migrations.RunSQL(
            EXCHANGE.format(index="assignment_slot_a_round"),
            "CREATE UNIQUE INDEX CONCURRENTLY assignment_slot_at_all"
            " ON labeling_assignment (batch_id, response_id, slot)",
            state_operations=[
                migrations.RemoveConstraint(model_name="assignment", name="assignment_slot_once"),
                migrations.AddConstraint(
                    model_name="assignment",
                    constraint=models.UniqueConstraint(
                        fields=("batch", "response", "round", "slot"), name="assignment_slot_once"
                    ),
                ),
            ],
        ),
    ]
