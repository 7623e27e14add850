"""What a script of an expert is shown of an item to answer: what the page shows, nothing else.

No id of the item, no name of a generator, and no reference: whoever has read it proves nothing by
their answer.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from rest_framework import serializers

from labeling import answering
from labeling.api.seat_shapes import (
    SeatBatchOut,
    SeatRubricOut,
    criterion_document,
    messages_shown,
    rubric_document,
)
from labeling.models import AnswerPlace, User
from labeling.rating import criteria_of

CHOICE = 10
LINES = 160


class WritingState(models.TextChoices):
    """Where an answer of one's own stands."""

    TAKEN = "taken"
    WRITTEN = "written"
    LEFT = "left"


class AnswerRow(serializers.Serializer):
    """An item you write an answer to.

    `taken`: in work; `written`: sent; `left`: you stayed away and the item went to another, what
    you had begun is kept.
    """

    id = serializers.IntegerField(source="pk")
    state = serializers.SerializerMethodField()
    project = serializers.CharField(source="batch.project.slug")
    batch = SeatBatchOut()
    lease_until = serializers.SerializerMethodField()
    saved_at = serializers.SerializerMethodField()

    def get_state(self, place: AnswerPlace) -> WritingState:
        return WritingState(place.state) if self._is_own(place) else WritingState.LEFT

    def get_lease_until(self, place: AnswerPlace) -> str | None:
        until = place.lease_until if self._is_own(place) else None
        return until.isoformat() if until else None

    def get_saved_at(self, place: AnswerPlace) -> str | None:
        """Null until something is kept, and of what was left, whose time is not known."""
        own = self._is_own(place) and (place.edit or place.response_id)
        return place.saved_at.isoformat() if own else None

    def _is_own(self, place: AnswerPlace) -> bool:
        return place.expert_id == self.context["reader"].pk


class AnswerItemOut(serializers.Serializer):
    """What is to be answered."""

    messages = serializers.ListField()
    tools = serializers.ListField(allow_null=True)


class RepairableOut(serializers.Serializer):
    """A response to begin from, by the number that `begin` takes, and how it begins."""

    id = serializers.IntegerField(source="pk")
    text = serializers.SerializerMethodField()

    def get_text(self, response: Any) -> str:
        return (response.output or "")[:LINES]


class PieceOut(serializers.Serializer):
    """A stretch of text that both have, or one of them only."""

    kind = serializers.ChoiceField(["same", "removed", "added"])
    text = serializers.CharField()


class AnswerOut(AnswerRow):
    """The item, what the answer will be judged by, and your text as it is kept.

    `edit` is what the next save states. `changes` are what you changed in the response you began
    from (`repairs`), word by word. Of what you left only your text is told.
    """

    rubric = SeatRubricOut()
    item = AnswerItemOut()
    criteria = serializers.ListField(child=serializers.DictField())
    text = serializers.CharField(allow_blank=True)
    edit = serializers.IntegerField(allow_null=True)
    repairs = serializers.IntegerField(allow_null=True)
    repairable = RepairableOut(many=True)
    changes = PieceOut(many=True)


class KeptOut(serializers.Serializer):
    """What is kept; `edit` is what the next save states."""

    text = serializers.CharField(allow_blank=True)
    edit = serializers.IntegerField()
    saved_at = serializers.DateTimeField()


class SentOut(serializers.Serializer):
    """The answer as it was received."""

    id = serializers.IntegerField(source="pk")
    submission_id = serializers.UUIDField(allow_null=True)
    text = serializers.CharField()
    sent_at = serializers.DateTimeField(source="saved_at")


def answer_document(place: AnswerPlace, reader: User) -> dict[str, Any]:
    """The item with all that is needed to answer it, and the person's own text."""
    version = place.batch.rubric_version
    shown: dict[str, Any] = {
        **AnswerRow(place, context={"reader": reader}).data,
        "rubric": rubric_document(version),
        "item": {
            "messages": messages_shown(place.item.messages, named=False),
            "tools": place.item.tools,
        },
        "criteria": [criterion_document(one.spec) for one in criteria_of(version)],
    }
    own = _own_text(place) if place.expert_id == reader.pk else _left_text(place, reader)
    return shown | own


def _own_text(place: AnswerPlace) -> dict[str, Any]:
    written = place.state == AnswerPlace.State.WRITTEN
    choice = [] if written else list(answering.repairable(place).defer("messages")[:CHOICE])
    return {
        "text": place.text,
        "edit": place.edit,
        "repairs": place.repairs_id,
        "repairable": RepairableOut(choice, many=True).data,
        "changes": PieceOut(answering.edits(place), many=True).data,
    }


def _left_text(place: AnswerPlace, reader: User) -> dict[str, Any]:
    text = answering.left_text(place, reader) or ""
    return {"text": text, "edit": None, "repairs": None, "repairable": [], "changes": []}
