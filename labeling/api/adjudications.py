"""Adjudication over HTTP: the queue, taking a response, rating it blind, the case, the ruling."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import adjudicating, rating
from labeling.access import adjudicated_project, adjudication_seat, visible_project
from labeling.adjudicating import Line, Narrowed, Point, Said
from labeling.api.base import problem
from labeling.api.batches import batch_of
from labeling.api.endpoint import Endpoint, Strict
from labeling.api.seat_shapes import DraftOut, RatingOut, SeatOut, seat_document
from labeling.api.seats import AnswerIn, AnswerValue, DraftBody
from labeling.errors import Conflict, Problem, Problems
from labeling.models import Adjudication, Assignment, Batch, User
from labeling.rating import JudgedCriterion, criteria_of
from labeling.strict_json import number_text

REASONS = Adjudication.Reason.choices


class DisputeQuery(Strict):
    """`after` is the `next` of the page before; without `state`, what waits for a ruling."""

    state = serializers.ChoiceField(list(adjudicating.STATES), default="waiting")
    criterion = serializers.CharField(max_length=63, required=False)
    why = serializers.ChoiceField(list(adjudicating.WHYS), required=False)
    reason = serializers.ChoiceField(REASONS, required=False)
    after = serializers.CharField(max_length=40, required=False)


class DisputeOut(serializers.Serializer):
    """A response that experts differ on: on which criteria, and never what they said.

    `minority` names criteria where an expert alone differs and gave a reason.
    """

    response = serializers.IntegerField()
    severity = serializers.FloatField()
    criteria = serializers.ListField(child=serializers.CharField())
    minority = serializers.ListField(child=serializers.CharField())
    in_work = serializers.BooleanField()
    ruled = serializers.BooleanField()


class DisputesOut(serializers.Serializer):
    """`count` stops at 1,001."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    results = DisputeOut(many=True)


class TakeBody(Strict):
    """Without `response`, the worst that waits."""

    response = serializers.IntegerField(min_value=1, max_value=2**62, required=False)


class BlindBody(Strict):
    """Draw `submission_id` once: sent again, it is the same rating. It cannot be corrected."""

    submission_id = serializers.UUIDField()
    answers = serializers.DictField(child=AnswerIn())
    active_ms = serializers.IntegerField(min_value=0, max_value=2_000_000_000, required=False)


class RulingIn(Strict):
    """`value` is a level's value or label, a number within the bounds, or `none`.

    `to_author` sends the criterion with this response and the note to the rubric's author.
    """

    value = AnswerValue()
    reason = serializers.ChoiceField(REASONS)
    note = serializers.CharField(max_length=20_000, default="", allow_blank=True)
    to_author = serializers.BooleanField(default=False)


class RulingsBody(Strict):
    """Rulings by criterion; the same again adds nothing, another one is a revision."""

    rulings = serializers.DictField(child=RulingIn())


class BackBody(Strict):
    """Why it is left to somebody else."""

    reason = serializers.CharField(max_length=500)


class SaidOut(serializers.Serializer):
    """One expert's answer; experts have numbers that mean nothing elsewhere."""

    who = serializers.CharField()
    value = serializers.CharField()
    rationale = serializers.CharField(allow_blank=True)
    evidence = serializers.ListField(child=serializers.CharField())
    confidence = serializers.IntegerField(allow_null=True)
    differs = serializers.BooleanField()


class RulingOut(serializers.Serializer):
    """A ruling; `value` null: no single answer is right."""

    revision = serializers.IntegerField()
    value = serializers.CharField(allow_null=True)
    reason = serializers.ChoiceField(REASONS)
    note = serializers.CharField(allow_blank=True)
    to_author = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class PointOut(serializers.Serializer):
    criterion = serializers.CharField()
    disputed = serializers.BooleanField()
    minority = serializers.BooleanField()
    said = SaidOut(many=True)
    rulings = RulingOut(many=True)


class CaseOut(serializers.Serializer):
    """The seat; `points` is null until the own blind rating is given."""

    seat = SeatOut()
    points = PointOut(many=True, allow_null=True)
    open = serializers.IntegerField(allow_null=True)


MET = {"value": "Met", "reason": "rater_error", "note": "Paragraph 4 is named in line 2."}
RULINGS = OpenApiExample("A ruling", {"rulings": {"cites_policy": MET}}, request_only=True)


class Disputes(Endpoint):
    queries = {"GET": DisputeQuery}

    @extend_schema(operation_id="batches_disputes", responses=DisputesOut)
    def get(self, request: Request, pk: int) -> Response:
        """Responses of a batch that experts differ on, the worst first."""
        batch = _batch(self.user, pk)
        if batch.state != Batch.State.CLOSED and batch.pk in adjudicating.rates_in(
            self.user, batch.project_id
        ):
            raise Conflict("You rate in this batch; its disputes are shown once it is closed.")
        adjudicating.refresh(batch)
        criteria = criteria_of(batch.rubric_version)
        narrowed = _narrowed(self.query, criteria)
        after = _key(self.query.get("after"))
        lines = adjudicating.disputed(batch, self.user, narrowed, after=after)
        shown = lines[: adjudicating.PAGE]
        return Response(
            {
                "count": adjudicating.count(batch, self.user, narrowed),
                "next": str(shown[-1].key) if len(lines) > len(shown) else None,
                "results": [_line(line, criteria) for line in shown],
            }
        )


