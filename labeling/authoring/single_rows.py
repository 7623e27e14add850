"""One criterion's rows in a draft: put in, overwritten, on the lineage it belongs to."""

from __future__ import annotations

from django.utils.translation import gettext as _

from labeling.authoring.lineages import carried
from labeling.authoring.rows import criterion_of, criterion_row, write_levels
from labeling.authoring.standing import latest_published
from labeling.errors import Problem, Problems
from labeling.models import Criterion, Level, RubricVersion
from labeling.spec import CriterionSpec, RubricSpec


def insert(
    version: RubricVersion, position: int, spec: CriterionSpec, *, pk: int | None = None
) -> Criterion:
    """One more criterion; with `pk` one that has stood there before."""
    lineage = lineage_for(version, spec)
    row = criterion_row(version, position, spec, lineage, pk)
    row.save(force_insert=True)
    write_levels([(row, spec)])
    return row


def overwrite(version: RubricVersion, row: Criterion, spec: CriterionSpec) -> None:
    """Make the criterion say `spec`; only what differs is written."""
    before = criterion_of(row)
    lineage = row.lineage_id
    if (before.key, before.scale) != (spec.key, spec.scale):
        lineage = lineage_for(version, spec) or row.pk
    new = criterion_row(version, row.position, spec, lineage, row.pk)
    new.save(force_update=True)
    if before.scale.levels != spec.scale.levels:
        Level.objects.filter(criterion=row).delete()
        write_levels([(new, spec)])


def expect_free_key(version: RubricVersion, key: str, *, beside: int = 0) -> None:
    """Two criteria of a version cannot have one key."""
    if version.criteria.filter(key=key).exclude(pk=beside).exists():
        raise Problems(
            [Problem("key", _("`%(key)s` is the key of another criterion too") % {"key": key})]
        )


def lineage_for(version: RubricVersion, spec: CriterionSpec) -> int | None:
    """The lineage that a criterion of a draft goes on with; None where it starts one."""
    latest = latest_published(version.rubric)
    rows = latest.criteria.filter(key=spec.key).prefetch_related("levels") if latest else ()
    before = tuple(criterion_of(row) for row in rows)
    if not before:
        return None
    return carried(latest, RubricSpec("", criteria=before), RubricSpec("", criteria=(spec,))).get(
        spec.key
    )
