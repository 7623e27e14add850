"""Answers that experts wrote here: which they are, what they say, and from whom they are hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched

from django.db.models import Exists, OuterRef, Q, QuerySet

from evals.models import Export, SelectedItem, Selection
from evals.rft.demonstrations import TARGET
from labeling.models import AnswerPlace, Assignment, Batch, QueueEntry, Response, User

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One answer's text, and the response it was repaired from, if it was."""

    id: str
    text: str
    repaired_from: str | None


def written_here(responses: Iterable[int]) -> set[int]:
    """Of these responses those that an expert wrote at an answer task, and nobody withholds.

    Only of them does the database know the writer, and keep them from rating their own answer.
    """
    found = _written().filter(response__in=list(responses), response__withheld__isnull=True)
    return set(found.values_list("response", flat=True))


def told(responses: Iterable[int]) -> Iterator[tuple[int, Told]]:
    """The texts, some at once; of withheld responses there is none to be had."""
    for chunk in batched(responses, AT_ONCE):
        rows = Response.objects.filter(pk__in=chunk, withheld__isnull=True, output__isnull=False)
        rows = rows.select_related("place__repairs").only(
            "external_id", "output", "place__repairs__external_id"
        )
        by_key = {row.pk: row for row in rows}
        for pk in chunk:
            if row := by_key.get(pk):
                source = row.place.repairs
                name = source.external_id if source else None
                yield pk, Told(row.external_id, row.output or "", name)


def has_written(selection: Selection) -> bool:
    """Whether an expert has written an answer to an item that is in, and it is in the batch."""
    queued = QueueEntry.objects.filter(batch=selection.agreement_run.batch_id)
    chosen = selection.items.filter(verdict=SelectedItem.Verdict.IN)
    found = _written().filter(item__in=chosen.values("item"))
    return found.filter(response__in=queued.values("response")).exists()


def telling(user: User) -> Q:
    """Releases that tell what others found of answers the person judges or may be handed."""
    blind = Q(batch__in=Batch.objects.hiding(user, "peers").values("pk"))
    offered = Q(batch__in=Batch.objects.open_to(user).values("pk"))
    queued = QueueEntry.objects.filter(blind | offered).values("response")
    seated = Assignment.objects.filter(blind).values("response")
    waiting = _written().filter(
        Q(response__in=queued) | Q(response__in=seated),
        item__selected__selection=OuterRef("selection"),
        item__selected__verdict=SelectedItem.Verdict.IN,
    )
    return Q(Exists(waiting), targets__contains=[TARGET])


def is_telling(user: User, export: Export) -> bool:
    """Whether this release is one of them."""
    if TARGET not in export.targets:
        return False
    return Export.objects.filter(telling(user), pk=export.pk).exists()


def _written() -> QuerySet[AnswerPlace]:
    return AnswerPlace.objects.filter(state=AnswerPlace.State.WRITTEN)
