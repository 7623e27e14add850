"""The answer task over HTTP: take an item, keep what is written, send it once, hand it back."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import answering
from labeling.access import answer_task_of, left_answer, own_answer
from labeling.answering.writing import MAX_TEXT
from labeling.api.adjudications import BackBody
from labeling.api.answer_shapes import AnswerOut, AnswerRow, KeptOut, SentOut, answer_document
from labeling.api.base import problem
from labeling.api.endpoint import Endpoint, NoFields, PageQuery, Strict, paged
from labeling.errors import Problem, Problems
from labeling.models import AnswerPlace, Role

MAX_EDIT = 2_000_000_000
FIRST = "6f0f3b0a-7d53-4f0e-9e1b-0a1b2c3d4e5f"


class Text(serializers.CharField):
    """The answer as it stands; blanks at its ends are kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_TEXT, allow_blank=True, trim_whitespace=False, **kwargs)


class KeepBody(Strict):
    """`edit` is the number of the last save you know of, 0 before the first."""

    text = Text()
    edit = serializers.IntegerField(min_value=0, max_value=MAX_EDIT)


class BeginBody(Strict):
    """One of the item's `repairable`, or null to write from blank. It replaces what is written."""

    response = serializers.IntegerField(min_value=1, max_value=2**62, allow_null=True)


class SendBody(Strict):
    """Draw `submission_id` once per answer: sent again, it is the same answer.

    With `edit`, the last save you know of, what was kept elsewhere since is not written over.
    """

    submission_id = serializers.UUIDField()
    text = Text()
    edit = serializers.IntegerField(min_value=0, max_value=MAX_EDIT, required=False)


class HandedBackOut(serializers.Serializer):
    id = serializers.IntegerField()
    handed_back = serializers.BooleanField()


SEND = OpenApiExample(
    "An answer",
    {"submission_id": FIRST, "text": "No, the 14 days are over.", "edit": 3},
    request_only=True,
)


class TakeItem(Endpoint):
    @extend_schema(
        operation_id="batches_answer",
        request=NoFields,
        responses={200: AnswerOut, 204: OpenApiResponse(description="Nothing is left for you.")},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Your next item of an answer task: the one in work, or one that nobody writes at."""
        task = answer_task_of(self.user, pk)
        self.read(NoFields)
        place = answering.claim(task, by=self.user)
        if place is None:
            return Response(status=204)
        return Response(_document(self, place.pk))


class OwnAnswers(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="answers_list_own", responses=paged(AnswerRow))
    def get(self, request: Request) -> Response:
        """Items you write an answer to, wrote one, or had begun one; newest task first."""
        left = AnswerPlace.objects.left_by(self.user).values("pk")
        mine = AnswerPlace.objects.filter(Q(expert=self.user) | Q(pk__in=left)).filter(
            project__memberships__user=self.user, project__memberships__role=Role.EXPERT
        )
        rows = mine.select_related("batch__project").defer("text", "left")
        return self.page(rows.order_by("-batch", "key"), AnswerRow, reader=self.user)


class AnswerDetail(Endpoint):
    @extend_schema(operation_id="answers_read", responses=AnswerOut)
    def get(self, request: Request, pk: int) -> Response:
        """One of your items, with your text; or what you had begun before it went to another."""
        return Response(_document(self, pk))


class KeepText(Endpoint):
    @extend_schema(operation_id="answers_save_draft", request=KeepBody, responses=KeptOut)
    def put(self, request: Request, pk: int) -> Response:
        """Keep what is written and extend the lease. 409 when it was written at elsewhere since."""
        place = own_answer(self.user, pk)
        try:
            kept = answering.keep(place, **self.read(KeepBody), by=self.user)
        except answering.StaleText as error:
            return _stale(error)
        return Response(KeptOut(kept).data)


class Begin(Endpoint):
    @extend_schema(operation_id="answers_begin", request=BeginBody, responses=AnswerOut)
    def post(self, request: Request, pk: int) -> Response:
        """Repair a response of the item, or write from blank again."""
        place = own_answer(self.user, pk)
        number = self.read(BeginBody)["response"]
        source = number and answering.repairable(place).filter(pk=number).first()
        if number and source is None:
            raise Problems([Problem("response", "is no response to this item to begin from")])
        answering.begin_from(place, source or None, replace=True, by=self.user)
        return Response(_document(self, pk))


class Send(Endpoint):
    @extend_schema(
        operation_id="answers_send", request=SendBody, responses={201: SentOut}, examples=[SEND]
    )
    def post(self, request: Request, pk: int) -> Response:
        """Send the answer, once however often it is sent: from then on it does not change."""
        place = own_answer(self.user, pk)
        try:
            answering.send(place, **self.read(SendBody), by=self.user)
        except answering.StaleText as error:
            return _stale(error)
        place.refresh_from_db()
        return Response(SentOut(place).data, status=201)


class LeaveItem(Endpoint):
    @extend_schema(operation_id="answers_hand_back", request=BackBody, responses=HandedBackOut)
    def post(self, request: Request, pk: int) -> Response:
        """Leave the item to somebody else: what was written goes, and it is not offered to you."""
        place = own_answer(self.user, pk)
        answering.hand_back(place, self.read(BackBody)["reason"], by=self.user)
        return Response({"id": pk, "handed_back": True})


def _document(endpoint: Endpoint, pk: int) -> dict[str, Any]:
    left = left_answer(endpoint.user, pk)
    return answer_document(left or own_answer(endpoint.user, pk), endpoint.user)


def _stale(error: answering.StaleText) -> Response:
    """Both texts: what was kept elsewhere, and what was sent now."""
    stored = KeptOut(error.stored).data
    return problem(error.status, str(error), [], stored=stored, sent=error.sent)
