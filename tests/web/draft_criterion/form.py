"""The form of a criterion: read from its page, sent as script does, and what became of it."""

import json
from collections.abc import Callable

from django.http import HttpResponse
from django.test import Client

from labeling import authoring
from labeling.models import Rubric, User
from labeling.spec import CriterionSpec, RubricSpec
from tests.web.rubric_form import fields_of

LogIn = Callable[[User], Client]


AS_SCRIPT = {"content_type": "application/json", "headers": {"Accept": "application/json"}}


AS_HTMX = {"headers": {"HX-Request": "true"}}


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def form(client: Client, url: str) -> dict[str, str]:
    return fields_of(text_of(client.get(url)), "data-draft-form")


def sent(client: Client, url: str, **fields: str) -> HttpResponse:
    """As the page's script sends it."""
    return client.post(url, json.dumps({**form(client, url), **fields}), **AS_SCRIPT)


def saved(rubric: Rubric) -> RubricSpec:
    return authoring.spec_of(rubric.versions.get(status="draft"))


def saved_at(rubric: Rubric, key: str) -> CriterionSpec:
    return next(one for one in saved(rubric).criteria if one.key == key)
