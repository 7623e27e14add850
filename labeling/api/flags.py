"""Flags over HTTP: one's own as an expert, a rubric's as its author, and what is decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import triage
from labeling.access import authored_project
from labeling.api.endpoint import Endpoint, PageQuery, Strict, paged
from labeling.errors import Problem, Problems
from labeling.models import Flag, FlagAnswer, FlagState, Project, Rubric, User
from labeling.triage.listing import NONE, Narrowed, Said, Shown, flags_of, shown
from labeling.triage.own import OwnFlag, own_flags, with_words

MOST = 100


class FlagQuery(PageQuery):
    """Which flags; `criterion` is a key, or `none` where none in particular was flagged."""

    state = serializers.ChoiceField(FlagState.choices, required=False)
    kind = serializers.ChoiceField(Flag.Kind.choices, required=False)
    criterion = serializers.CharField(max_length=63, required=False)
    version = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False)


class FlagActOut(serializers.Serializer):
    """One thing an author did about a flag; the text is null while what it answers is."""

    act = serializers.ChoiceField(FlagAnswer.Act.choices, source="answer.act")
    text = serializers.CharField(allow_blank=True, allow_null=True)
    criterion = serializers.CharField(source="answer.criterion_key", allow_blank=True)
    into = serializers.IntegerField(source="answer.into_id", allow_null=True)
    version = serializers.SerializerMethodField()
    at = serializers.DateTimeField(source="answer.created_at")

    def get_version(self, said: Said) -> int | None:
        """The version that settled it, or the draft it was taken into."""
        return said.answer.version.number if said.answer.version else said.answer.number


class FlagRow(serializers.Serializer):
    """A flag. What its reader must not know while they rate in an open batch themselves is null."""

    id = serializers.IntegerField(source="flag.pk")
    kind = serializers.ChoiceField(Flag.Kind.choices, source="flag.kind")
    state = serializers.ChoiceField(FlagState.choices, source="flag.state")
    text = serializers.SerializerMethodField()
    criterion = serializers.CharField(source="key", allow_blank=True)
    version = serializers.IntegerField(source="flag.rubric_version.number")
    response = serializers.SerializerMethodField()
    by = serializers.SerializerMethodField()
    at = serializers.SerializerMethodField()
    same = serializers.SerializerMethodField()
    answers = FlagActOut(many=True)

    def get_text(self, one: Shown) -> str | None:
        return one.text or None

    def get_response(self, one: Shown) -> str | None:
        named = one.sight.names and one.flag.response
        return one.flag.response.external_id if named and one.flag.response else None

    def get_by(self, one: Shown) -> str | None:
        return one.flag.by.username if one.sight.names else None

    def get_at(self, one: Shown) -> str | None:
        return one.flag.created_at.isoformat() if one.sight.names else None

    def get_same(self, one: Shown) -> list[int]:
        """The flags that were merged into it."""
        return [other.flag.pk for other in one.members]


class WordOut(serializers.Serializer):
    what = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class OwnFlagOut(serializers.Serializer):
    """A flag of one's own, and what its author made of it."""

    id = serializers.IntegerField(source="flag.pk")
    seat = serializers.IntegerField(source="flag.assignment_id")
    kind = serializers.ChoiceField(Flag.Kind.choices, source="flag.kind")
    text = serializers.CharField(source="flag.text")
    criterion = serializers.SerializerMethodField()
    at = serializers.DateTimeField(source="flag.created_at")
    words = WordOut(many=True)

    def get_criterion(self, one: OwnFlag) -> str:
        return one.flag.criterion.key if one.flag.criterion else ""


class ActBody(Strict):
    """`map` names a criterion of the rubric, or by `name` a new one of its draft.

    `revise` accepts an appeal: the known answer becomes `value`, or nothing is known without one.
    """

    act = serializers.ChoiceField(list(triage.ACTS))
    text = serializers.CharField(max_length=20_000, default="", allow_blank=True)
    criterion = serializers.CharField(max_length=63, default="", allow_blank=True)
    name = serializers.CharField(max_length=200, default="", allow_blank=True)
    value = serializers.CharField(max_length=60, default="", allow_blank=True)


