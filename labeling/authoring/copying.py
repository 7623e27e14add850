"""Criteria and levels written by COPY: thousands of rows without a model instance for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from labeling.models import Criterion, Level
from labeling.revising import Fate
from labeling.spec import CriterionSpec
from labeling.strict_json import dumps

CRITERION = (
    *("id", "version_id", "lineage_id", "position", "fate", "succeeds_id", "key", "name"),
    *("criterion", "guidance", "tags", "dimension", "path", "scale", "minimum", "maximum", "step"),
    *("points", "gate", "pass_at", "code_check", "weight_class", "allow_na"),
    *("allow_cannot_assess", "needs_rationale", "needs_evidence", "expertise", "extra"),
)
LEVEL = (*("id", "criterion_id", "position", "value", "label", "anchor", "example"), "credit")


class Placed(NamedTuple):
    """A criterion with where it stands and what it goes on with; `pk` None draws a new id."""

    version: int
    position: int
    spec: CriterionSpec
    pk: int | None = None
    lineage: int | None = None
    fate: Fate | None = None
    succeeds: int | None = None


def copy_criteria(placed: Sequence[Placed]) -> None:
    """The rows of the criteria and of their levels, each on the lineage given or its own."""
    fresh = iter(_ids(Criterion, sum(one.pk is None for one in placed)))
    ids = [one.pk if one.pk is not None else next(fresh) for one in placed]
    _copy(Criterion, CRITERION, map(_criterion, placed, ids))
    levels = _ids(Level, sum(len(one.spec.scale.levels) for one in placed))
    _copy(Level, LEVEL, _levels(placed, ids, iter(levels)))


def _criterion(one: Placed, pk: int) -> tuple[Any, ...]:
    spec, scale = one.spec, one.spec.scale
    return (
        *(pk, one.version, one.lineage, one.position, one.fate.value if one.fate else ""),
        *(one.succeeds, spec.key, spec.name, spec.criterion, spec.guidance, list(spec.tags)),
        *(spec.dimension, list(spec.path), scale.type.value, scale.min, scale.max, scale.step),
        *(spec.points, spec.gate, spec.pass_at, _json(spec.check)),
        *(spec.weight_class.value if spec.weight_class else "", spec.allow_na),
        *(spec.allow_cannot_assess, spec.needs_rationale, spec.needs_evidence),
        *(list(spec.expertise), _json(spec.extra)),
    )


def _levels(
    placed: Iterable[Placed], ids: Iterable[int], fresh: Iterator[int]
) -> Iterator[tuple[Any, ...]]:
    for one, criterion in zip(placed, ids, strict=True):
        for position, level in enumerate(one.spec.scale.levels):
            yield (
                *(next(fresh), criterion, position, level.value, level.label),
                *(level.anchor, level.example, level.credit),
            )


def _json(value: Mapping[str, object] | None) -> str | None:
    return None if value is None else dumps(value)


def _ids(model: type[Criterion | Level], count: int) -> list[int]:
    """Ids drawn from the table's own sequence, before the rows are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _copy(
    model: type[Criterion | Level], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as target:
        for row in rows:
            target.write_row(row)
