"""Answer tasks over HTTP, for who runs the project: opening one, how far it is, having it rated."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import answering, assigning
from labeling.access import run_project
from labeling.api.batches import BatchOut, batch_document, batch_of, published_version
from labeling.api.endpoint import Endpoint, PageQuery, Strict, paged
from labeling.api.response_choice import MAX_IDS
from labeling.models import AnswerPlace, Batch, Item, User

State = AnswerPlace.State
WRITTEN = Count("answers", filter=Q(answers__state=State.WRITTEN))


class NewTask(Strict):
    """Without `items` every item of the project; without `version` the rubric's one in force."""

    name = serializers.CharField(max_length=200)
    rubric = serializers.SlugField(max_length=63)
    version = serializers.IntegerField(min_value=1, max_value=2_000_000_000, required=False)
    items = serializers.ListField(
        child=serializers.CharField(max_length=500),
        min_length=1,
        max_length=MAX_IDS,
        required=False,
    )
    seed = serializers.IntegerField(min_value=0, max_value=assigning.MAX_SEED, default=0)


class RateBody(Strict):
    """The batch in which the answers are rated blind among the other responses to their items."""

    name = serializers.CharField(max_length=200)
    overlap = serializers.IntegerField(
        min_value=answering.RATERS_MIN, max_value=assigning.MAX_OVERLAP, default=2
    )
    seed = serializers.IntegerField(min_value=0, max_value=assigning.MAX_SEED, default=0)


class TaskOut(serializers.Serializer):
    """A task; `written` of its `items` have an answer."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    state = serializers.ChoiceField(Batch.State.choices)
    rubric = serializers.CharField(source="rubric_version.rubric.slug")
    rubric_version = serializers.IntegerField(source="rubric_version.number")
    items = serializers.IntegerField(source="n_items")
    written = serializers.IntegerField(source="n_written")
    created_at = serializers.DateTimeField()


class ReturnOut(serializers.Serializer):
    """Who handed the item back, and why."""

    by = serializers.CharField(source="by.username")
    reason = serializers.CharField()
    at = serializers.DateTimeField(source="created_at")


class PlaceOut(serializers.Serializer):
    """An item of the task. `expert` writes or wrote the answer.

    It is null where nobody does, and to whoever judges the answer in an open batch or may be handed
    it.
    """

    item = serializers.CharField(source="item.external_id")
    state = serializers.ChoiceField(State.choices)
    expert = serializers.SerializerMethodField()
    repairs = serializers.SerializerMethodField()
    returns = ReturnOut(many=True)

    def get_expert(self, place: AnswerPlace) -> str | None:
        told = place.state != State.FREE and not getattr(place, "is_unnamed", False)
        return place.expert.username if told and place.expert else None

    def get_repairs(self, place: AnswerPlace) -> bool:
        """Whether it began from a response."""
        return place.repairs_id is not None


BODY = OpenApiExample(
    "A task",
    {"name": "Answers by hand", "rubric": "refund-quality", "items": ["case-1", "case-2"]},
    request_only=True,
)


class AnswerTasks(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="answer_tasks_list", responses=paged(TaskOut))
    def get(self, request: Request, slug: str) -> Response:
        """The project's answer tasks, the newest first."""
        tasks = Batch.objects.filter(project=run_project(self.user, slug), kind=Batch.Kind.ANSWER)
        return self.page(_counted(tasks).order_by("-pk"), TaskOut)

    @extend_schema(
        operation_id="answer_tasks_create",
        request=NewTask,
        responses={201: TaskOut},
        examples=[BODY],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Put items before the project's experts, each to be answered by one of them."""
        project = run_project(self.user, slug)
        said = self.read(NewTask)
        version = published_version(project, said["rubric"], said.get("version"))
        items: QuerySet[Item] = Item.objects.filter(project=project)
        if "items" in said:
            items = answering.named_items(project, said["items"])
        task = answering.open_task(
            *(project, version, said["name"]), items=items, seed=said["seed"], by=self.user
        )
        return Response(TaskOut(_counted(Batch.objects.filter(pk=task.pk)).get()).data, status=201)


class TaskAnswers(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="batches_answers_list", responses=paged(PlaceOut))
    def get(self, request: Request, pk: int) -> Response:
        """How far each item of an answer task is, and why any was handed back."""
        task = _task(self.user, pk)
        return self.page(answering.places_of(task), PlaceOut, partial(_name, reader=self.user))


class RateAnswers(Endpoint):
    @extend_schema(operation_id="batches_rate_answers", request=RateBody, responses={201: BatchOut})
    def post(self, request: Request, pk: int) -> Response:
        """Open a batch in which the answers written so far are rated; nobody gets their own."""
        task = _task(self.user, pk)
        made = answering.put_before_experts(task, **self.read(RateBody), by=self.user)
        return Response(batch_document(made.pk, self.user), status=201)


def _task(user: User, pk: int) -> Batch:
    batch_of(user, pk, run_project)
    tasks = Batch.objects.filter(kind=Batch.Kind.ANSWER)
    return get_object_or_404(tasks.select_related("project", "rubric_version__rubric"), pk=pk)


def _counted(tasks: Any) -> Any:
    known = tasks.select_related("rubric_version__rubric")
    return known.annotate(n_items=Count("answers"), n_written=WRITTEN)


def _name(places: list[Any], *, reader: User) -> None:
    hidden = answering.unnamed(places, reader)
    for one in places:
        one.is_unnamed = one.pk in hidden
