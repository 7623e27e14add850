"""Judgements left out of what is counted, over HTTP."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import rating
from labeling.access import run_project
from labeling.api.batches import batch_of
from labeling.api.endpoint import Endpoint, PageQuery, Strict, paged
from labeling.errors import Conflict, Problem, Problems
from labeling.models import Assignment, Batch, Rating, User
from labeling.models import Response as Judged


class NewExclusion(Strict):
    """An expert's username, a response's id, or both; the reason stays on record."""

    rater = serializers.CharField(max_length=150, required=False)
    response = serializers.CharField(max_length=500, required=False)
    reason = serializers.CharField(max_length=500)


class ExclusionOut(serializers.Serializer):
    """A judgement that is not counted, and why."""

    rating = serializers.IntegerField(source="pk")
    response = serializers.CharField(source="assignment.response.external_id")
    rater = serializers.CharField(source="assignment.rater.username")
    reason = serializers.CharField(source="excluded_reason")
    submitted_at = serializers.DateTimeField()


class ExcludedOut(serializers.Serializer):
    """How many judgements were left out just now."""

    excluded = serializers.IntegerField()


class Exclusions(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="exclusions_list", responses=paged(ExclusionOut))
    def get(self, request: Request, pk: int) -> Response:
        """The batch's judgements that were left out, the last ones first."""
        batch = batch_of(self.user, pk, run_project)
        if not Batch.objects.sight_of(self.user, batch).peers:
            raise Conflict("You rate in this batch yourself; it opens for you when it is closed.")
        rows = Rating.objects.filter(batch=batch, excluded_seq__isnull=False)
        rows = rows.select_related("assignment__rater", "assignment__response")
        return self.page(rows.order_by("-excluded_seq"), ExclusionOut)

    @extend_schema(
        operation_id="exclusions_create", request=NewExclusion, responses={201: ExcludedOut}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Leave judgements out of every later count, for good; they stay on record."""
        batch = batch_of(self.user, pk, run_project)
        said = self.read(NewExclusion)
        done = rating.exclude(_judged(batch, said), said["reason"], by=self.user)
        return Response({"excluded": done}, status=201)


def _judged(batch: Batch, said: dict[str, Any]) -> rating.Judged:
    return rating.Judged(
        batch,
        _one(User, batch, "rater", username=said["rater"]) if "rater" in said else None,
        _one(Judged, batch, "response", external_id=said["response"])
        if "response" in said
        else None,
    )


def _one(model: Any, batch: Batch, where: str, **named: str) -> Any:
    judged = {"assignments__batch": batch, "assignments__state": Assignment.State.SUBMITTED}
    found = model.objects.filter(**judged, **named).first()
    if found is None:
        raise Problems([Problem(where, "has no judgement in this batch")])
    return found
