from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Counting finds exclusions, sliceable items and the place of a response by index."""

    # Built while others write.
    atomic = False

    dependencies = [
        ("labeling", "0009_pace_log_ins"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="item",
            index=models.Index(
                condition=models.Q(
                    models.Q(("tags", []), _negated=True),
                    models.Q(("metadata", {}), _negated=True),
                    _connector="OR",
                ),
                fields=["project", "id"],
                name="item_sliceable",
            ),
        ),
        AddIndexConcurrently(
            model_name="rating",
            index=models.Index(
                condition=models.Q(("excluded_seq__isnull", False)),
                fields=["batch", "excluded_seq"],
                name="rating_excluded",
            ),
        ),
        AddIndexConcurrently(
            model_name="response",
            index=models.Index(fields=["id"], include=("item", "generator"), name="response_place"),
        ),
        AddIndexConcurrently(
            model_name="score",
            index=models.Index(
                condition=models.Q(("counted", False)), fields=["batch"], name="score_left_out"
            ),
        ),
    ]
