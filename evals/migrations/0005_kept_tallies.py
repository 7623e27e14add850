import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Counts are kept between measurings; large batches are counted in chunks."""

    dependencies = [
        ("evals", "0004_raters"),
        ("labeling", "0010_counting_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="TallyState",
            fields=[
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="tallies",
                        serialize=False,
                        to="labeling.batch",
                    ),
                ),
                ("watermark", models.BigIntegerField()),
                ("slices", models.JSONField(default=list)),
                ("last_item", models.BigIntegerField(default=0)),
                ("versions", models.JSONField(default=list)),
                (
                    "rubric_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="labeling.rubricversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AgreementChunk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("first_item", models.BigIntegerField()),
                ("last_item", models.BigIntegerField()),
                ("fence", models.PositiveIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("content", models.BinaryField(null=True)),
                ("done", models.BooleanField(default=False)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="evals.agreementrun",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("run", "number"), name="agreementchunk_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slice", models.CharField(max_length=300, null=True)),
                ("content", models.BinaryField()),
                ("raters", models.JSONField(default=dict)),
                (
                    "lineage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="labeling.criterion",
                    ),
                ),
                (
                    "state",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept",
                        to="evals.tallystate",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("state", "lineage", "slice"),
                        name="kepttally_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
