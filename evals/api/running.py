"""What the API says of every job, and who may see what came of it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from rest_framework import serializers

from labeling.models import Batch, Project, Run, RunState, User


class RunOut(serializers.Serializer):
    """A job: `done` of `total` so far; `error` says why it failed."""

    id = serializers.IntegerField(source="pk")
    state = serializers.ChoiceField(RunState.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


def is_finished(run: Run) -> bool:
    """Whether the run's rows are there and will never change."""
    return run.state == RunState.FINISHED


def blind_batches(user: User, project: Project) -> QuerySet[Batch]:
    """The project's batches the person rates in: their results stay shut until they close."""
    return Batch.objects.hiding(user, "peers").filter(project=project)


def expect_sight(user: User, batch: Batch) -> None:
    """Refuse results of a batch in which the person still rates."""
    if not Batch.objects.sight_of(user, batch).peers:
        raise PermissionDenied(
            "You are rating in this batch; its results open for you when it is closed."
        )
