"""Imports over HTTP: tried out, confirmed, carried out once, whole or not at all."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from labeling.models import Import, Item
from labeling.tasks import run_import

ITEM = {"id": "case-1", "prompt": "May I send the kettle back?"}
ANSWER = {"id": "r1", "item_id": "case-1", "generator": "model-a", "output": "Yes."}


def checked(answer) -> Import:
    """What the worker does with an import that was just sent."""
    assert answer.status_code == 202, answer.content
    run_import(answer.json()["id"])
    return Import.objects.get(pk=answer.json()["id"])


def test_an_import_is_tried_out_then_confirmed(project, carol, script):
    asking = script(carol)
    sent = asking.post("projects/refunds/imports/", {"items": [ITEM], "responses": [ANSWER]})
    run = checked(sent)
    path = f"projects/refunds/imports/{run.pk}/"
    shown = asking.get(path).json()
    assert (shown["state"], shown["confirmed"]) == ("waiting", False)
    assert shown["preview"]["counts"]["items"] == {"new": 1, "same": 0, "rejected": 0}
    assert not Item.objects.exists()
    assert asking.post(f"{path}confirm/").status_code == 202
    run_import(run.pk)
    assert asking.get(path).json()["result"]["responses"]["new"] == 1
    assert Item.objects.get().external_id == "case-1"


def test_files_are_loaded_without_asking_when_told_so(project, carol, script):
    asking = script(carol)
    lines = b'{"id": "case-1", "prompt": "One?"}\n{"id": "case-2"}\n'
    body = {"items": SimpleUploadedFile("../items.jsonl", lines), "skip_invalid": "true"}
    sent = Client().post(
        "/api/v1/projects/refunds/imports/?confirm=true", body, headers=asking.headers
    )
    run = checked(sent)
    assert (run.state, run.result["items"]) == ("finished", {"new": 1, "same": 0, "rejected": 1})
    assert run.files["items"]["name"] == "items.jsonl"
    listed = asking.get(f"projects/refunds/imports/{run.pk}/problems/").json()
    assert (listed["count"], listed["results"][0]["line"]) == (1, 2)


def test_one_bad_line_and_nothing_is_loaded(project, carol, script):
    sent = script(carol).post(
        "projects/refunds/imports/?confirm=true", {"items": [ITEM, {"id": "case-2"}]}
    )
    run = checked(sent)
    assert (run.state, run.problems[0]["line"]) == ("failed", 2)
    assert "1 problems" in run.error
    assert not Item.objects.exists()


def test_an_import_sent_twice_with_one_key_is_one(project, carol, script):
    body = {"items": [ITEM], "key": "6f0f3b0a-7d53-4f0e-9e1b-0a1b2c3d4e5f"}
    first, second = (script(carol).post("projects/refunds/imports/", body) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert Import.objects.count() == 1


@pytest.mark.parametrize(
    "body", [{}, {"rubric": "text"}, {"items": {"id": "1"}}, {"items": [1]}, {"key": "not a uuid"}]
)
def test_an_import_of_nothing_readable_is_refused(project, carol, script, body):
    answer = script(carol).post("projects/refunds/imports/", body)
    assert answer.status_code in (400, 422)
    assert not Import.objects.exists()
