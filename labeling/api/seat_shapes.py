"""What a script of an expert is shown of a seat: what the desk shows, and nothing else.

No ids of responses or items, since they may name generators; no purpose of the seat, since it
would tell which responses are tests.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from labeling import rating
from labeling.asking_again import NothingAsked, answers_again
from labeling.models import Assignment, Batch, Rating, RatingDraft, RubricVersion, Way
from labeling.rating import JudgedCriterion
from labeling.spec import CriterionSpec, criterion_json

TOLD = {"role", "content", "tool_calls", "tool_call_id"}


class DraftOut(serializers.Serializer):
    """Unsent answers; `edit` is what the next save states.

    Where the batch has moved on since, they are those that still answer a criterion.
    """

    answers = serializers.SerializerMethodField()
    overall = serializers.SerializerMethodField()
    edit = serializers.IntegerField()
    saved_at = serializers.DateTimeField()

    def get_answers(self, draft: RatingDraft) -> dict[str, Any]:
        said = rating.answers_of(draft, draft.assignment.batch.rubric_version)
        return {key: one for key, one in said.items() if key != rating.OVERALL}

    def get_overall(self, draft: RatingDraft) -> int | None:
        value = str(draft.payload.get("answers", {}).get(rating.OVERALL, {}).get("value", ""))
        return int(value) if value in map(str, range(rating.OVERALL_MOST + 1)) else None


class RatingOut(serializers.Serializer):
    """The rating as it was received."""

    id = serializers.IntegerField(source="pk")
    seat = serializers.IntegerField(source="assignment_id")
    revision = serializers.IntegerField()
    submission_id = serializers.UUIDField()
    submitted_at = serializers.DateTimeField()


class SeatBatchOut(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    state = serializers.ChoiceField(Batch.State.choices)


class SeatItemOut(serializers.Serializer):
    """What the model was asked."""

    messages = serializers.ListField()
    tools = serializers.ListField(allow_null=True)
    reference = serializers.JSONField(allow_null=True)


class SeatResponseOut(serializers.Serializer):
    """What it answered; `generator` stands here only where the batch shows it."""

    messages = serializers.ListField()
    generator = serializers.CharField(required=False)


class SeatRubricOut(serializers.Serializer):
    slug = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    guidelines = serializers.CharField(allow_blank=True)


class OwnAnswerOut(serializers.Serializer):
    value = serializers.CharField()
    rationale = serializers.CharField(allow_blank=True)
    evidence = serializers.ListField(required=False)
    confidence = serializers.IntegerField(required=False)


class OwnRatingOut(RatingOut):
    overall = serializers.IntegerField(allow_null=True)
    shown_order = serializers.ListField(child=serializers.CharField())
    answers = serializers.DictField(child=OwnAnswerOut())


class AsksOut(serializers.Serializer):
    """What is asked beside the criteria; `way` is how the batch is rated."""

    way = serializers.ChoiceField(Way.choices)
    overall = serializers.BooleanField()
    confidence = serializers.BooleanField()


class SeatOut(serializers.Serializer):
    """One response to judge by the criteria of one rubric version, in the order to show them in.

    `again` is true where only what a newer version changed is asked, of somebody who judged the
    response before or in the place of one who did. Until that is answered, one's earlier answers
    to these criteria are left out of `rating`.
    """

    id = serializers.IntegerField()
    state = serializers.ChoiceField(Assignment.State.choices)
    again = serializers.BooleanField()
    lease_until = serializers.DateTimeField(allow_null=True)
    batch = SeatBatchOut()
    rubric = SeatRubricOut()
    item = SeatItemOut()
    response = SeatResponseOut()
    asks = AsksOut()
    criteria = serializers.ListField(child=serializers.DictField())
    draft = DraftOut(allow_null=True)
    rating = OwnRatingOut(allow_null=True)


def seat_document(seat: Assignment) -> dict[str, Any]:
    """The seat with all that is needed to judge, and the person's own work on it."""
    current = rating.current_rating(seat)
    version = current.rubric_version if current else seat.batch.rubric_version
    item, named = seat.response.item, seat.batch.sight_at_desk.generators
    drafts = RatingDraft.objects.select_related("assignment__batch__rubric_version")
    draft = drafts.filter(assignment=seat).first()
    return {
        "id": seat.pk,
        "state": seat.state,
        "again": answers_again(seat),
        "lease_until": seat.lease_until,
        "batch": SeatBatchOut(seat.batch).data,
        "rubric": rubric_document(version),
        "item": {
            "messages": messages_shown(item.messages, named=named),
            "tools": item.tools,
            "reference": item.reference,
        },
        "response": _response(seat, named=named),
        "asks": {
            "way": seat.batch.way,
            "overall": rating.asks_overall(seat),
            "confidence": seat.batch.asks_confidence,
        },
        "criteria": [criterion_document(one.spec) for one in _criteria(seat, current)],
        "draft": None if draft is None else DraftOut(draft).data,
        "rating": current and _own(seat, current),
    }


def _criteria(seat: Assignment, current: Rating | None) -> tuple[JudgedCriterion, ...]:
    """What was answered, else what is asked; nothing where the question went to somebody else."""
    if current:
        return rating.answered_in(current)
    try:
        return rating.in_shown_order(seat, rating.asked_of(seat))
    except NothingAsked:
        return ()


def _own(seat: Assignment, current: Rating) -> dict[str, Any]:
    beside = {"overall": current.overall, "shown_order": current.shown_order}
    return {**RatingOut(current).data, **beside, "answers": _answers(seat, current)}


def _answers(seat: Assignment, current: Rating) -> dict[str, dict[str, Any]]:
    """One's own answers, but for those that one is asked again."""
    hidden = rating.withheld(seat, current)
    unseen = {one.spec.key for one in rating.answered_in(current) if one.id in hidden}
    unseen.add(rating.OVERALL)
    return {key: said for key, said in rating.answers_in(current).items() if key not in unseen}


def rubric_document(version: RubricVersion) -> dict[str, Any]:
    """What judges: which rubric, in which version, and how it is to be read."""
    return {
        "slug": version.rubric.slug,
        "version": version.number,
        "title": version.title,
        "guidelines": version.guidelines,
    }


def criterion_document(spec: CriterionSpec) -> dict[str, Any]:
    """A criterion without what a foreign format said beside it, which may name generators."""
    return {key: value for key, value in criterion_json(spec).items() if key != "extra"}


def _response(seat: Assignment, *, named: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"messages": messages_shown(seat.response.messages or [], named=named)}
    if named:
        shown["generator"] = seat.response.generator.name
    return shown


def messages_shown(messages: list[dict[str, Any]], *, named: bool) -> list[dict[str, Any]]:
    """Messages without what tells which model speaks: only tools keep their names."""
    return [
        {
            key: value
            for key, value in message.items()
            if key in TOLD
            or (key == "name" and (named or message.get("role") in ("tool", "function")))
        }
        for message in messages
    ]
