"""Items of which a person is told nothing that was said of them: they rate there themselves."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from labeling.models import Assignment, QueueEntry, Response

# Items with a response that a person rates, or may be given, in a batch they are blind in.
RATED_ELSEWHERE = """
    SELECT o.item_id FROM labeling_queueentry q JOIN labeling_response o ON o.id = q.response_id
    WHERE q.batch_id = ANY(%(blind)s)
    UNION SELECT o.item_id FROM labeling_assignment a
    JOIN labeling_response o ON o.id = a.response_id WHERE a.batch_id = ANY(%(blind)s)
"""
# The same asked of one item i: a filter leaves few, a batch may hold all of the project.
IS_RATED_ELSEWHERE = """EXISTS (SELECT FROM labeling_response o WHERE o.item_id = i.id
    AND (EXISTS (SELECT FROM labeling_queueentry q
            WHERE q.batch_id = ANY(%(blind)s) AND q.response_id = o.id)
        OR EXISTS (SELECT FROM labeling_assignment a
            WHERE a.batch_id = ANY(%(blind)s) AND a.response_id = o.id)))"""


def rated_elsewhere(blind: Sequence[int]) -> Q:
    """The same of rows that refer to an item, for the batches that the person is blind in."""
    if not blind:
        return Q(pk__in=[])
    here = {"batch__in": list(blind)}
    queued = QueueEntry.objects.filter(**here).values("response")
    seats = Assignment.objects.filter(**here).values("response")
    responses = Response.objects.filter(Q(pk__in=queued) | Q(pk__in=seats))
    return Q(item__in=responses.values("item"))
