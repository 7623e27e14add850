"""Projects and batches over HTTP."""

from __future__ import annotations

import pytest

from labeling import assigning
from labeling.models import (
    Batch,
    Import,
    Item,
    Membership,
    Project,
    Rating,
    Response,
    Score,
)
from labeling.people import open_project
from tests import factories
from tests.api.conftest import queries_of

pytestmark = pytest.mark.usefixtures("stage")


@pytest.fixture
def staff(db):
    return factories.user("sam", is_staff=True)


NOT_AGAIN = {"asked_again": 0, "answered_again": 0}


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
    # four responses, one of them in work
    assert row["desks"] == [{"batch": world.open.pk, "name": "March", "rated": 0, "open": 4}]


def test_a_batch_is_opened_over_the_chosen_responses(world, carol, script):
    said = {
        "name": "April",
        "rubric": "refund-quality",
        "overlap": 2,
        "responses": {"item_ids": ["case-0", "case-1"], "generator_kinds": ["model"]},
    }
    answer = script(carol).post("projects/refunds/batches/", said)
    assert answer.status_code == 201
    assert answer.json()["progress"] == {"responses": 2, "seats": 4, "submitted": 0, **NOT_AGAIN}
    assert (answer.json()["withheld"], answer.json()["warning"]) == (0, None)
    made = Batch.objects.get(pk=answer.json()["id"])
    assert (made.created_by, made.rubric_version) == (carol, world.version)


def test_practice_one_criterion_at_a_time_is_refused(world, carol, script):
    factories.gold(Response.objects.filter(item__external_id="case-0").first(), world.version, 1)
    said = {"name": "P", "rubric": "refund-quality", "kind": "practice", "way": "by_criterion"}
    answer = script(carol).post("projects/refunds/batches/", said)
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert problem["where"] == "way"
    assert "there each answer is explained at once" in problem["message"]


def test_work_that_shares_responses_with_practice_warns(world, carol, script):
    known = Response.objects.filter(item__external_id="case-0").first()
    factories.gold(known, world.version, 1)
    said = {"name": "Practice", "rubric": "refund-quality", "kind": "practice"}
    script(carol).post("projects/refunds/batches/", said)
    said = {"name": "April", "rubric": "refund-quality", "responses": {"item_ids": ["case-0"]}}
    answer = script(carol).post("projects/refunds/batches/", said)
    assert answer.status_code == 201
    warning = answer.json()["warning"]
    assert "1 response also waits in the practice batch “Practice”." in warning


@pytest.mark.parametrize("way", ["grid", "by_criterion"])
def test_how_a_batch_asks_is_chosen_and_told(world, carol, script, way):
    asking = {
        "way": way,
        "asks_confidence": True,
        "overall_share": 0.2,
        "shuffled_share": 0.5,
    }
    said = {"name": "April", "rubric": "refund-quality", **asking}
    answer = script(carol).post("projects/refunds/batches/", said)
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in asking} == asking
    for amiss in ({"way": "unknown"}, {"overall_share": 1.2}, {"shuffled_share": 0.123}):
        answer = script(carol).post("projects/refunds/batches/", {**said, **amiss, "name": "May"})
        assert answer.status_code in (400, 422)
        assert answer.json()["problems"][0]["where"] == next(iter(amiss))


def test_how_a_batch_is_served_is_chosen_and_told(world, carol, script):
    served = {"by_priority": True, "by_expertise": True, "quota": 12}
    said = {"name": "April", "rubric": "refund-quality", **served}
    answer = script(carol).post("projects/refunds/batches/", said)
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in served} == served
    for amiss in ({"quota": 0}, {"by_priority": "perhaps"}):
        answer = script(carol).post("projects/refunds/batches/", {**said, **amiss, "name": "May"})
        assert answer.status_code in (400, 422)
        assert answer.json()["problems"][0]["where"] == next(iter(amiss))


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
    assert rows["February"]["progress"] == {"responses": 4, "seats": 8, "submitted": 8, **NOT_AGAIN}


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
    assert (first["count"], len(first["results"]), first["previous"]) == (6, 2, None)
    assert first["next"].endswith("?page=2&page_size=2")
    for query in ("page=0", "page=x", "page_size=501", "page_size=0", "page=1&page=2"):
        answer = asking.get(f"projects/refunds/batches/?{query}")
        assert answer.status_code == 400, query
    assert asking.get("projects/refunds/batches/?page=99").status_code == 404


def test_judgements_are_left_out_for_a_reason(world, ben, carol, script):
    path = f"batches/{world.closed.pk}/exclusions/"
    asking = script(carol)
    said = asking.post(path, {"rater": "ana", "reason": "A test account."})
    assert said.status_code == 201
    left_out = asking.get(path).json()
    assert said.json() == {"excluded": left_out["count"]}
    assert {row["rater"] for row in left_out["results"]} == {"ana"}
    nobody = asking.post(path, {"rater": "nobody", "reason": "Gone."})
    assert nobody.status_code == 422
    assert nobody.json()["problems"][0]["where"] == "rater"
    # In work there is no judgement yet, neither of the expert nor of the response.
    response = factories.response(factories.item(world.project))
    begun = factories.batch(world.version, [response])
    assert assigning.claim_next(begun, ben)
    for said in ({"rater": "ben"}, {"response": response.external_id}):
        refused = asking.post(f"batches/{begun.pk}/exclusions/", {**said, "reason": "Gone."})
        assert refused.status_code == 422
        (problem,) = refused.json()["problems"]
        assert problem["where"] in said
        assert "has no judgement in this batch" in problem["message"]
