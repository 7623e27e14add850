from django.db import migrations, models


class Migration(migrations.Migration):
    """What an expert began at an item that went to another stays theirs."""

    dependencies = [("labeling", "0048_one_check_a_reference")]

    operations = [
        migrations.AddField(
            model_name="answerplace",
            name="left",
            field=models.JSONField(default=dict),
        ),
    ]
