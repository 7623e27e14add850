import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An expert's own seats are found by index in the order in which they were handed out."""

    # Built while others write.
    atomic = False

    dependencies = [("labeling", "0040_drafts_in_browser")]

    operations = [
        AddIndexConcurrently(
            model_name="assignment",
            index=models.Index(fields=["rater", "id"], name="assignment_of_rater"),
        ),
        # What the index before it did, this one does too.
        migrations.AlterField(
            model_name="assignment",
            name="rater",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
