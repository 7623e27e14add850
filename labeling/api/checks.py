"""Practice and checks of a batch over HTTP, for who runs its project."""

from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling.access import run_project
from labeling.api.batches import batch_of
from labeling.api.endpoint import Endpoint, Strict
from labeling.practice.checks import DAYS_MAX, PERCENT_MAX, Checks, set_checks


class ChecksBody(Strict):
    """What is left out stays as it is.

    Of all that is handed out `gold_percent` are responses with a known answer and `repeat_percent`
    such as the expert rated `repeat_days` before or earlier; nobody is told which. `shows_gold`
    shows the known answer of a check once it is answered, else when the batch is closed.
    """

    requires_practice = serializers.BooleanField(required=False)
    gold_percent = serializers.IntegerField(min_value=0, max_value=PERCENT_MAX, required=False)
    repeat_percent = serializers.IntegerField(min_value=0, max_value=PERCENT_MAX, required=False)
    repeat_days = serializers.IntegerField(min_value=1, max_value=DAYS_MAX, required=False)
    shows_gold = serializers.BooleanField(required=False)


class ChecksOut(serializers.Serializer):
    requires_practice = serializers.BooleanField()
    gold_percent = serializers.IntegerField()
    repeat_percent = serializers.IntegerField()
    repeat_days = serializers.IntegerField()
    shows_gold = serializers.BooleanField()


class BatchChecks(Endpoint):
    @extend_schema(operation_id="batches_checks_read", responses=ChecksOut)
    def get(self, request: Request, pk: int) -> Response:
        """What the batch asks for before work, and what it mixes in."""
        batch = batch_of(self.user, pk, run_project)
        return Response(ChecksOut(asdict(Checks.of(batch))).data)

    @extend_schema(operation_id="batches_checks_set", request=ChecksBody, responses=ChecksOut)
    def put(self, request: Request, pk: int) -> Response:
        """Change it, from the next seat on."""
        batch = batch_of(self.user, pk, run_project)
        said = self.read(ChecksBody)
        done = set_checks(batch, Checks(**asdict(Checks.of(batch)) | said), by=self.user)
        return Response(ChecksOut(asdict(Checks.of(done))).data)
