"""Where a criterion stands after a change, for a page that moves its card there."""

from __future__ import annotations

from labeling import authoring
from labeling.models import RubricVersion


def place_json(draft: RubricVersion, pk: int) -> dict[str, object]:
    """Its number, its neighbours in the same section, and whether the section is its own."""
    standing = authoring.places(draft)
    order = [one.pk for one in standing]
    at = order.index(pk)
    path = standing[at].path
    before = standing[at - 1] if at else None
    after = standing[at + 1] if at + 1 < len(standing) else None
    return {
        "pk": pk,
        "number": at + 1,
        "count": len(order),
        "section": authoring.heading(path),
        # The page puts the card behind or before one of these; without either it asks for more.
        "behind": before.pk if before and before.path == path else None,
        "before": after.pk if after and after.path == path else None,
    }