class MergeBody(Strict):
    """The flags that say the same; the oldest stands for all of them."""

    flags = serializers.ListField(
        child=serializers.IntegerField(min_value=1), min_length=2, max_length=MOST
    )


class OwnFlags(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="flags_list_own", responses=paged(OwnFlagOut))
    def get(self, request: Request) -> Response:
        """What you have flagged from the desk, newest first, with what became of it."""
        projects = Project.objects.visible_to(self.user)
        flags = own_flags(self.user).filter(project__in=projects)
        return self.page(flags, OwnFlagOut, _all(with_words))


class Flags(Endpoint):
    queries = {"GET": FlagQuery}

    @extend_schema(operation_id="flags_list", responses=paged(FlagRow))
    def get(self, request: Request, slug: str, rubric_slug: str) -> Response:
        """What experts found wrong with the rubric; merged flags stand with their first one."""
        rubric = _rubric(self.user, slug, rubric_slug)
        names = ("state", "kind", "criterion", "version")
        narrowed = Narrowed(**{name: self.query[name] for name in names if name in self.query})
        known = {NONE, *flagged_keys(rubric)}
        if narrowed.criterion and narrowed.criterion not in known:
            raise Problems([Problem("criterion", "was never flagged in this rubric")])
        return self.page(
            flags_of(rubric, narrowed), FlagRow, _all(lambda rows: shown(rows, self.user))
        )


class Acts(Endpoint):
    @extend_schema(operation_id="flags_decide", request=ActBody, responses={201: FlagRow})
    def post(self, request: Request, slug: str, rubric_slug: str, pk: int) -> Response:
        """Answer, map to a criterion, put out of scope, take into the draft, or open again."""
        rubric = _rubric(self.user, slug, rubric_slug)
        flag = get_object_or_404(_flags(rubric), pk=pk)
        triage.decide(flag, by=self.user, **self.read(ActBody))
        (decided,) = shown([_flags(rubric).get(pk=pk)], self.user)
        return Response(FlagRow(decided).data, status=201)


class Merge(Endpoint):
    @extend_schema(operation_id="flags_merge", request=MergeBody, responses={200: FlagRow})
    def post(self, request: Request, slug: str, rubric_slug: str) -> Response:
        """Make one of several flags that say the same."""
        rubric = _rubric(self.user, slug, rubric_slug)
        asked = self.read(MergeBody)["flags"]
        flags = list(_flags(rubric).filter(pk__in=asked))
        if missing := set(asked) - {one.pk for one in flags}:
            raise Problems([Problem("flags", f"this rubric has no flag {min(missing)}")])
        first = triage.merge(flags, by=self.user)
        (merged,) = shown([_flags(rubric).get(pk=first.pk)], self.user)
        return Response(FlagRow(merged).data)


def flagged_keys(rubric: Rubric) -> set[str]:
    flags = Flag.objects.of_rubric(rubric).exclude(criterion=None)
    return set(flags.values_list("criterion__key", flat=True).distinct())


def _all(prepare: Callable[[list[Any]], list[Any]]) -> Callable[[list[Any]], None]:
    """The rows of a page replaced by what is made of all of them at once."""

    def replaced(rows: list[Any]) -> None:
        rows[:] = prepare(rows)

    return replaced


def _flags(rubric: Rubric) -> QuerySet[Flag]:
    flags: QuerySet[Flag] = Flag.objects.of_rubric(rubric).with_state()
    return flags.select_related("criterion", "rubric_version__rubric", "response__item", "by")


def _rubric(user: User, slug: str, rubric_slug: str) -> Rubric:
    project = authored_project(user, slug)
    return get_object_or_404(project.rubrics.select_related("project"), slug=rubric_slug)
