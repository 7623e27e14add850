"""A version's rows as a spec, and a spec as a version's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import connection
from django.db.models import prefetch_related_objects

from labeling.authoring.copying import Placed, copy_criteria
from labeling.models import Criterion, Level, RubricVersion
from labeling.spec import (
    CriterionSpec,
    LevelSpec,
    RubricSpec,
    ScaleSpec,
    ScaleType,
    WeightClass,
)
from labeling.strict_json import number_text


def spec_of(version: RubricVersion) -> RubricSpec:
    """What the version says, in two queries whatever its length."""
    prefetch_related_objects([version], "criteria__levels")
    return RubricSpec(
        version.title,
        version.description,
        version.guidelines,
        tuple(criterion_of(criterion) for criterion in version.criteria.all()),
        version.extra,
    )


def criterion_of(row: Criterion) -> CriterionSpec:
    """What one criterion says; its levels are best prefetched."""
    levels = tuple(
        LevelSpec(_plain(level.value), level.label, level.anchor, level.example, _of(level.credit))
        for level in row.levels.all()
    )
    return CriterionSpec(
        key=row.key,
        name=row.name,
        criterion=row.criterion,
        scale=ScaleSpec(
            ScaleType(row.scale), levels, _of(row.minimum), _of(row.maximum), _of(row.step)
        ),
        guidance=row.guidance,
        tags=tuple(row.tags),
        dimension=row.dimension,
        path=tuple(row.path),
        points=_of(row.points),
        gate=row.gate,
        pass_at=_of(row.pass_at),
        check=row.code_check,
        weight_class=WeightClass(row.weight_class) if row.weight_class else None,
        allow_na=row.allow_na,
        allow_cannot_assess=row.allow_cannot_assess,
        needs_rationale=row.needs_rationale,
        needs_evidence=row.needs_evidence,
        expertise=tuple(row.expertise),
        extra=row.extra,
    )


def _of(number: Decimal | None) -> Decimal | None:
    return None if number is None else _plain(number)


def _plain(number: Decimal) -> Decimal:
    """The column's six decimals are not part of the number: 1.000000 -> 1."""
    return Decimal(number_text(number))


def replace_criteria(version: RubricVersion, spec: RubricSpec, lineages: Mapping[str, int]) -> None:
    """Make the draft's criteria those of `spec`, each on the lineage given for its key.

    A criterion that keeps its key keeps its row, so that whoever has it open still finds it.
    """
    kept = dict(version.criteria.values_list("key", "pk"))
    delete_criteria(version)
    placed = [
        Placed(version.pk, position, one, kept.get(one.key), lineages.get(one.key))
        for position, one in enumerate(spec.criteria)
    ]
    copy_criteria(placed)


def delete_criteria(version: RubricVersion) -> None:
    """Every criterion of the draft."""
    delete_rows(version, version.criteria.values_list("pk", flat=True))


def delete_rows(version: RubricVersion, pks: Iterable[int]) -> None:
    """Plain SQL: a criterion is its own lineage, which Django would take for a protection."""
    chosen = (list(pks), version.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM labeling_level l USING labeling_criterion c WHERE c.id = l.criterion_id"
            " AND c.id = ANY(%s) AND c.version_id = %s",
            chosen,
        )
        cursor.execute(
            "DELETE FROM labeling_criterion WHERE id = ANY(%s) AND version_id = %s", chosen
        )


def write_levels(written: Iterable[tuple[Criterion, CriterionSpec]]) -> None:
    Level.objects.bulk_create(
        [
            Level(
                criterion=row,
                position=position,
                value=level.value,
                label=level.label,
                anchor=level.anchor,
                example=level.example,
                credit=level.credit,
            )
            for row, criterion in written
            for position, level in enumerate(criterion.scale.levels)
        ],
        batch_size=1000,
    )


def criterion_row(
    version: RubricVersion,
    position: int,
    spec: CriterionSpec,
    lineage: int | None,
    pk: int | None = None,
) -> Criterion:
    """The row of one criterion, not yet written; its levels come after it."""
    return Criterion(
        pk=pk,
        version=version,
        lineage_id=lineage,
        position=position,
        key=spec.key,
        name=spec.name,
        criterion=spec.criterion,
        guidance=spec.guidance,
        tags=list(spec.tags),
        dimension=spec.dimension,
        path=list(spec.path),
        scale=spec.scale.type.value,
        minimum=spec.scale.min,
        maximum=spec.scale.max,
        step=spec.scale.step,
        points=spec.points,
        gate=spec.gate,
        pass_at=spec.pass_at,
        code_check=spec.check,
        weight_class=spec.weight_class.value if spec.weight_class else "",
        allow_na=spec.allow_na,
        allow_cannot_assess=spec.allow_cannot_assess,
        needs_rationale=spec.needs_rationale,
        needs_evidence=spec.needs_evidence,
        expertise=list(spec.expertise),
        extra=spec.extra,
    )
