"""An item's row as graders and datasets see it: one reading for both."""

from __future__ import annotations

from evals.rft.rows import SourceItem
from labeling.models import Item


def source_item(item: Item) -> SourceItem:
    """What the item brings to its row; nothing that experts wrote about responses."""
    return SourceItem(
        id=item.external_id,
        messages=item.messages,
        group=item.group_key,
        tools=item.tools or (),
        reference=item.reference,
        metadata=item.metadata,
    )
