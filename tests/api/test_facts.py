"""Projects, rubrics, batches and imports over HTTP."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from labeling.models import Batch, Import, Item, Membership, Project, Rating, Score
from labeling.people import open_project
from labeling.tasks import run_import
from tests import factories
from tests.api.conftest import queries_of

RUBRIC = {
    "title": "Tone",
    "criteria": [
        {
            "key": "calm",
            "name": "Calm",
            "criterion": "Is calm.",
            "scale": {
                "type": "binary",
                "levels": [
                    {"value": 0, "label": "No", "credit": 0},
                    {"value": 1, "label": "Yes", "credit": 1},
                ],
            },
            "points": 1,
        }
    ],
}
ITEM = {"id": "case-1", "prompt": "May I send the kettle back?"}
ANSWER = {"id": "r1", "item_id": "case-1", "generator": "model-a", "output": "Yes."}


@pytest.fixture
def staff(db):
    return factories.user("sam", is_staff=True)


def test_staff_open_a_project_and_run_it(script, staff):
    answer = script(staff).post("projects/", {"title": "Warranty answers"})
    assert answer.status_code == 201
    assert answer.json()["slug"] == "warranty-answers"
    assert answer.json()["roles"] == ["admin"]
    membership = Membership.objects.get(project__slug="warranty-answers")
    assert (membership.user, membership.role) == (staff, "admin")


def test_nobody_else_opens_one(script, carol):
    assert script(carol).post("projects/", {"title": "Mine"}).status_code == 403


def test_a_project_takes_no_field_but_its_own(script, staff, carol):
    for field in ("created_by", "created_by_id", "owner", "id", "created_at"):
        answer = script(staff).post("projects/", {"title": "Mine", field: carol.pk})
        assert answer.status_code == 400
        assert answer.json()["problems"][0]["where"] == field
    assert not Project.objects.filter(title="Mine").exists()


def test_an_address_that_is_taken_is_a_conflict(script, staff, project):
    answer = script(staff).post("projects/", {"title": "Again", "slug": project.slug})
    assert answer.status_code == 409
    assert "refunds" in answer.json()["title"]


def test_projects_are_listed_with_roles_and_desks(world, ana, script):
    (row,) = script(ana).get("projects/").json()["results"]
    assert (row["slug"], row["roles"]) == ("refunds", ["expert"])
    assert row["desks"] == [{"batch": world.open.pk, "name": "March", "rated": 0, "open": 4}]


def test_a_rubric_is_published_once_and_read_back_as_it_was(project, carol, script):
    first = script(carol).post("projects/refunds/rubrics/", RUBRIC)
    again = script(carol).post("projects/refunds/rubrics/", RUBRIC)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert script(carol).get("projects/refunds/rubrics/tone/versions/1/").json() == RUBRIC


def test_the_next_version_stays_under_the_rubric_whatever_its_title(project, carol, script):
    script(carol).post("projects/refunds/rubrics/", RUBRIC)
    renamed = {**RUBRIC, "title": "Tone of voice"}
    answer = script(carol).post("projects/refunds/rubrics/tone/versions/", renamed)
    assert answer.status_code == 201
    assert (answer.json()["rubric"], answer.json()["number"]) == ("tone", 2)


def test_every_fault_of_a_rubric_is_named(project, carol, script):
    faulty = {"title": "Tone", "criteria": [{"criterion": "Is calm.", "points": 0, "colour": 1}]}
    answer = script(carol).post("projects/refunds/rubrics/", faulty)
    assert answer.status_code == 422
    places = {problem["where"] for problem in answer.json()["problems"]}
    assert places == {"criteria[0].points", "criteria[0].colour"}


def test_drafts_are_hidden_from_those_who_only_rate(project, ana, carol, script):
    factories.draft(project)
    assert script(ana).get("projects/refunds/rubrics/").json()["count"] == 0
    assert script(carol).get("projects/refunds/rubrics/").json()["count"] == 1
    path = "projects/refunds/rubrics/refund-quality/versions/1/"
    assert script(ana).get(path).status_code == 404


def test_a_batch_is_opened_over_the_chosen_responses(world, carol, script):
    said = {
        "name": "April",
        "rubric": "refund-quality",
        "overlap": 2,
        "responses": {"item_ids": ["case-0", "case-1"], "generator_kinds": ["model"]},
    }
    answer = script(carol).post("projects/refunds/batches/", said)
    assert answer.status_code == 201
    assert answer.json()["progress"] == {"responses": 2, "seats": 4, "submitted": 0}
    assert (answer.json()["withheld"], answer.json()["warning"]) == (0, None)
    made = Batch.objects.get(pk=answer.json()["id"])
    assert (made.created_by, made.rubric_version) == (carol, world.version)


@pytest.mark.parametrize(
    ("responses", "where"),
    [
        ({"ids": ["no-such"]}, "responses.ids"),
        ({"item_ids": ["case-0", "no-such"]}, "responses.item_ids"),
        ({"generators": ["no-such"]}, "responses.generators"),
        ({"item__created_at": ["x"]}, "responses.item__created_at"),
    ],
)
def test_a_choice_that_leads_nowhere_is_named(world, carol, script, responses, where):
    said = {"name": "April", "rubric": "refund-quality", "responses": responses}
    answer = script(carol).post("projects/refunds/batches/", said)
    assert answer.status_code in (400, 422)
    assert answer.json()["problems"][0]["where"] == where


def test_a_rubric_of_another_project_is_unknown_here(world, carol, script):
    other = factories.project("elsewhere")
    factories.published(other, "tone")
    other.rubrics.update(slug="theirs")
    said = {"name": "April", "rubric": "theirs"}
    assert script(carol).post("projects/refunds/batches/", said).status_code == 422


def test_whoever_rates_in_an_open_batch_sees_no_counts_there(world, ana, script):
    Membership.objects.create(project=world.project, user=ana, role="viewer")
    rows = {
        row["name"]: row for row in script(ana).get("projects/refunds/batches/").json()["results"]
    }
    assert rows["March"]["progress"] is None
    assert rows["February"]["progress"] == {"responses": 4, "seats": 8, "submitted": 8}


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


def test_a_session_writes_with_its_csrf_token_only(project, carol):
    client = Client(enforce_csrf_checks=True)
    client.force_login(carol)
    answer = client.post("/api/v1/projects/refunds/rubrics/", RUBRIC, "application/json")
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not project.rubrics.exists()
    client.get("/accounts/password_change/")
    token = client.cookies["csrftoken"].value
    headers = {"X-CSRFToken": token}
    path = "/api/v1/projects/refunds/rubrics/"
    assert client.post(path, RUBRIC, "application/json", headers=headers).status_code == 201


def test_reading_changes_nothing(world, carol, script):
    asking = script(carol)
    before = [model.objects.count() for model in (Batch, Rating, Score, Import, Item)]
    for path in ("batches/", "imports/", "rubrics/", "agreement/", "selections/", "exports/"):
        assert asking.get(f"projects/refunds/{path}").status_code == 200
    assert before == [model.objects.count() for model in (Batch, Rating, Score, Import, Item)]


def grow(project, count: int, by) -> None:
    """More rows of every listed kind."""
    version = project.rubrics.get(slug="refund-quality").versions.get()
    for number in range(count):
        factories.batch(version, [factories.response(factories.item(project))])
        open_project(title=f"P{number}", slug=f"p{number}", description="", by=by)


LISTS = ["projects/", "projects/refunds/batches/", "projects/refunds/rubrics/"]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_asks_as_often_for_20_rows_as_for_one(world, carol, script, path):
    asking = script(carol)
    few = queries_of(asking, path)
    grow(world.project, 20, carol)
    assert queries_of(asking, path) == few


def test_pages_are_cut_as_asked_and_no_larger(world, carol, script):
    grow(world.project, 3, carol)
    asking = script(carol)
    first = asking.get("projects/refunds/batches/?page_size=2").json()
    assert (first["count"], len(first["results"]), first["previous"]) == (5, 2, None)
    assert first["next"].endswith("?page=2&page_size=2")
    for query in ("page=0", "page=x", "page_size=501", "page_size=0", "page=1&page=2"):
        answer = asking.get(f"projects/refunds/batches/?{query}")
        assert answer.status_code == 400, query
    assert asking.get("projects/refunds/batches/?page=99").status_code == 404
