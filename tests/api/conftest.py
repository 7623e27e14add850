"""A project with everything in it, and scripts of people who ask for it over HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from evals import exporting, grading, measuring, selecting, tasks
from evals.gaps.rule import parse_rule
from evals.measuring import raters
from evals.models import AgreementRun, Export, GradingRun, RaterRun, Selection
from labeling import answering, assigning
from labeling.importing import uploads
from labeling.models import (
    AnswerPlace,
    Assignment,
    Batch,
    Flag,
    Import,
    Item,
    Project,
    Response,
    RubricVersion,
    User,
)
from labeling.tasks import run_import
from labeling.tokens import issue_token
from tests import factories
from tests.made_once import made_once

RULE = {"raters_min": 2}
GRADER = {
    "type": "string_check",
    "name": "Says yes",
    "input": "{{ sample.output_text }}",
    "reference": "Yes",
    "operation": "like",
}
ANSWERS = {"cites_policy": {"value": 1, "rationale": "Paragraph 4."}, "polite": {"value": "Met"}}
SUBMISSION = "6f0f3b0a-7d53-4f0e-9e1b-0a1b2c3d4e5f"


class Script:
    """A person's script: JSON in, JSON out, with a token of theirs or with none."""

    def __init__(self, user: User | None = None, token: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        token = token or (issue_token(user, name="script") if user else "")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method: str, path: str, body: Any = None, **kwargs: Any) -> HttpResponse:
        kwargs.setdefault("content_type", "application/json")
        if body is not None:
            kwargs["data"] = body
        send = getattr(self.client, method.lower())
        return send(f"/api/v1/{path}", headers=self.headers, **kwargs)

    def get(self, path: str) -> HttpResponse:
        return self.ask("GET", path)

    def post(self, path: str, body: Any = None, **kwargs: Any) -> HttpResponse:
        return self.ask("POST", path, {} if body is None else body, **kwargs)

    def put(self, path: str, body: Any) -> HttpResponse:
        return self.ask("PUT", path, body)


@pytest.fixture
def script(db: None) -> Callable[..., Script]:
    return Script


@dataclass(frozen=True)
class World:
    """Rows of every kind, by the names the tests call them."""

    project: Project
    version: RubricVersion
    closed: Batch
    open: Batch
    seat: Assignment
    run: AgreementRun
    comparison: RaterRun
    grading: GradingRun
    selection: Selection
    export: Export
    upload: Import
    flag: Flag
    chair: Assignment
    writing: AnswerPlace


def rate(batch: Batch, responses: list[Response], raters: list[User]) -> None:
    """Everybody finds that the policy is not cited, and politely so."""
    for response in responses:
        for slot, rater in enumerate(raters, start=1):
            seat = factories.seat(batch, response, rater, slot)
            factories.rating(seat, {"cites_policy": 0, "polite": 1})


def measured(batch: Batch) -> AgreementRun:
    """A finished measuring, as the worker makes it."""
    run, _ = measuring.start(batch)
    tasks.measure_agreement(run.pk)
    run.refresh_from_db()
    assert run.state == "finished", run.error
    return run


def compared(run: AgreementRun) -> RaterRun:
    """A finished comparison of the same ratings."""
    comparison, _ = raters.start(run)
    tasks.compare_raters(comparison.pk)
    comparison.refresh_from_db()
    assert comparison.state == "finished", comparison.error
    return comparison


PEOPLE = {"ana": "expert", "ben": "expert", "carol": "admin"}


@dataclass(frozen=True)
class Stage:
    """A world made once for a module, by a mark of its own: `usefixtures("stage")`."""

    world: World
    people: dict[str, User]
    storage: Path


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    storage = tmp_path_factory.mktemp("storage")
    with made_once(django_db_blocker), override_settings(MEDIA_ROOT=storage):
        project = factories.project()
        people = {name: factories.member(project, name, role) for name, role in PEOPLE.items()}
        yield Stage(build(project, **people), people, storage)


@pytest.fixture
def staged(request: pytest.FixtureRequest) -> Stage | None:
    """The module's stage, where it has one, with objects of the test's own."""
    return deepcopy(request.getfixturevalue("stage")) if on_stage(request) else None


def on_stage(request: pytest.FixtureRequest) -> bool:
    return "stage" in request.fixturenames


@pytest.fixture(autouse=True)
def storage(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    if on_stage(request):
        shutil.copytree(request.getfixturevalue("stage").storage, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def project(db: None, staged: Stage | None) -> Project:
    return staged.world.project if staged else factories.project()


@pytest.fixture
def ana(project: Project, staged: Stage | None) -> User:
    return staged.people["ana"] if staged else factories.member(project, "ana", "expert")


@pytest.fixture
def ben(project: Project, staged: Stage | None) -> User:
    return staged.people["ben"] if staged else factories.member(project, "ben", "expert")


@pytest.fixture
def carol(project: Project, staged: Stage | None) -> User:
    return staged.people["carol"] if staged else factories.member(project, "carol", "admin")


@pytest.fixture
def world(project: Project, ana: User, ben: User, carol: User, staged: Stage | None) -> World:
    return staged.world if staged else build(project, ana, ben, carol)


def build(project: Project, ana: User, ben: User, carol: User) -> World:
    """Two batches: one closed, measured, graded and selected from; one in which ana is rating."""
    version = factories.published(project)
    responses = [factories.response(factories.item(project, f"case-{n}")) for n in range(4)]
    closed = factories.batch(version, responses, name="February", overlap=2)
    rate(closed, responses, [ana, ben])
    run = measured(closed)
    comparison = compared(run)
    assigning.close(closed, by=carol)
    raised_at = closed.assignments.filter(rater=ana).order_by("pk")[0]
    flag = factories.flag(raised_at, "No deadline.", kind="other")
    open_ = factories.batch(version, responses, name="March", overlap=2)
    grading_run, _ = grading.start(grading.register(project, GRADER))
    tasks.grade_responses(grading_run.pk)
    chair = factories.seat(
        closed,
        responses[0],
        carol,
        purpose="adjudication",
        round=0,
        state="leased",
        lease_until=timezone.now() + timedelta(hours=1),
    )
    selection, _ = selecting.start(project, parse_rule(RULE), batch=closed)
    tasks.select_items(selection.pk)
    selection.refresh_from_db()
    assert selection.state == "finished", selection.error
    export, _ = exporting.start(selection)
    tasks.write_export(export.pk)
    export.refresh_from_db()
    assert export.state == "finished", export.error
    file = ContentFile(b'{"id": "case-8", "prompt": "And the lid?"}\n', "items.jsonl")
    upload, _ = uploads.start(project, {"items": file}, key=uuid4(), by=carol)
    run_import(upload.pk)
    upload.refresh_from_db()
    assert upload.state == "waiting", upload.error
    seat = assigning.claim_next(open_, ana)
    grading_run.refresh_from_db()
    items = Item.objects.filter(project=project)
    task = answering.open_task(project, version, "By hand", items=items, by=carol)
    writing = answering.claim(task, by=ana)
    assert writing is not None
    return World(
        project,
        version,
        closed,
        open_,
        seat,
        run,
        comparison,
        grading_run,
        selection,
        export,
        upload,
        flag,
        chair,
        writing,
    )


def queries_of(asking: Script, path: str) -> int:
    """How many queries one GET takes, after a first one has warmed what is kept."""
    asking.get(path)
    with CaptureQueriesContext(connection) as taken:
        assert asking.get(path).status_code == 200
    return len(taken)


def submission(number: int) -> str:
    return str(UUID(int=number))
