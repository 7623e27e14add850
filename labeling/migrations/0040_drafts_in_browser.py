from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether unsent answers may be kept in an expert's browser is the project's to say."""

    dependencies = [("labeling", "0039_adaptive_seats")]

    operations = [
        migrations.AddField(
            model_name="project",
            name="drafts_in_browser",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
