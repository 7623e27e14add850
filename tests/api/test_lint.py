"""Findings of the lint over HTTP: of any version, let stand, opened again, told on publishing."""

import pytest
from rest_framework.test import APIClient

from labeling import authoring
from labeling.models import LintWaiver, Project, User
from labeling.spec import RubricSpec, parse_rubric

pytestmark = pytest.mark.django_db
BAD = {"key": "good", "criterion": "The answer is good.", "points": 1}
FINE = {"key": "court", "criterion": "Names the court.", "points": 2}
LINT = "/api/v1/projects/refunds/rubrics/tone/versions/1/lint/"


def spec(*criteria: dict[str, object]) -> RubricSpec:
    return parse_rubric({"title": "Tone", "criteria": list(criteria)})


@pytest.fixture
def client(amy: User, project: Project) -> APIClient:
    authoring.create_rubric(project, "Tone", by=amy, spec=spec(FINE, BAD))
    made = APIClient()
    made.force_authenticate(amy)
    return made


def test_a_draft_is_linted_with_places_and_words(client: APIClient):
    said = client.get(LINT).json()
    assert {name: said[name] for name in ("rubric", "number", "status", "open_errors")} == {
        "rubric": "tone",
        "number": 1,
        "status": "draft",
        "open_errors": 1,
    }
    (found,) = said["findings"]
    # “The answer is ” is 14 characters long, “good” 4.
    assert (found["where"], found["key"], found["spans"]) == (
        "criteria[1].criterion",
        "good",
        [[14, 18]],
    )
    assert (found["rule"], found["severity"], found["waiver"]) == ("no-observable", "error", None)
    assert found["finding"].startswith("no-observable.")
    assert found["why"]
    assert found["mend"]


def test_a_finding_is_let_stand_and_opened_again(client: APIClient):
    name = client.get(LINT).json()["findings"][0]["finding"]
    for _ in range(2):
        body = {"finding": name, "reason": "House style."}
        said = client.post(f"{LINT}waive/", body, format="json").json()
        assert said["open_errors"] == 0
        assert said["findings"][0]["waiver"]["by"] == "amy"
        assert said["findings"][0]["waiver"]["reason"] == "House style."
    assert LintWaiver.objects.count() == 1
    said = client.post(f"{LINT}unwaive/", {"finding": name}, format="json").json()
    assert (said["open_errors"], said["findings"][0]["waiver"]) == (1, None)


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ({"finding": "no-observable.0", "reason": "x"}, 409, None),
        ({"finding": "x", "reason": ""}, 400, "reason"),
        ({"finding": "x", "reason": "x" * 2001}, 400, "reason"),
        ({"reason": "x"}, 400, "finding"),
        ({"finding": "x", "reason": "x", "rule": "all"}, 400, "rule"),
    ],
)
def test_what_cannot_be_let_stand_is_told(
    client: APIClient, body: dict[str, str], status: int, where: str | None
):
    answer = client.post(f"{LINT}waive/", body, format="json")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert [one["where"] for one in answer.json()["problems"]] == ([where] if where else [])
    assert not LintWaiver.objects.exists()


def test_a_rubric_sent_whole_is_published_and_told(client: APIClient, project: Project):
    body = {"title": "Sent", "criteria": [BAD, FINE]}
    answer = client.post("/api/v1/projects/refunds/rubrics/", body, format="json")
    assert answer.status_code == 201
    said = answer.json()
    assert said["status"] == "published"
    assert [one["rule"] for one in said["findings"]] == ["no-observable"]
    again = client.post("/api/v1/projects/refunds/rubrics/", body, format="json")
    assert (again.status_code, len(again.json()["findings"])) == (200, 1)


def test_other_versions_and_rubrics_are_unknown(client: APIClient):
    assert client.get(LINT.replace("/1/", "/2/")).status_code == 404
    assert client.get(LINT.replace("tone", "other")).status_code == 404


def test_it_takes_as_many_queries_for_one_finding_as_for_forty(
    client: APIClient, amy: User, project: Project, django_assert_num_queries
):
    many = [{**BAD, "key": f"g{n}", "criterion": f"Is good, point {n}."} for n in range(40)]
    authoring.create_rubric(project, "Many", by=amy, spec=spec(*many))
    # Who asks, the version with its rubric, its criteria, their levels, the waivers.
    for slug in ("tone", "many"):
        with django_assert_num_queries(5):
            client.get(LINT.replace("tone", slug))
