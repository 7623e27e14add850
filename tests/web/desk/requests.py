"""What an expert's browser sends from the desk, and a batch to send it in."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from labeling import assigning
from labeling.models import Assignment, Batch, Response, User
from tests import factories

LogIn = Callable[[User], Client]
JSON = {"accept": "application/json"}


def opened(project, count: int = 3, overlap: int = 2, **fields: object) -> Batch:
    item = factories.item(project)
    by = factories.generator(project, "model-zeta")
    for index in range(count):
        factories.response(item, by, f"Answer {index}.", index=index)
    return assigning.open_batch(
        project,
        factories.published(project),
        str(fields.pop("name", "First round")),
        responses=Response.objects.filter(project=project),
        overlap=overlap,
        by=None,
        **fields,
    )


def address(seat: Assignment, action: str = "") -> str:
    return f"/desk/seat/{seat.pk}/{action}"


def form(seat: Assignment, **answers: str) -> dict[str, str]:
    said = {"cites_policy": "1", "polite": "0"} | answers
    return {
        "submission_id": str(uuid4()),
        "version": str(seat.batch.rubric_version_id),
        **{f"value:{key}": value for key, value in said.items()},
    }


def answers(**values: str) -> dict[str, dict[str, str]]:
    said = {"cites_policy": "1", "polite": "0"} | values
    return {key: {"value": value, "rationale": ""} for key, value in said.items()}


def send(client: Client, url: str, body: object):
    return client.post(url, json.dumps(body), content_type="application/json", headers=JSON)


def body(seat: Assignment, **values: str) -> dict[str, object]:
    return {
        "answers": answers(**values),
        "submission_id": str(uuid4()),
        "version": seat.batch.rubric_version_id,
        "active_ms": 4000,
    }
