from django.db import migrations, models


class Migration(migrations.Migration):
    """Workers that share a measuring measure the same."""

    dependencies = [
        ("evals", "0005_kept_tallies"),
    ]

    operations = [
        migrations.AddField(
            model_name="agreementrun",
            name="plan",
            field=models.JSONField(default=dict),
        ),
    ]
