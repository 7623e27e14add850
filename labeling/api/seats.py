"""The desk over HTTP: claim a seat, keep a draft, rate, skip, flag, undo. Blind as the page is."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import assigning, practice, rating
from labeling.access import expect_expert, own_seat, visible_project
from labeling.api.base import problem
from labeling.api.batches import batch_of
from labeling.api.endpoint import Endpoint, NoFields, Strict
from labeling.api.seat_shapes import DraftOut, RatingOut, SeatOut, seat_document
from labeling.errors import Conflict, Problem, Problems
from labeling.models import Assignment, Batch, Criterion, FlagState, RubricVersion
from labeling.models import Flag as FlagModel
from labeling.rating import OVERALL_MOST
from labeling.strict_json import number_text

MAX_EDIT = 2_000_000_000


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "number"}], "nullable": True})
class AnswerValue(serializers.Field):
    """A level's value or label, a number within the bounds, NA or cannot_assess."""

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, str):
            return data
        if isinstance(data, int | float) and not isinstance(data, bool):
            return number_text(data)
        raise serializers.ValidationError("must be a text or a number")


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "object"}]})
class Passage(serializers.Field):
    """A passage of the response: its text, or {"quote", "turn", "start", "end"} with its place.

    `turn` is the message's place in the whole conversation from 0; `start` and `end` count the
    characters of the turn as the desk shows it, white space left out.
    """

    def to_internal_value(self, data: Any) -> Any:
        return data


class AnswerIn(Strict):
    """What is said of one criterion. `confidence` is 1 a guess, 2 fairly sure, 3 sure.

    `evidence` are passages of the response in its own words.
    """

    value = AnswerValue(required=False, allow_null=True)
    rationale = serializers.CharField(default="", allow_blank=True, trim_whitespace=False)
    evidence = serializers.ListField(child=Passage(), required=False)
    confidence = serializers.IntegerField(min_value=1, max_value=3, required=False, allow_null=True)


class Overall(serializers.IntegerField):
    """How good the response is on the whole, 0 to 5, said before the criteria."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=OVERALL_MOST, **kwargs)


class DraftBody(Strict):
    """`answers` maps criterion keys to what is said of them; `edit` is the save you know of.

    A writer (one tab, one script) counts its saves in `seq`, so that its repeats do no harm.
    `version` is the rubric's version they answer, if the batch may have moved on.
    """

    answers = serializers.DictField(child=AnswerIn())
    overall = Overall(required=False, allow_null=True)
    edit = serializers.IntegerField(min_value=0, max_value=MAX_EDIT)
    writer = serializers.CharField(max_length=64, default="", allow_blank=True)
    seq = serializers.IntegerField(min_value=0, max_value=MAX_EDIT, default=0)
    version = serializers.IntegerField(min_value=1, max_value=MAX_EDIT, required=False)


class RatingBody(Strict):
    """Draw `submission_id` once per judgement: sent again, it is the same rating.

    `revise` corrects a rating there is; without it a second judgement is refused. `version` is
    the rubric's version you judged by, if the batch may have moved on since. `shown_order` are
    the criteria in the order you showed them; left out, it is that of the seat.
    """

    submission_id = serializers.UUIDField()
    answers = serializers.DictField(child=AnswerIn())
    overall = Overall(required=False, allow_null=True)
    active_ms = serializers.IntegerField(min_value=0, max_value=MAX_EDIT, required=False)
    shown_order = serializers.ListField(
        child=serializers.CharField(max_length=63), max_length=10_000, required=False
    )
    revise = serializers.BooleanField(default=False)
    version = serializers.IntegerField(min_value=1, max_value=MAX_EDIT, required=False)


class SkipBody(Strict):
    reason = serializers.ChoiceField(list(rating.SKIP_REASONS))
    text = serializers.CharField(max_length=20_000, default="", allow_blank=True)


class FlagBody(Strict):
    """Draw `submission_id` once per flag: sent again, it is the same flag."""

    kind = serializers.ChoiceField(FlagModel.Kind.raised())
    text = serializers.CharField(max_length=20_000)
    criterion = serializers.CharField(max_length=63, required=False)
    submission_id = serializers.UUIDField(required=False)


class StateOut(serializers.Serializer):
    seat = serializers.IntegerField(source="pk")
    state = serializers.ChoiceField(Assignment.State.choices)


class FlagOut(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(FlagModel.Kind.choices)
    state = serializers.ChoiceField(FlagState.choices)


ANSWERS = {"cites_policy": {"value": 1, "rationale": "Names paragraph 4."}}
RATING = OpenApiExample(
    "A rating",
    {"submission_id": "6f0f3b0a-7d53-4f0e-9e1b-0a1b2c3d4e5f", "answers": ANSWERS},
    request_only=True,
)


class Claim(Endpoint):
    @extend_schema(
        operation_id="batches_claim",
        request=NoFields,
        responses={200: SeatOut, 204: OpenApiResponse(description="Nothing is left for you.")},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Your next seat in the batch: the one in work, or a fresh one."""
        batch = batch_of(self.user, pk, visible_project)
        expect_expert(self.user, batch.project_id)
        self.read(NoFields)
        if batch.kind == Batch.Kind.ANSWER:
            raise Conflict(f"Here answers are written: take an item at batches/{pk}/answer/.")
        if batch.state != Batch.State.OPEN:
            raise Conflict(f"This batch is {batch.get_state_display().lower()}.")
        practice.expect_passed(batch, self.user)
        seat = assigning.claim_next(batch, self.user)
        return Response(status=204) if seat is None else Response(seat_document(seat))


