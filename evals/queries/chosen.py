"""The items a selection chose, streamed as a dataset needs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.db.models.functions import Collate

from evals.models import SelectedItem, Selection
from evals.queries.source_items import source_item
from evals.rft.rows import SourceItem
from evals.rft.split import Split
from labeling.models import Rubric

STREAMED = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """One item that is in, with the criteria that were released for it."""

    item: SourceItem
    group: str
    released: frozenset[str]
    own_rubric: bool = False


def chosen(selection: Selection, split: Split | None = None) -> Iterator[Chosen]:
    """Items that are in, by id in byte order, so that every machine writes them alike."""
    own = Rubric.objects.filter(item=OuterRef("item"))
    rows = selection.items.filter(verdict=SelectedItem.Verdict.IN).select_related("item")
    rows = rows.annotate(own_rubric=Exists(own))
    if split is not None:
        rows = rows.filter(split=split)
    for row in rows.order_by(Collate("item__external_id", "C")).iterator(chunk_size=STREAMED):
        released = frozenset(row.released)
        yield Chosen(source_item(row.item), row.group_key, released, row.own_rubric)
