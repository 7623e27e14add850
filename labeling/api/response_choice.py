"""Which responses a batch is opened over, as a script names them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from labeling.api.endpoint import Strict
from labeling.errors import Problem, Problems
from labeling.models import GeneratorKind, Project, Response

MAX_IDS = 100_000


class Choice(Strict):
    """Which responses are rated; everything given must hold, nothing given means all."""

    ids = serializers.ListField(
        child=serializers.CharField(max_length=500), max_length=MAX_IDS, required=False
    )
    item_ids = serializers.ListField(
        child=serializers.CharField(max_length=500), max_length=MAX_IDS, required=False
    )
    generators = serializers.ListField(
        child=serializers.CharField(max_length=200), max_length=1000, required=False
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=200), max_length=1000, required=False
    )
    generator_kinds = serializers.ListField(
        child=serializers.ChoiceField(GeneratorKind.choices), max_length=3, required=False
    )


def chosen_responses(project: Project, said: dict[str, Any]) -> QuerySet[Response]:
    """The responses for which everything holds; a name that leads to none is a Problem."""
    found = Response.objects.filter(project=project)
    if "ids" in said:
        found = found.filter(external_id__in=said["ids"])
        _expect_all("responses.ids", said["ids"], found.values_list("external_id", flat=True))
    if "item_ids" in said:
        found = found.filter(item__external_id__in=said["item_ids"])
        items = found.order_by().values_list("item__external_id", flat=True)
        _expect_all("responses.item_ids", said["item_ids"], items)
    if "generators" in said:
        found = found.filter(generator__name__in=said["generators"])
        names = found.order_by().values_list("generator__name", flat=True)
        _expect_all("responses.generators", said["generators"], names)
    if "tags" in said:
        found = found.filter(item__tags__overlap=said["tags"])
    if "generator_kinds" in said:
        found = found.filter(generator__kind__in=said["generator_kinds"])
    return found


def _expect_all(where: str, named: list[str], found: QuerySet) -> None:
    missing = sorted(set(named) - set(found))
    if missing:
        shown = ", ".join(f"`{name[:60]}`" for name in missing[:5])
        raise Problems([Problem(where, f"{len(missing)} lead to no response: {shown}")])
