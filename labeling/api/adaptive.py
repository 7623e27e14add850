"""Adaptive overlap of a batch over HTTP, for who runs its project."""

from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling.access import run_project
from labeling.adaptive import FIXED_MIN, N_MAX, Adaptive, set_adaptive
from labeling.api.batches import batch_of
from labeling.api.endpoint import Endpoint, Strict


class AdaptiveBody(Strict):
    """`n_min` experts first, `n_max` at most; a unit is accepted from clarity `conf` on and
    ambiguous under `floor`. `fixed_percent` of the responses keep the batch's own overlap.
    """

    n_min = serializers.IntegerField(min_value=2, max_value=N_MAX, default=2)
    n_max = serializers.IntegerField(min_value=2, max_value=N_MAX, default=5)
    conf = serializers.FloatField(min_value=0.5, max_value=0.999, default=0.9)
    floor = serializers.FloatField(min_value=0.5, max_value=0.999, default=0.6)
    fixed_percent = serializers.IntegerField(min_value=FIXED_MIN, max_value=100, default=FIXED_MIN)


class AdaptiveOut(serializers.Serializer):
    """Every field is null where each response is judged by as many experts."""

    n_min = serializers.IntegerField(allow_null=True)
    n_max = serializers.IntegerField(allow_null=True)
    conf = serializers.FloatField(allow_null=True)
    floor = serializers.FloatField(allow_null=True)
    fixed_percent = serializers.IntegerField(allow_null=True)


class BatchAdaptive(Endpoint):
    @extend_schema(operation_id="batches_adaptive_read", responses=AdaptiveOut)
    def get(self, request: Request, pk: int) -> Response:
        """By which stopping rule the batch asks."""
        rule = Adaptive.of(batch_of(self.user, pk, run_project))
        said = asdict(rule) if rule else dict.fromkeys(Adaptive.__slots__)
        return Response(AdaptiveOut(said).data)

    @extend_schema(operation_id="batches_adaptive_set", request=AdaptiveBody, responses=AdaptiveOut)
    def put(self, request: Request, pk: int) -> Response:
        """Ask by a stopping rule; set once, before the first response is handed out."""
        batch = batch_of(self.user, pk, run_project)
        rule = Adaptive(**self.read(AdaptiveBody))
        set_adaptive(batch, rule, by=self.user)
        return Response(AdaptiveOut(asdict(rule)).data)
