"""Selections: a rule is sent, its funnel and its verdict on every item are read."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from evals import selecting
from evals.api.running import RunOut, blind_batches, expect_sight
from evals.gaps.rule import Rule, parse_rule
from evals.models import SelectedItem, Selection
from evals.queries import selection as reads
from evals.queries.releases import decided
from evals.tasks import select_items
from labeling import runs
from labeling.access import overseen_project, run_project
from labeling.api.endpoint import Endpoint, PageQuery, Strict, paged
from labeling.errors import DomainError
from labeling.models import Batch, Project, User


class SelectQuery(Strict):
    """The batch to select from, by its id; left out, the most recently rated one."""

    batch = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


class ItemsQuery(PageQuery):
    """Items of one verdict."""

    verdict = serializers.ChoiceField(SelectedItem.Verdict.choices, required=False)


class SelectionOut(RunOut):
    """A rule applied to one measuring of one batch."""

    batch = serializers.IntegerField(source="agreement_run.batch_id")
    agreement_run = serializers.IntegerField(source="agreement_run_id")
    rule_hash = serializers.CharField()


class SelectionDetailOut(SelectionOut):
    """With the rule, the funnel's steps (each says what it counts) and the warnings."""

    rule = serializers.DictField()
    kind = serializers.CharField()
    funnel = serializers.ListField(child=serializers.DictField())
    warnings = serializers.ListField(child=serializers.CharField())


class SelectedItemOut(serializers.Serializer):
    """The verdict on one item, with its reasons in words."""

    id = serializers.CharField(source="item.external_id")
    verdict = serializers.ChoiceField(SelectedItem.Verdict.choices)
    reasons = serializers.ListField(child=serializers.CharField())
    released = serializers.ListField(child=serializers.CharField())
    split = serializers.CharField(allow_null=True)
    mean_reward = serializers.FloatField(allow_null=True)


RULE = OpenApiExample("A rule", Rule().to_json(), request_only=True)


class Selections(Endpoint):
    queries = {"GET": PageQuery, "POST": SelectQuery}

    @extend_schema(operation_id="selections_list", responses=paged(SelectionOut))
    def get(self, request: Request, slug: str) -> Response:
        """The project's selections, the newest first."""
        project = overseen_project(self.user, slug)
        return self.page(readable(self.user, project).order_by("-pk"), SelectionOut)

    @extend_schema(
        operation_id="selections_start",
        request=OpenApiTypes.OBJECT,
        responses={202: SelectionOut},
        examples=[RULE],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Apply a rule; what is left out of it takes its default. The same rule joins its run."""
        project = run_project(self.user, slug)
        rule = parse_rule(request.data)
        batch = _batch(self.user, project, self.query.get("batch"))
        selection, _ = selecting.start(project, rule, batch=batch, by=self.user)
        runs.enqueue(select_items, selection)
        return Response(SelectionOut(selection).data, status=202)


class SelectionDetail(Endpoint):
    @extend_schema(operation_id="selections_read", responses=SelectionDetailOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One selection; its items stand beside it, page by page."""
        selection = selection_of(self.user, overseen_project(self.user, slug), pk)
        # In the language of what is frozen, which stands beside it.
        with translation.override("en"):
            warnings = [*selection.warnings, *reads.notes(selection)]
        about = {"rule": selection.rule, "kind": "draft", "funnel": selection.funnel}
        return Response({**SelectionOut(selection).data, **about, "warnings": warnings})


class SelectedItems(Endpoint):
    queries = {"GET": ItemsQuery}

    @extend_schema(operation_id="selection_items_list", responses=paged(SelectedItemOut))
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Every item of the batch with its verdict, by id."""
        selection = selection_of(self.user, overseen_project(self.user, slug), pk)
        found = decided(selection, self.user).order_by("item__external_id")
        if verdict := self.query.get("verdict"):
            found = found.filter(verdict=verdict)
        return self.page(found, SelectedItemOut)


def readable(user: User, project: Project) -> QuerySet[Selection]:
    """Selections in any state, but for those that tell about a batch the person rates in."""
    found = Selection.objects.filter(project=project).select_related("agreement_run__batch")
    return found.exclude(agreement_run__batch__in=blind_batches(user, project).values("pk"))


def selection_of(user: User, project: Project, pk: int) -> Selection:
    """One of the project's selections, unless the person rates in its batch."""
    found = Selection.objects.filter(project=project).select_related("agreement_run__batch")
    selection = get_object_or_404(found, pk=pk)
    expect_sight(user, selection.agreement_run.batch)
    return selection


def _batch(user: User, project: Project, pk: int | None) -> Batch | None:
    """The batch asked for, else the most recently rated one of which the person may know."""
    if pk is not None:
        batch = Batch.objects.filter(project=project, pk=pk).first()
        if batch is None:
            raise DomainError(f"There is no batch {pk} in this project.")
        expect_sight(user, batch)
        return batch
    blind = set(blind_batches(user, project).values_list("pk", flat=True))
    if not blind:
        return None
    seen = [run.batch for run in reads.measured_runs(project) if run.batch_id not in blind]
    if not seen:
        raise DomainError("You rate in every batch that was measured; close one of them first.")
    return seen[0]