class Take(Endpoint):
    @extend_schema(
        operation_id="batches_adjudicate",
        request=TakeBody,
        responses={200: CaseOut, 204: OpenApiResponse(description="Nothing waits for you.")},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take a response for adjudication: the one you have, the one asked for, or the worst."""
        batch = _batch(self.user, pk)
        said = self.read(TakeBody)
        seat = adjudicating.claim(batch, by=self.user, response=said.get("response"))
        if seat is None:
            return Response(status=204)
        return Response(_case(adjudication_seat(self.user, seat.pk)))


class AdjudicationDetail(Endpoint):
    @extend_schema(operation_id="adjudications_read", responses=CaseOut)
    def get(self, request: Request, pk: int) -> Response:
        """A response you took; with all that was said once you have rated it."""
        return Response(_case(adjudication_seat(self.user, pk)))


class AdjudicationDraft(Endpoint):
    @extend_schema(operation_id="adjudications_save_draft", request=DraftBody, responses=DraftOut)
    def put(self, request: Request, pk: int) -> Response:
        """Keep unsent answers and extend the lease. 409 when it was saved elsewhere since."""
        seat = adjudication_seat(self.user, pk)
        adjudicating.expect_chair(seat, self.user)
        said = self.read(DraftBody)
        said.pop("version", None)
        if said.pop("overall", None) is not None:
            raise Problems([Problem("overall", "is not asked of an adjudicator")])
        try:
            draft = rating.save_draft(seat, said.pop("answers"), by=self.user, **said)
        except rating.StaleDraft as error:
            return problem(error.status, str(error), [], stored=DraftOut(error.stored).data)
        return Response(DraftOut(draft).data)


class BlindRating(Endpoint):
    @extend_schema(operation_id="adjudications_rate", request=BlindBody, responses={201: RatingOut})
    def post(self, request: Request, pk: int) -> Response:
        """Rate the response yourself, on all criteria, before you see the others."""
        seat = adjudication_seat(self.user, pk)
        said = self.read(BlindBody)
        made = adjudicating.rate(seat, said.pop("answers"), by=self.user, **said)
        return Response(RatingOut(made).data, status=201)


class Rulings(Endpoint):
    @extend_schema(
        operation_id="adjudications_rule",
        request=RulingsBody,
        responses={201: CaseOut},
        examples=[RULINGS],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Rule on some of the criteria. No rating is changed."""
        seat = adjudication_seat(self.user, pk)
        adjudicating.rule(seat, self.read(RulingsBody)["rulings"], by=self.user)
        return Response(_case(adjudication_seat(self.user, pk)), status=201)


class HandBack(Endpoint):
    @extend_schema(operation_id="adjudications_hand_back", request=BackBody, responses=CaseOut)
    def post(self, request: Request, pk: int) -> Response:
        """Leave the response to another adjudicator."""
        seat = adjudication_seat(self.user, pk)
        adjudicating.hand_back(seat, self.read(BackBody)["reason"], by=self.user)
        return Response(_case(adjudication_seat(self.user, pk)))


def _batch(user: User, pk: int) -> Batch:
    batch = batch_of(user, pk, visible_project)
    adjudicated_project(user, batch.project.slug)
    return get_object_or_404(Batch.objects.select_related("rubric_version"), pk=batch.pk)


def _key(text: str | None) -> adjudicating.Key | None:
    key = adjudicating.parse_key(text or "")
    if text and key is None:
        raise Problems([Problem("after", "is not the `next` of a page")])
    return key


def _narrowed(query: dict[str, Any], criteria: tuple[JudgedCriterion, ...]) -> Narrowed:
    known = {one.spec.key: one.lineage_id for one in criteria}
    key = query.get("criterion")
    if key is not None and key not in known:
        raise Problems([Problem("criterion", "is no criterion of this batch's rubric")])
    return Narrowed(
        state=query["state"],
        lineage=known.get(key) if key else None,
        why=query.get("why", ""),
        reason=query.get("reason", ""),
    )


def _line(line: Line, criteria: tuple[JudgedCriterion, ...]) -> dict[str, Any]:
    keys = {one.lineage_id: one.spec.key for one in criteria}
    return {
        "response": line.response,
        "severity": line.severity / 1_000_000,
        "criteria": [keys[one] for one in line.lineages if one in keys],
        "minority": [keys[one] for one in line.minority if one in keys],
        "in_work": line.held,
        "ruled": line.ruled,
    }


def _case(seat: Assignment) -> dict[str, Any]:
    document: dict[str, Any] = {"seat": seat_document(seat), "points": None, "open": None}
    if adjudicating.own_rating(seat) is None:
        return document
    case = adjudicating.case_of(seat)
    return document | {"points": [_point(one) for one in case.points], "open": case.open}


def _point(point: Point) -> dict[str, Any]:
    return {
        "criterion": point.criterion.spec.key,
        "disputed": point.disputed,
        "minority": point.minority,
        "said": [_said(one) for one in point.said],
        "rulings": [
            {
                "revision": one.ruling.revision,
                "value": None if one.ruling.ruling is None else number_text(one.ruling.ruling),
                "reason": one.ruling.reason,
                "note": one.ruling.note,
                "to_author": one.with_author,
                "created_at": one.ruling.created_at,
            }
            for one in point.rulings
        ],
    }


def _said(one: Said) -> dict[str, Any]:
    said = {name: getattr(one, name) for name in ("who", "value", "rationale", "confidence")}
    return said | {"evidence": list(one.evidence), "differs": one.differs}
