from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """The claim walks lanes, asks what is to be mixed in, and bounds what was passed on."""

    dependencies = [("labeling", "0027_queue_indexes")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "lanes.sql").read_text(),
            reverse_sql=(SQL / "lanes_reverse.sql").read_text(),
        ),
        migrations.RemoveIndex(model_name="queueentry", name="queueentry_open"),
        migrations.RemoveConstraint(model_name="ratercursor", name="ratercursor_once"),
        # One cursor for the whole queue again: it may have passed what lies open in another lane.
        migrations.RunSQL(
            migrations.RunSQL.noop,
            "DELETE FROM labeling_ratercursor WHERE lane > 0;"
            " UPDATE labeling_ratercursor SET cur = 0",
        ),
    ]
