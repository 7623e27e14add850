"""Known answers of a rubric over HTTP, for its authors."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import authoring, practice
from labeling.access import authored_rubric
from labeling.api.endpoint import Endpoint, PageQuery, Strict, paged
from labeling.api.seats import AnswerValue
from labeling.errors import Conflict
from labeling.models import GoldAnswer
from labeling.practice.files import AT_ONCE_MAX


class KnownOut(serializers.Serializer):
    """A known answer as it stands; `revision` counts how often it was changed."""

    response_id = serializers.CharField(source="shown_as")
    criterion = serializers.CharField(source="lineage.key")
    value = serializers.FloatField()
    explanation = serializers.CharField()
    origin = serializers.ChoiceField(GoldAnswer.Source.choices, source="source")
    revision = serializers.IntegerField()
    by = serializers.SerializerMethodField()
    at = serializers.DateTimeField(source="created_at")

    def get_by(self, one: GoldAnswer) -> str | None:
        return one.by.username if one.by else None


class KnownIn(Strict):
    """`criterion` is the key in the version in force; `value` a level's value or label."""

    response_id = serializers.CharField(max_length=500)
    criterion = serializers.CharField(max_length=63)
    value = AnswerValue()
    explanation = serializers.CharField(max_length=20_000)


class KnownBody(Strict):
    """All of them are taken, or none."""

    answers = serializers.ListField(child=KnownIn(), min_length=1, max_length=AT_ONCE_MAX)


class KnownDone(serializers.Serializer):
    new = serializers.IntegerField()
    same = serializers.IntegerField()


BODY = OpenApiExample(
    "A known answer",
    {
        "answers": [
            {
                "response_id": "case-1/model-a/0",
                "criterion": "cites_policy",
                "value": 1,
                "explanation": "It names paragraph 4, which decides the case.",
            }
        ]
    },
    request_only=True,
)


class KnownAnswers(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="rubrics_known_list", responses=paged(KnownOut))
    def get(self, request: Request, slug: str, rubric_slug: str) -> Response:
        """What is known, the newest first, but for responses you may be asked to judge."""
        rubric = authored_rubric(self.user, slug, rubric_slug)
        known = GoldAnswer.objects.of_rubric(rubric).standing().visible_to(self.user)
        rows = (
            known.named_for(self.user).select_related("response", "lineage", "by").order_by("-pk")
        )
        return self.page(rows, KnownOut)

    @extend_schema(
        operation_id="rubrics_known_add",
        request=KnownBody,
        responses={200: KnownDone},
        examples=[BODY],
    )
    def post(self, request: Request, slug: str, rubric_slug: str) -> Response:
        """Add known answers or change them; the same again adds nothing."""
        rubric = authored_rubric(self.user, slug, rubric_slug)
        version = authoring.latest_published(rubric)
        if version is None:
            raise Conflict("Publish the rubric first: known answers are of its criteria.")
        answers = self.read(KnownBody)["answers"]
        told = [_told(at, one) for at, one in enumerate(answers)]
        new, same = practice.import_known(version, told, by=self.user)
        return Response({"new": new, "same": same})


def _told(at: int, one: dict[str, Any]) -> practice.Told:
    return practice.Told(
        f"answers.{at}",
        one["response_id"],
        one["criterion"],
        one["value"],
        one["explanation"],
    )
