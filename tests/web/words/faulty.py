"""An import in which every file has faults: those that reading finds, and those that SQL finds."""

from __future__ import annotations

import json
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile

from labeling.importing import loading, uploads
from labeling.models import Import, Project, User
from labeling.tasks import run_import
from tests import factories
from tests.labeling.loading import write_lines

POLITE = {"response_id": "r1", "criterion": "polite", "value": 1}
LONG = "k" * 450
CHAT = {"item_id": "kettle", "generator": "model-a"}


def items() -> list[object]:
    return [
        *({"id": "kettle", "prompt": "Other words"}, {"id": "tea", "prompt": "One"}),
        *({"id": "tea", "prompt": "Another"}, {"id": "cup"}, ["no object"]),
        *({"id": 7, "prompt": " ", "tags": 3}, {"id": "lid", "prompt": 4, "meta": {}}),
        {"id": "pot", "prompt": "One", "messages": [{"role": "judge", "content": 1}]},
        {"id": "jug", "messages": []},
    ]


def responses() -> list[object]:
    return [
        {"id": "a", "item_id": "nowhere", "generator": "model-a", "output": "Yes."},
        {"id": "r1", "item_id": "kettle", "generator": "model-a", "output": "No."},
        {"item_id": LONG, "generator": "g" * 100, "output": "Yes."},
        *({"id": f"c{n}", **CHAT, "index": 5, "output": f"Yes {n}."} for n in range(2)),
        *({"id": "d", **CHAT, "index": 7, "output": f"Yes {n}."} for n in range(2)),
        {"id": "e", **CHAT, "index": 0, "output": "Yes."},
        {"item_id": "kettle", "generator": "model-b", "index": 3, "output": "Yes."},
        *({"id": "f", **CHAT}, {"id": "g", **CHAT, "output": "Yes.", "withheld": " "}),
        {"id": "h", "item_id": "kettle", "generator": {"name": "x", "kind": "y"}, "output": 5},
        {"id": "i", **CHAT, "output": "Yes.", "tokens": -1, "cost": "much", "latency_ms": 0.5},
    ]


def ratings() -> list[object]:
    return [
        {**POLITE, "response_id": "nowhere", "rater": "zoe"},
        {**POLITE, "rater": "model-a"},
        {**POLITE, "rater": "judge"},
        {**POLITE, "rater": "eve", "value": 0},
        {**POLITE, "rater": "eve", "criterion": "cites_policy", "revision": 1},
        *({**POLITE, "rater": "max"}, {**POLITE, "rater": "max", "value": 0}),
        {"item_id": "kettle", "generator": "model-a", "index": 9, "rater": "zoe", **_polite()},
        *({**POLITE, "rater": "zoe", "value": 9}, {**POLITE, "rater": "", "criterion": "short"}),
        {**POLITE, "rater": "zoe", "reward": 1, "rated_at": "yesterday", "confidence": 9},
        {**POLITE, "rater": "zoe", "generator": "model-a"},
        {"rater": "zoe", "item_id": "kettle", "generator": "model-c", **_polite()},
    ]


def _polite() -> dict[str, object]:
    return {key: POLITE[key] for key in ("criterion", "value")}


def grades() -> list[object]:
    grade = {"response_id": "r1", "grader": "judge", "reward": 0.5}
    return [
        {**grade, "response_id": "nowhere"},
        *({**grade, "reward": 0.25}, {**grade, "repeat": 2}, {**grade, "repeat": 2, "reward": 1}),
        *({**grade, "reward": None}, {**grade, "error": "broke"}, {**grade, "score": 0.5}),
        {**grade, "reward": float("1e300"), "repeat": True, "criterion": "short"},
    ]


def upload(project: Project, by: User) -> Import:
    """Tried out by a worker, waiting for its confirmation, with everything that is wrong."""
    factories.published(project)
    factories.item(project, LONG)
    factories.response(factories.item(project, "kettle"), external_id="r1")
    taken = factories.generator(project, "model-b")
    factories.response(factories.item(project, "pan"), taken, external_id="kettle/model-b/3")
    folder = settings.MEDIA_ROOT
    earlier = {
        "ratings": write_lines(folder / "ratings.jsonl", [{**POLITE, "rater": "eve"}]),
        "grades": write_lines(
            folder / "grades.jsonl", [{"response_id": "r1", "grader": "judge", "reward": 0.5}]
        ),
    }
    assert loading.load(project, earlier, by=by).taken
    lines = {"items": items(), "responses": responses(), "ratings": ratings(), "grades": grades()}
    files = {kind: _file(kind, told) for kind, told in lines.items()}
    run, _ = uploads.start(project, files, key=uuid4(), by=by)
    run_import(run.pk)
    run.refresh_from_db()
    return run


def _file(kind: str, lines: list[object]) -> ContentFile:
    # What no writer of JSON would write, too.
    broken = ['{"id": "bro', '{"id": "a", "id": "b"}', '{"id": NaN}', '{"id": "\\ud800"}', ""]
    text = "\n".join([*map(json.dumps, lines), *broken])
    return ContentFile(text.encode() + b"\n\xff\n", f"{kind}.jsonl")
