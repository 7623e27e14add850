from django.db import migrations


class Migration(migrations.Migration):
    """Kept tallies are zipped from now on; those there are cost one full count each."""

    dependencies = [("evals", "0006_plans_of_chunks")]

    operations = [
        migrations.RunSQL(
            "DELETE FROM evals_kepttally; DELETE FROM evals_tallystate",
            "DELETE FROM evals_kepttally; DELETE FROM evals_tallystate",
        ),
    ]
