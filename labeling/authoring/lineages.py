"""Which criteria of a new version go on with the labels of the version before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from labeling.models import RubricVersion
from labeling.spec import CriterionSpec, RubricSpec, ScaleSpec, ScaleType

type Shape = tuple[ScaleType, frozenset[Decimal], tuple[Decimal | None, ...]]


@dataclass(frozen=True, slots=True)
class Succession:
    """What becomes of each criterion's labels, by the names people know the criteria by."""

    unchanged: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()
    rescaled: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def carried(previous: RubricVersion | None, before: RubricSpec, spec: RubricSpec) -> dict[str, int]:
    """The lineage that each criterion of `spec` goes on with; a changed scale starts anew.

    `before` is what `previous` says. Only the scale decides: a reworded criterion keeps its
    labels, since the author kept its key.
    """
    if previous is None:
        return {}
    shapes = {criterion.key: _shape(criterion.scale) for criterion in before.criteria}
    kept = {
        criterion.key
        for criterion in spec.criteria
        if shapes.get(criterion.key) == _shape(criterion.scale)
    }
    rows = previous.criteria.filter(key__in=kept).values_list("key", "lineage_id")
    return {key: lineage for key, lineage in rows if lineage is not None}


def succession(before: RubricSpec, spec: RubricSpec) -> Succession:
    """What publishing `spec` after `before` does to the labels, for the author to read first."""
    old = {criterion.key: criterion for criterion in before.criteria}
    fates: dict[str, list[str]] = {"unchanged": [], "reworded": [], "rescaled": [], "added": []}
    for criterion in spec.criteria:
        fates[_fate(old.get(criterion.key), criterion)].append(criterion.name)
    staying = {criterion.key for criterion in spec.criteria}
    removed = [criterion.name for key, criterion in old.items() if key not in staying]
    return Succession(
        **{fate: tuple(names) for fate, names in fates.items()}, removed=tuple(removed)
    )


def _fate(before: CriterionSpec | None, now: CriterionSpec) -> str:
    if before is None:
        return "added"
    if _shape(before.scale) != _shape(now.scale):
        return "rescaled"
    # What a foreign format says beside it reaches no expert.
    return "unchanged" if replace(before, extra=now.extra) == now else "reworded"


def _shape(scale: ScaleSpec) -> Shape:
    """What a label's number means: the values there are. Their labels and anchors may change."""
    values = frozenset(level.value for level in scale.levels)
    if scale.type == ScaleType.INTERVAL:
        values = frozenset()
    return scale.type, values, (scale.min, scale.max, scale.step)
