"""The items a selection chose, streamed as a dataset needs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models.functions import Collate

from evals.models import SelectedItem, Selection
from evals.queries.source_items import source_item
from evals.rft.rows import SourceItem
from evals.rft.split import Split

STREAMED = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """One item that is in, with the criteria that were released for it."""

    item: SourceItem
    group: str
    released: frozenset[str]


def chosen(selection: Selection, split: Split | None = None) -> Iterator[Chosen]:
    """Items that are in, by id in byte order, so that every machine writes them alike."""
    rows = selection.items.filter(verdict=SelectedItem.Verdict.IN).select_related("item")
    if split is not None:
        rows = rows.filter(split=split)
    for row in rows.order_by(Collate("item__external_id", "C")).iterator(chunk_size=STREAMED):
        yield Chosen(source_item(row.item), row.group_key, frozenset(row.released))
