"""What is read of an answer task by whoever runs it."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Prefetch, QuerySet

from labeling.models import AnswerPlace, AnswerReturn, Assignment, Batch, QueueEntry, User

State = AnswerPlace.State


def places_of(task: Batch) -> QuerySet[AnswerPlace]:
    """Its items in the order in which they are handed out, with why any was handed back."""
    returns = AnswerReturn.objects.select_related("by").order_by("pk")
    rows = AnswerPlace.objects.filter(batch=task).select_related("item", "expert")
    return rows.defer("text", "left").prefetch_related(Prefetch("returns", returns)).order_by("key")


def unnamed(places: Collection[AnswerPlace], reader: User) -> set[int]:
    """Places whose writer is not told to the reader, who judges the answer or may be handed it."""
    others = [one for one in places if one.response_id and one.expert_id != reader.pk]
    answers = [one.response_id for one in others]
    blind = Batch.objects.hiding(reader, "generators")
    offered = Batch.objects.open_to(reader)
    queued = QueueEntry.objects.filter(response__in=answers)
    seated = Assignment.objects.handed_out().filter(response__in=answers, batch__in=blind)
    found = {
        *queued.filter(batch__in=blind).values_list("response", flat=True),
        *queued.filter(batch__in=offered).values_list("response", flat=True),
        *seated.values_list("response", flat=True),
    }
    return {one.pk for one in others if one.response_id in found}
