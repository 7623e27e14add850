from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Finished runs are sealed; selections keep groups in one split."""

    dependencies = [("evals", "0002_initial"), ("labeling", "0003_seal_facts")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "seal_runs.sql").read_text(),
            reverse_sql=(SQL / "seal_runs_reverse.sql").read_text(),
        ),
    ]
