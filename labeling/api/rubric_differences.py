"""Two versions of a rubric compared, over HTTP."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import authoring
from labeling.access import visible_project
from labeling.api.endpoint import Endpoint, Strict
from labeling.api.rubrics import readable_versions
from labeling.models import RubricVersion
from labeling.revising import Change, CriterionDifference, Fate, compare, possible_fates

CHANGES = [change.value for change in Change]


class CompareQuery(Strict):
    """Two version numbers; without them the newest one and the one before it."""

    before = serializers.IntegerField(min_value=1, max_value=100_000, required=False)
    after = serializers.IntegerField(min_value=1, max_value=100_000, required=False)


class FieldChangeOut(serializers.Serializer):
    """One place with both its texts."""

    where = serializers.CharField()
    change = serializers.ChoiceField(CHANGES)
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class CriterionDifferenceOut(serializers.Serializer):
    """What changed in one criterion, and what may become of its labels, the usual first."""

    key = serializers.CharField()
    before_key = serializers.CharField(allow_null=True)
    changes = serializers.ListField(child=serializers.CharField())
    texts = FieldChangeOut(many=True)
    scale_reasons = serializers.ListField(child=serializers.CharField())
    fates = serializers.ListField(child=serializers.ChoiceField([fate.value for fate in Fate]))


class DifferencesOut(serializers.Serializer):
    """Everything that differs, in the order of the newer version; removed criteria last."""

    before = serializers.IntegerField()
    after = serializers.IntegerField()
    rubric = FieldChangeOut(many=True)
    criteria = CriterionDifferenceOut(many=True)


class Differences(Endpoint):
    queries = {"GET": CompareQuery}

    @extend_schema(operation_id="rubric_differences_read", responses=DifferencesOut)
    def get(self, request: Request, slug: str, rubric_slug: str) -> Response:
        """What changed from one version of the rubric to another, and of what kind."""
        project = visible_project(self.user, slug)
        rubric = get_object_or_404(project.rubrics, slug=rubric_slug)
        versions = readable_versions(self.user, project).filter(rubric=rubric)
        new = _asked(versions, self.query.get("after"))
        number = self.query.get("before")
        earlier = versions.filter(number__lt=new.number).first() or new
        old = earlier if number is None else _asked(versions, number)
        found = compare(authoring.spec_of(old), authoring.spec_of(new))
        told = {
            "before": old.number,
            "after": new.number,
            "rubric": found.fields,
            "criteria": [_told(one) for one in found.criteria if not one.is_unchanged],
        }
        return Response(DifferencesOut(told).data)


def _asked(versions: QuerySet[RubricVersion], number: int | None) -> RubricVersion:
    """The version of that number, else the newest."""
    if number is not None:
        return get_object_or_404(versions, number=number)
    return get_object_or_404(versions[:1])


def _told(one: CriterionDifference) -> dict[str, object]:
    return {
        "key": one.spec.key,
        "before_key": one.before.key if one.before else None,
        "changes": one.changes,
        "texts": one.fields,
        "scale_reasons": one.scale_reasons,
        "fates": possible_fates(one) if one.after else [],
    }