class SeatDetail(Endpoint):
    @extend_schema(operation_id="seats_read", responses=SeatOut)
    def get(self, request: Request, pk: int) -> Response:
        """One of your seats, with your draft or your rating."""
        return Response(seat_document(own_seat(self.user, pk)))


class Draft(Endpoint):
    @extend_schema(operation_id="seats_save_draft", request=DraftBody, responses=DraftOut)
    def put(self, request: Request, pk: int) -> Response:
        """Keep unsent answers and extend the lease. 409 when it was saved elsewhere since."""
        seat = own_seat(self.user, pk, to_write=True)
        said = self.read(DraftBody)
        said["version"] = _version(seat, said.pop("version", None))
        try:
            draft = rating.save_draft(seat, _answers(said), by=self.user, **said)
        except rating.StaleDraft as error:
            stored = DraftOut(error.stored).data
            return problem(error.status, str(error), [], stored=stored)
        return Response(DraftOut(draft).data)


class Ratings(Endpoint):
    @extend_schema(
        operation_id="seats_rate", request=RatingBody, responses={201: RatingOut}, examples=[RATING]
    )
    def post(self, request: Request, pk: int) -> Response:
        """Rate the response, once however often it is sent; or correct your own rating."""
        seat = own_seat(self.user, pk, to_write=True)
        said = self.read(RatingBody)
        said["version"] = _version(seat, said.pop("version", None))
        answers, revise = _answers(said), said.pop("revise")
        if revise:
            said.pop("shown_order", None)
        record = rating.revise if revise else rating.submit
        try:
            made = record(seat, answers, by=self.user, **said)
        except rating.RubricMovedOn as error:
            return problem(error.status, str(error), [], version=error.now.number)
        return Response(RatingOut(made).data, status=201)


class Skip(Endpoint):
    @extend_schema(operation_id="seats_skip", request=SkipBody, responses=StateOut)
    def post(self, request: Request, pk: int) -> Response:
        """Pass the response on to somebody else, for a reason."""
        seat = own_seat(self.user, pk, to_write=True)
        said = self.read(SkipBody)
        return Response(StateOut(rating.skip(seat, by=self.user, **said)).data)


class Flagging(Endpoint):
    @extend_schema(operation_id="seats_flag", request=FlagBody, responses={201: FlagOut})
    def post(self, request: Request, pk: int) -> Response:
        """Tell the rubric's author that a criterion or this response is at fault."""
        seat = own_seat(self.user, pk, to_write=True)
        said = self.read(FlagBody)
        criterion = _criterion(seat, said.pop("criterion", None))
        raised = rating.flag(seat, by=self.user, criterion=criterion, **said)
        shown = FlagModel.objects.with_state().get(pk=raised.pk)
        return Response(FlagOut(shown).data, status=201)


class Withdraw(Endpoint):
    @extend_schema(operation_id="seats_withdraw", request=NoFields, responses=SeatOut)
    def post(self, request: Request, pk: int) -> Response:
        """Undo the submission of the last 30 seconds: the seat is in work again."""
        seat = own_seat(self.user, pk, to_write=True)
        self.read(NoFields)
        rating.withdraw(seat, by=self.user)
        return Response(seat_document(own_seat(self.user, pk)))


def _answers(said: dict[str, Any]) -> dict[str, Any]:
    """The answers with the overall among them, as the verbs read them."""
    answers, overall = said.pop("answers"), said.pop("overall", None)
    return answers if overall is None else {rating.OVERALL: {"value": str(overall)}, **answers}


def _version(seat: Assignment, number: int | None) -> RubricVersion | None:
    if number is None:
        return None
    published = seat.batch.rubric_version.rubric.versions.published()
    found = published.filter(number=number).first()
    if found is None:
        raise Problems([Problem("version", "is no published version of the batch's rubric")])
    return found


def _criterion(seat: Assignment, key: str | None) -> Criterion | None:
    if key is None:
        return None
    found = Criterion.objects.filter(version=seat.batch.rubric_version_id, key=key).first()
    if found is None:
        raise Problems([Problem("criterion", "is no criterion of this batch's rubric")])
    return found
