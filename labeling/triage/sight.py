"""What of a flag a person may see who rates in an open batch themselves, or may yet.

A flag is somebody's remark on a response. Whoever may still be asked to judge that response must
not read it beside the response; who raised it stays unknown to them until the batch is closed. An
appeal tells what is known of its response: like that, it is kept from all who may yet be given it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from labeling.models import Assignment, Batch, Flag, QueueEntry, User
from labeling.practice.known import waiting_for


class Sight(StrEnum):
    """From everything to the bare remark."""

    ALL = "all"
    # They have judged it, or flagged it themselves, but the batch is open: no names, ids, doors.
    RESPONSE = "response"
    # They may yet be asked to judge it: the remark alone, and none on the response itself.
    REMARK = "remark"

    @property
    def names(self) -> bool:
        """Whether the expert, the response's id and the time of day are shown."""
        return self == Sight.ALL

    @property
    def response(self) -> bool:
        """Whether the response's text is shown."""
        return self != Sight.REMARK


def sights(flags: Sequence[Flag], user: User) -> dict[int, Sight]:
    """What the person may see of each flag, by its id; a constant number of queries."""
    told = _appeals_hidden(flags, user)
    blind = _blind_batches(flags, user)
    if blind:
        items = {one.response.item_id for one in flags if one.response}
        hidden = _items_in(blind, items)
        waiting = _to_judge(flags, blind, user)
        told = {one.pk: _sight(one, user, hidden, waiting) for one in flags} | told
    return {one.pk: told.get(one.pk, Sight.ALL) for one in flags}


def shows_text(flag: Flag, sight: Sight) -> bool:
    """Remarks on the response itself, and on what is known of it, are kept from those who may yet
    judge it.
    """
    return sight.response or flag.kind not in (Flag.Kind.ITEM, Flag.Kind.GOLD)


def _appeals_hidden(flags: Sequence[Flag], user: User) -> dict[int, Sight]:
    """Appeals of others at responses that may yet come to the person, with or without a seat in
    their batch: whoever has read what is known of a response cannot judge it any more.
    """
    appeals = [one for one in flags if one.kind == Flag.Kind.GOLD and one.by_id != user.pk]
    waiting = waiting_for({one.response_id for one in appeals if one.response_id}, user)
    return {one.pk: Sight.REMARK for one in appeals if one.response_id in waiting}


def _blind_batches(flags: Sequence[Flag], user: User) -> list[int]:
    projects = {one.project_id for one in flags}
    return list(
        Batch.objects.hiding(user, "peers")
        .filter(project__in=projects)
        .values_list("pk", flat=True)
    )


def _items_in(batches: list[int], items: set[int]) -> set[int]:
    """Those of the items that stand in one of the batches, waiting or handed out."""
    found: set[int] = set()
    for places in (QueueEntry, Assignment):
        there = places.objects.filter(batch__in=batches, response__item__in=items)
        found |= set(there.values_list("response__item", flat=True).distinct())
    return found


def _to_judge(flags: Sequence[Flag], batches: list[int], user: User) -> set[int]:
    """Flagged responses that stand in a batch in which the person has not judged them."""
    responses = {one.response_id for one in flags if one.response_id}
    there: set[tuple[int, int]] = set()
    for places in (QueueEntry, Assignment):
        rows = places.objects.filter(batch__in=batches, response__in=responses)
        there |= set(rows.values_list("batch", "response"))
    judged = Assignment.objects.filter(
        batch__in=batches,
        response__in=responses,
        rater=user,
        state=Assignment.State.SUBMITTED,
    )
    return {response for _, response in there - set(judged.values_list("batch", "response"))}


def _sight(flag: Flag, user: User, hidden: set[int], waiting: set[int]) -> Sight:
    if flag.response is None or flag.response.item_id not in hidden:
        return Sight.ALL
    # Of one's own flag too, the response's id may name its generator.
    own = flag.by_id == user.pk
    return Sight.REMARK if flag.response_id in waiting and not own else Sight.RESPONSE
