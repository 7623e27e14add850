"""Which criteria of a draft stand on the lineage of the version before it.

Publishing settles it for good (`fates`); until then a draft shows the labels it would go on with.
"""

from __future__ import annotations

from labeling.models import RubricVersion
from labeling.revising import scale_reasons
from labeling.spec import RubricSpec


def carried(previous: RubricVersion | None, before: RubricSpec, spec: RubricSpec) -> dict[str, int]:
    """The lineage that each criterion of `spec` goes on with; a changed scale starts anew.

    `before` is what `previous` says. Only the scale decides: a reworded criterion keeps its
    labels, since the author kept its key.
    """
    if previous is None:
        return {}
    scales = {criterion.key: criterion.scale for criterion in before.criteria}
    kept = {
        criterion.key
        for criterion in spec.criteria
        if criterion.key in scales and not scale_reasons(scales[criterion.key], criterion.scale)
    }
    rows = previous.criteria.filter(key__in=kept).values_list("key", "lineage_id")
    return {key: lineage for key, lineage in rows if lineage is not None}
